using LockCheck.Judgement;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests.Judgement;

/// <summary>What holds of every change, tried on random histories. A failing seed is named, and fails again.</summary>
public sealed class LawTests
{
    const int Histories = 12;

    static IEnumerable<string> Places(IEnumerable<JudgedFinding> findings) =>
        findings.Select(f => $"{f.Finding.Rule} {f.Finding.Path}:{f.Finding.Line}").Order(StringComparer.Ordinal);

    static string Told(PatchReport report) =>
        string.Join('\n', report.Findings.Select(f => $"{f.Verdict} {f.MatchedBy} {f.Finding.Rule} {f.Finding.Path}:{f.Finding.Line} {f.Finding.Member} {f.Finding.Message}")
            .Concat(report.Weakenings.Select(w => $"weakened {w.Weakening.Path}:{w.Weakening.Line} {w.Weakening.Message}")));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Reshaping_IsNoFinding(int seed)
    {
        using var judged = new Judged();
        var random = new Random(seed * 1000);
        for (var i = 0; i < Histories; i++)
        {
            var before = RandomProgram.Create(random);
            var after = before.Reshape(random);
            if (random.Next(2) == 0)
                after = after.Reshape(random);
            var report = await judged.Revisions(before.Render(), after.Render());
            Assert.True(report.Findings.All(f => f.Verdict is Verdict.PreExisting or Verdict.Moved) && report.Weakenings.IsEmpty,
                $"seed {seed}, history {i}:\n{Told(report)}\n--- before\n{string.Join('\n', before.Render().Values)}\n--- after\n{string.Join('\n', after.Render().Values)}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task TheReverse_SwapsIntroducedAndFixed(int seed)
    {
        using var judged = new Judged();
        var random = new Random(seed * 77);
        for (var i = 0; i < Histories; i++)
        {
            var before = RandomProgram.Create(random);
            var after = before.Change(random).Reshape(random).Change(random);
            var there = await judged.Revisions(before.Render(), after.Render());
            var back = await judged.Revisions(after.Render(), before.Render());
            var context = $"seed {seed}, history {i}:\n{Told(there)}\n--- back\n{Told(back)}";
            Assert.True(Places(there.With(Verdict.Introduced)).SequenceEqual(Places(back.With(Verdict.Fixed))), context);
            Assert.True(Places(there.With(Verdict.Fixed)).SequenceEqual(Places(back.With(Verdict.Introduced))), context);
            Assert.True(there.With(Verdict.Moved, Verdict.PreExisting).Count() == back.With(Verdict.Moved, Verdict.PreExisting).Count(), context);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task TwoSteps_ComposeToOne(int seed)
    {
        using var judged = new Judged();
        var random = new Random(seed * 555);
        for (var i = 0; i < Histories; i++)
        {
            var a = RandomProgram.Create(random);
            var b = a.Change(random).Change(random);
            var c = b.Change(random);
            var series = await judged.Revisions(a.Render(), b.Render(), c.Render());
            var direct = await judged.Revisions(a.Render(), c.Render());
            var context = $"seed {seed}, history {i}:\n{Told(series)}\n--- directly\n{Told(direct)}";
            Assert.True(Places(series.Introduced).SequenceEqual(Places(direct.Introduced)), context);
            Assert.True(series.With(Verdict.Fixed).Count() == direct.With(Verdict.Fixed).Count(), context);
        }
    }

    [Fact]
    public async Task NoChange_IsNothing()
    {
        using var judged = new Judged();
        var program = RandomProgram.Create(new Random(5));
        var report = await judged.Revisions(program.Render(), program.Render());
        Assert.All(report.Findings, f => Assert.Equal(Verdict.PreExisting, f.Verdict));
        Assert.NotEmpty(report.Findings);
    }
}
