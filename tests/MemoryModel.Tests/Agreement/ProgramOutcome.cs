using MemoryModel.Exploration;
using MemoryModel.Locking;

namespace MemoryModel.Tests.Agreement;

/// <summary>What became of a program on each of its paths: every way that its coins can fall, up to a number.</summary>
/// <param name="Violations">What the validator refused: the invariant and its message, each once.</param>
/// <param name="Paths">How many ways were gone.</param>
/// <param name="IsComplete">True when there are no others.</param>
internal sealed record ProgramOutcome(IReadOnlyList<(string Invariant, string Message)> Violations, int Paths, bool IsComplete)
{
    private const int MaxPaths = 64;

    /// <summary>Goes all the ways of a program.</summary>
    /// <param name="run">The program.</param>
    /// <param name="rival">Something that runs beside it, in every order of steps up to one preemption; null for nothing.</param>
    /// <param name="maxPaths">Where to stop counting and to draw ways at random; beside a rival, where to stop.</param>
    public static ProgramOutcome Of(Action<ProgramWorld> run, Action<ProgramWorld>? rival = null, int maxPaths = MaxPaths)
    {
        var violations = new List<(string Invariant, string Message)>();
        var coins = new List<bool>();
        int paths = 0;
        while (true)
        {
            (int tossed, (string Invariant, string Message)? failure) = RunOnce(run, rival, coins);
            paths++;
            if (failure is { } found && !violations.Contains(found)) violations.Add(found);
            // The next way, as in counting: tails becomes heads, and what was heads at the end is forgotten.
            while (coins.Count < tossed) coins.Add(false);
            while (coins.Count > 0 && coins[^1]) coins.RemoveAt(coins.Count - 1);
            if (coins.Count == 0) return new ProgramOutcome(violations, paths, IsComplete: true);
            coins[^1] = true;
            if (paths == maxPaths) return rival is null ? Sampled(run, violations) : new ProgramOutcome(violations, paths, IsComplete: false);
        }
    }

    /// <summary>Of too many ways, those at the beginning have been gone; some more are drawn from all over.</summary>
    private static ProgramOutcome Sampled(Action<ProgramWorld> run, List<(string Invariant, string Message)> violations)
    {
        uint state = 1;
        for (int path = 0; path < MaxPaths; path++)
        {
            var coins = new List<bool>();
            for (int i = 0; i < MaxPaths; i++)
            {
                state = (state * 1664525) + 1013904223;
                coins.Add(state >> 31 != 0);
            }
            if (RunAlone(run, coins).Failure is { } found && !violations.Contains(found)) violations.Add(found);
        }
        return new ProgramOutcome(violations, 2 * MaxPaths, IsComplete: false);
    }

    private static (int Tossed, (string Invariant, string Message)? Failure) RunOnce(Action<ProgramWorld> run, Action<ProgramWorld>? rival, List<bool> coins)
    {
        if (rival is null) return RunAlone(run, coins);
        ProgramWorld world = null!;
        Trial Setup()
        {
            world = new ProgramWorld(coins);
            return new Trial(new TrialTask("program", () => run(world)), new TrialTask("rival", () => rival(world))) { AtEnd = () => world.Vcpu.Kvm.Invariants!.CheckAll() };
        }
        Failure? failure = Explorer.Exhaust(Setup, preemptions: 1, maxRuns: 40).Failure;
        return (world.Tossed, failure is null ? null : (failure.Invariant, failure.Message));
    }

    private static (int Tossed, (string Invariant, string Message)? Failure) RunAlone(Action<ProgramWorld> run, List<bool> coins)
    {
        var world = new ProgramWorld(coins);
        try
        {
            ModelTask.Run("program", () => run(world));
            world.Vcpu.Kvm.Invariants!.CheckAll();
            return (world.Tossed, null);
        }
        catch (ModelViolationException e)
        {
            return (world.Tossed, (e.Invariant, e.Message));
        }
    }
}
