using LockDiscipline.Benchmarks.Code;
using LockDiscipline.Benchmarks.Measuring;

namespace LockDiscipline.Benchmarks.Table;

/// <summary>A row for each code that is edited: how long an editor waits for one document.</summary>
static class EditTable
{
    static readonly Contender[] Contenders = [Contender.Compiler, Contender.EmptyNode, Contender.Ours];

    public static async Task WriteAsync(TextWriter output, Sizes sizes)
    {
        output.WriteLine("| after an edit, one document | documents | compiler median / p95 ms | empty node median / p95 ms | ours median / p95 ms | ours minus compiler, median / p95 ms |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var code in Enum.GetValues<EditedCode>())
        {
            var session = EditSession.Open(code, sizes);
            var times = await TimesAsync(session, sizes).ConfigureAwait(false);
            double Median(Contender contender) => Statistics.Median(times[contender]);
            double P95(Contender contender) => Statistics.P95(times[contender]);
            output.WriteLine(Markdown.Row(
                code == EditedCode.Model ? "memory model" : "lock-heavy, generated",
                $"{session.Documents.Length}",
                $"{Median(Contender.Compiler):F1} / {P95(Contender.Compiler):F1}",
                $"{Median(Contender.EmptyNode):F1} / {P95(Contender.EmptyNode):F1}",
                $"{Median(Contender.Ours):F1} / {P95(Contender.Ours):F1}",
                $"{Median(Contender.Ours) - Median(Contender.Compiler):F1} / {P95(Contender.Ours) - P95(Contender.Compiler):F1}"));
        }
    }

    // For each document the median of its repetitions.
    static async Task<Dictionary<Contender, double[]>> TimesAsync(EditSession session, Sizes sizes)
    {
        var times = Contenders.ToDictionary(contender => contender, _ => session.Documents.Select(_ => new List<double>()).ToArray());
        int number = 0;
        for (int round = -sizes.WarmUps; round < sizes.Repetitions; round++)
        {
            for (int document = 0; document < session.Documents.Length; document++)
            {
                foreach (var contender in (round + document) % 2 == 0 ? Contenders : Contenders.Reverse())
                {
                    var edit = session.Make(session.Documents.Length * number++ + document);
                    var outcome = await edit.RunAsync(contender).ConfigureAwait(false);
                    session.Check(edit);
                    if (round >= 0)
                        times[contender][document].Add(outcome.Milliseconds);
                }
            }
        }

        return times.ToDictionary(t => t.Key, t => t.Value.Select(Statistics.Median).ToArray());
    }
}
