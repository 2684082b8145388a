using LockDiscipline.Benchmarks.Code;
using LockDiscipline.Benchmarks.Measuring;
using LockDiscipline.Benchmarks.Model;
using LockDiscipline.Benchmarks.Patch;
using LockDiscipline.Benchmarks.Table;

namespace LockDiscipline.Benchmarks.Tests;

/// <summary>Every benchmark runs once on a little code, and finds what is in it. Nothing is timed.</summary>
public sealed class SmokeTests
{
    public static TheoryData<CodeKind> Kinds => [.. Enum.GetValues<CodeKind>()];

    public static TheoryData<EditedCode> EditedKinds => [.. Enum.GetValues<EditedCode>()];

    public static TheoryData<string> GrowthCases => [.. GrowthCase.Names];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Compilation_FindsWhatIsThere(CodeKind kind)
    {
        var benchmarks = new CompilationBenchmarks { Code = kind, Sizes = Sizes.Smoke };
        benchmarks.Prepare();
        foreach (var run in new Func<Task>[] { benchmarks.CompilerAlone, benchmarks.EmptyNode, benchmarks.EmptyOperationBlock, benchmarks.Ours })
        {
            benchmarks.Parse();
            await run();
            benchmarks.Check();
        }
    }

    [Theory, MemberData(nameof(EditedKinds))]
    public async Task Edit_FindsWhatIsThere(EditedCode code)
    {
        var benchmarks = new EditBenchmarks { Code = code, Sizes = Sizes.Smoke };
        benchmarks.Open();
        foreach (var run in new Func<Task>[] { benchmarks.CompilerAlone, benchmarks.EmptyNode, benchmarks.Ours })
        {
            benchmarks.Edit();
            await run();
            benchmarks.Check();
        }
    }

    [Theory, MemberData(nameof(GrowthCases))]
    public async Task Growth_FindsWhatIsThere(string name)
    {
        var benchmarks = new GrowthBenchmarks { Case = name, Sizes = Sizes.Smoke };
        benchmarks.Prepare();
        benchmarks.Parse();
        Assert.True((await benchmarks.Large()).Mistakes <= (await benchmarks.Small()).Mistakes * 10);
    }

    [Fact]
    public async Task Table_HasARowForEverything()
    {
        using var output = new StringWriter();
        await Tables.WriteAsync(output, Sizes.Smoke);
        var rows = output.ToString().ReplaceLineEndings("\n").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).ToList();
        const int Headers = 3;
        Assert.Equal(Headers + Corpora.Kinds(Sizes.Smoke).Length + Enum.GetValues<EditedCode>().Length + GrowthCase.Names.Length, rows.Count);
    }

    [Fact]
    public void Explorer_HasARowForEachBound()
    {
        using var output = new StringWriter();
        ExplorerTable.Write(output, preemptions: 1);
        Assert.Equal(4, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Model_RunsEveryOperation_AndHasARowForEachSize()
    {
        var benchmarks = new ModelBenchmarks { Slots = 10, Areas = 100, Pages = 1_000 };
        benchmarks.Prepare();
        benchmarks.GuestWrite();
        benchmarks.RangeWalk();
        benchmarks.Invalidation();
        benchmarks.InvalidationAndFault();
        benchmarks.AreaLookup();
        using var output = new StringWriter();
        ModelTable.Write(output, pages: 10_000, operations: 100);
        Assert.Equal(7, output.ToString().ReplaceLineEndings("\n").Trim().Split('\n').Length);
    }

    [Fact]
    public async Task FindingThatIsNotThere_FailsTheRun()
    {
        var corpus = LockHeavyCode.Of(1);
        var outcome = await Runner.RunAsync(corpus.Compile(), Contender.Ours);
        corpus.Check(Contender.Ours, outcome);
        Assert.Throws<InvalidOperationException>(() => (corpus with { Expected = corpus.Expected + 1 }).Check(Contender.Ours, outcome));
    }

    [Fact]
    public void CodeThatDoesNotCompile_IsRefused()
    {
        var corpus = new Corpus("broken", [new Project("Broken", [SourceFile.Of("Broken.cs", "class C { int M() => x; }")], [])], Expected: 0);
        Assert.Throws<InvalidOperationException>(corpus.Compiling);
    }

    [Fact]
    public void Statistics_AreOrderedValues()
    {
        double[] values = [9, 1, 5, 3, 7];
        Assert.Equal(5, Statistics.Median(values));
        Assert.Equal(4, Statistics.Median(values.Take(4)));
        Assert.Equal(9, Statistics.P95(values));
        Assert.Equal(95, Statistics.P95(Enumerable.Range(1, 100).Select(i => (double)i)));
    }

    [Fact]
    public void Patch_IsJudgedAsExpected()
    {
        using var output = new StringWriter();
        PatchTable.Write(output, lines: 1, patches: 2, rounds: 1);
        Assert.Contains("series of 2", output.ToString(), StringComparison.Ordinal);
    }
}
