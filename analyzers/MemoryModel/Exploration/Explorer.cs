namespace MemoryModel.Exploration;

/// <summary>Looks for a schedule of some tasks in which something goes wrong.</summary>
/// <remarks>
/// One task runs at a time, and others get their turn only at switch points: before a lock is taken or released, a wait, and a read or change of memory that is shared without a lock. What a task does between two of them is one step.
/// Readers are let in beside waiting writers: who waits in a queue is not modelled; that a queue can close a cycle is the validator's to find. Thread-safe.
/// </remarks>
public static class Explorer
{
    /// <summary>Tries every schedule up to a number of preemptions.</summary>
    /// <param name="setup">Makes the trial, anew for each schedule.</param>
    /// <param name="preemptions">Most switches away from a task that could have gone on; null for any number. Most races take one or two.</param>
    /// <param name="maxRuns">Where to give up.</param>
    /// <param name="cancellation">Stops between two schedules.</param>
    /// <returns>The first failure, or how many schedules there are without one.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ExplorationResult Exhaust(Func<Trial> setup, int? preemptions = 2, long maxRuns = long.MaxValue, CancellationToken cancellation = default) =>
        Exhaust(setup, new ExhaustiveStrategy(preemptions ?? int.MaxValue), maxRuns, cancellation);

    /// <summary>Tries every schedule that a strategy comes by.</summary>
    internal static ExplorationResult Exhaust(Func<Trial> setup, ExhaustiveStrategy strategy, long maxRuns = long.MaxValue, CancellationToken cancellation = default)
    {
        using var conductor = new Conductor();
        var ends = new HashSet<ulong>();
        long runs = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (runs == maxRuns) return new ExplorationResult(null, ends.Count, runs, IsComplete: false);
            strategy.Rewind();
            Failure? failure = conductor.Run(setup(), strategy);
            runs++;
            if (failure is not null) return new ExplorationResult(failure, ends.Count, runs, IsComplete: false);
            if (!strategy.IsGivenUp) ends.Add(conductor.Hash);
            if (!strategy.Advance()) break;
        }
        return new ExplorationResult(null, ends.Count, runs, IsComplete: true);
    }

    /// <summary>Tries schedules at random, by priorities that change at a few steps.</summary>
    /// <param name="setup">Makes the trial, anew for each schedule.</param>
    /// <param name="seed">Where the schedules are drawn from; the same seed draws the same ones.</param>
    /// <param name="runs">How many.</param>
    /// <param name="depth">How many orderings between two steps a defect takes: 2 for most races, 3 for rare ones. At least 1.</param>
    /// <param name="horizon">Steps of a schedule, about: those up to there can be chosen for a change.</param>
    /// <param name="cancellation">Stops between two schedules.</param>
    /// <returns>The first failure, with a seed that <see cref="Replay(Func{Trial}, ulong, int, int)"/> takes.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ExplorationResult Sample(Func<Trial> setup, ulong seed, long runs, int depth = 3, int horizon = 128, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        using var conductor = new Conductor();
        var ends = new HashSet<ulong>();
        for (long run = 0; run < runs; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            ulong own = seed + (ulong)run;
            Failure? failure = conductor.Run(setup(), new PriorityStrategy(own, depth, horizon));
            if (failure is not null) return new ExplorationResult(failure with { Seed = own }, ends.Count, run + 1, IsComplete: false);
            ends.Add(conductor.Hash);
        }
        return new ExplorationResult(null, ends.Count, runs, IsComplete: false);
    }

    /// <summary>Runs one schedule again.</summary>
    /// <param name="setup">Makes the trial.</param>
    /// <param name="schedule">The schedule; where it ends, each task runs on as long as it can.</param>
    /// <returns>What goes wrong; null when nothing does.</returns>
    public static Failure? Replay(Func<Trial> setup, Schedule schedule)
    {
        using var conductor = new Conductor();
        return conductor.Run(setup(), new ReplayStrategy(schedule));
    }

    /// <summary>Draws one schedule again.</summary>
    /// <param name="setup">Makes the trial.</param>
    /// <param name="seed">The seed of a <see cref="Failure"/>.</param>
    /// <param name="depth">As it was.</param>
    /// <param name="horizon">As it was.</param>
    /// <returns>What goes wrong; null when nothing does.</returns>
    public static Failure? Replay(Func<Trial> setup, ulong seed, int depth = 3, int horizon = 128)
    {
        using var conductor = new Conductor();
        return conductor.Run(setup(), new PriorityStrategy(seed, depth, horizon)) is { } failure ? failure with { Seed = seed } : null;
    }
}
