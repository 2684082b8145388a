using LockDiscipline.Benchmarks.Code;
using LockDiscipline.Benchmarks.Measuring;

namespace LockDiscipline.Benchmarks.Table;

/// <summary>Runs several contenders over one corpus in alternating order, so that whatever slows the machine down meets all of them.</summary>
static class Rounds
{
    /// <summary>The outcomes of each contender, the warm-up left out.</summary>
    /// <exception cref="InvalidOperationException">The findings are not those of the corpus.</exception>
    public static async Task<Dictionary<Contender, List<Outcome>>> RunAsync(Corpus corpus, IReadOnlyList<Contender> contenders, Sizes sizes, bool concurrent = true)
    {
        var outcomes = contenders.ToDictionary(contender => contender, _ => new List<Outcome>());
        for (int round = -sizes.WarmUps; round < sizes.Repetitions; round++)
        {
            foreach (var contender in round % 2 == 0 ? contenders : contenders.Reverse())
            {
                var compilations = corpus.Compile(concurrent);
                Settle();
                var outcome = await Runner.RunAsync(compilations, contender, concurrent).ConfigureAwait(false);
                corpus.Check(contender, outcome);
                if (round >= 0)
                    outcomes[contender].Add(outcome);
            }
        }

        return outcomes;
    }

    /// <summary>Leaves no garbage of one run to the next.</summary>
    public static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
