using LockDiscipline.Benchmarks.Code;
using LockDiscipline.Benchmarks.Measuring;

namespace LockDiscipline.Benchmarks.Table;

/// <summary>A row for each kind of code: what a whole compilation takes.</summary>
static class CompilationTable
{
    public static async Task WriteAsync(TextWriter output, Sizes sizes)
    {
        output.WriteLine("| kind of code | lines | compiler ms | empty node ms | empty operation block ms | ours ms | ours / compiler | ours minus empty node, ms per 1,000 lines | telemetry ms per 1,000 lines | allocated MB above empty node per 100,000 lines | findings |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var kind in Corpora.Kinds(sizes))
        {
            var corpus = Corpora.Of(kind, sizes);
            var outcomes = await Rounds.RunAsync(corpus, Contender.All, sizes).ConfigureAwait(false);
            double Wall(Contender contender) => Statistics.Median(outcomes[contender].Select(o => o.Milliseconds));
            double Allocated(Contender contender) => Statistics.Median(outcomes[contender].Select(o => o.AllocatedBytes / 1048576.0));
            var ours = outcomes[Contender.Ours];
            double thousands = corpus.Lines / 1000.0;
            output.WriteLine(Markdown.Row(
                corpus.Name,
                $"{corpus.Lines:N0}",
                $"{Wall(Contender.Compiler):F0}",
                $"{Wall(Contender.EmptyNode):F0}",
                $"{Wall(Contender.EmptyOperationBlock):F0}",
                $"{Wall(Contender.Ours):F0}",
                $"{Wall(Contender.Ours) / Wall(Contender.Compiler):F2}",
                $"{(Wall(Contender.Ours) - Wall(Contender.EmptyNode)) / thousands:F2}",
                $"{Statistics.Median(ours.Select(o => o.OwnMilliseconds)) / thousands:F2}",
                $"{(Allocated(Contender.Ours) - Allocated(Contender.EmptyNode)) / thousands * 100:F1}",
                ours[^1].Partly == 0 ? $"{ours[^1].Mistakes}" : $"{ours[^1].Mistakes}, and {ours[^1].Partly} analysed in part"));
        }
    }
}
