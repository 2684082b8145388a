using System.Diagnostics;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MemoryModel.Memory;
using MemoryModel.Slots;
using Microsoft.CodeAnalysis;
using Xunit.Abstractions;

namespace MemoryModel.Tests.Agreement;

/// <summary>
/// The analyzers and the validator read one set of contracts: a program that the analyzers pass must not be refused as it runs, on any of its paths. LOCKDISCIPLINE_PROGRAMS sets how many programs are made (300 if it is not set),
/// LOCKDISCIPLINE_SEED from where.
/// </summary>
public sealed class AgreementTests(ITestOutputHelper output)
{
    private const int BatchSize = 500;

    [Fact]
    public void ProgramThatTheAnalyzersPass_IsNotRefusedAsItRuns()
    {
        int count = Setting("LOCKDISCIPLINE_PROGRAMS", 300);
        int seed = Setting("LOCKDISCIPLINE_SEED", 20080216);
        var tally = new AgreementTally();
        var time = Stopwatch.StartNew();
        (TimeSpan made, TimeSpan run) = (default, default);
        foreach (IReadOnlyList<int>[] rows in Rows(count, seed).Chunk(BatchSize))
        {
            IReadOnlyList<AnalysedProgram> programs = ProgramBatch.Make(rows);
            made += time.Elapsed;
            time.Restart();
            foreach (AnalysedProgram program in programs) tally.Add(program, ProgramOutcome.Of(program.Run));
            run += time.Elapsed;
            time.Restart();
        }
        output.WriteLine($"compiled and analysed in {made.TotalSeconds:F1} s, run in {run.TotalSeconds:F1} s\n{tally}");
        Assert.True(tally.Differences.Count == 0, $"{tally}\none of each kind:\n{string.Join("\n\n", tally.Differences.DistinctBy(static d => d.Kind).Take(12).Select(Shrunk))}");
        Assert.True(tally.Passed > count / 10, "hardly a program is right");
        Assert.True(tally.Refused > count / 20, "hardly a program is wrong");
    }

    /// <summary>Beside something else that changes what it works on, a program that the analyzers pass is not refused either, in whatever order the steps come.</summary>
    [Fact]
    public void ProgramThatTheAnalyzersPass_BesideARival_IsNotRefusedInAnySchedule()
    {
        int count = Setting("LOCKDISCIPLINE_PROGRAMS", 300) / 5;
        int programs = 0;
        long paths = 0;
        foreach (IReadOnlyList<int>[] rows in Rows(count, Setting("LOCKDISCIPLINE_SEED", 20080216) + 1).Chunk(BatchSize))
        {
            foreach (AnalysedProgram program in ProgramBatch.Make(rows).Where(static p => p.Findings.IsEmpty))
            {
                ProgramOutcome outcome = ProgramOutcome.Of(program.Run, s_rivals[programs++ % s_rivals.Length], maxPaths: 4);
                paths += outcome.Paths;
                (string Invariant, string Message)[] unexplained = [.. outcome.Violations.Where(v => !Explanations.IsForeseen(v.Message, program.Source))];
                Assert.True(unexplained.Length == 0, $"{string.Join('\n', unexplained)}\n{program.Annotated()}");
            }
        }
        output.WriteLine($"{programs} programs that the analyzers pass, {paths} paths, each in up to 40 schedules");
        Assert.True(programs > count / 10);
    }

    private static readonly Action<ProgramWorld>[] s_rivals =
    [
        static w => _ = w.Vcpu.Kvm.Mm.Madvise(w.Range, Advice.DontNeed),
        static w => _ = w.Vcpu.Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.LogDirtyPages, w.Gfn.Address, 2 * PageSize.Bytes, w.Host)),
        static w => _ = w.Vcpu.Kvm.Mm.SwapOut(w.Host),
    ];

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    private static List<IReadOnlyList<int>> Rows(int count, int seed)
    {
        var rows = new List<IReadOnlyList<int>>();
        Config config = Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay((ulong)seed, 20230405);
        FsCheck.Check.One(config, Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, 9999), 90).ToArbitrary(), row =>
        {
            rows.Add(row);
        }));
        return rows;
    }

    /// <summary>The difference in the shortest row of numbers that still has it.</summary>
    private static string Shrunk(Difference difference)
    {
        List<int> row = [.. difference.Program.Row];
        Difference best = difference;
        for (int size = row.Count / 2; size >= 1; size /= 2)
        {
            for (int at = 0; at + size <= row.Count;)
            {
                List<int> shorter = [.. row.Take(at), .. row.Skip(at + size)];
                if (Find(shorter, difference.Kind) is { } still) (row, best) = (shorter, still);
                else at += size;
            }
        }
        return best.ToString();
    }

    private static Difference? Find(List<int> row, string kind)
    {
        var tally = new AgreementTally();
        foreach (AnalysedProgram program in ProgramBatch.Make([row])) tally.Add(program, ProgramOutcome.Of(program.Run));
        return tally.Differences.Find(d => d.Kind == kind);
    }
}
