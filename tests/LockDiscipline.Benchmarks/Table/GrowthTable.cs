using LockDiscipline.Benchmarks.Code;
using LockDiscipline.Benchmarks.Measuring;

namespace LockDiscipline.Benchmarks.Table;

/// <summary>A row for each way in which code grows. From the shortest times: what disturbs a run only makes it longer, and a ratio shows both ends.</summary>
static class GrowthTable
{
    static readonly Contender[] Contenders = [Contender.Compiler, Contender.Ours];

    public static async Task WriteAsync(TextWriter output, Sizes sizes)
    {
        output.WriteLine("| growth, ten times the size | compiler, times | ours with the compiler, times | ours by telemetry, times | ours by telemetry, ms at the large size |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (var name in GrowthCase.Names)
        {
            var growth = GrowthCase.Of(name, sizes);
            var small = await Rounds.RunAsync(growth.Small.Compiling(), Contenders, sizes, concurrent: false).ConfigureAwait(false);
            var large = await Rounds.RunAsync(growth.Large.Compiling(), Contenders, sizes, concurrent: false).ConfigureAwait(false);
            string Times(Contender contender, Func<Outcome, double> time) => $"{growth.Ratio(small[contender].Min(time), large[contender].Min(time)):F1}";
            output.WriteLine(Markdown.Row(
                growth.Name,
                Times(Contender.Compiler, o => o.Milliseconds),
                Times(Contender.Ours, o => o.Milliseconds),
                Times(Contender.Ours, o => o.OwnMilliseconds),
                $"{large[Contender.Ours].Min(o => o.OwnMilliseconds):F1}"));
        }
    }
}
