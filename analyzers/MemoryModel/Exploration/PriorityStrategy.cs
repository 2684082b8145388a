namespace MemoryModel.Exploration;

/// <summary>The task with the highest priority takes the next step; priorities are drawn, and lowered at steps that are drawn.</summary>
/// <remarks>
/// Source: "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs" (PCT, 2010): a defect that takes d orderings between steps is found with a probability of at least 1 / (n k^(d-1)) per run, for n tasks and k steps.
/// A task that tries again goes behind all others.
/// </remarks>
internal sealed class PriorityStrategy : IStrategy
{
    private readonly long[] _priorities = new long[Trial.MaxTasks];
    private readonly int[] _changes;
    private ulong _state;
    private long _lowest;

    /// <summary>Draws priorities and the steps at which one is lowered.</summary>
    /// <param name="seed">Where from.</param>
    /// <param name="depth">Orderings that the defect takes; one step less than that is drawn.</param>
    /// <param name="horizon">Steps of a run, about.</param>
    public PriorityStrategy(ulong seed, int depth, int horizon)
    {
        _state = seed;
        for (int i = 0; i < _priorities.Length; i++) _priorities[i] = i + 1;
        for (int i = _priorities.Length - 1; i > 0; i--)
        {
            int other = (int)(Next() % (ulong)(i + 1));
            (_priorities[i], _priorities[other]) = (_priorities[other], _priorities[i]);
        }
        _changes = new int[depth - 1];
        for (int i = 0; i < _changes.Length; i++) _changes[i] = (int)(Next() % (ulong)horizon);
    }

    /// <inheritdoc/>
    public int Choose(Conductor run, int possible)
    {
        int best = Highest(possible);
        if (run.IsTryingAgain(best) || Array.IndexOf(_changes, run.StepCount) >= 0)
        {
            _priorities[best] = --_lowest;
            best = Highest(possible);
        }
        return best;
    }

    private int Highest(int possible)
    {
        int best = -1;
        for (int i = 0; i < _priorities.Length; i++)
        {
            if ((possible & (1 << i)) != 0 && (best < 0 || _priorities[i] > _priorities[best])) best = i;
        }
        return best;
    }

    private ulong Next()
    {
        _state += 0x9e3779b97f4a7c15;
        ulong value = (_state ^ (_state >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
