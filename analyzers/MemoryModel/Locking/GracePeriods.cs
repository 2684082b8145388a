using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>Counts the readers of two periods by turns: who waits has new readers counted in the other period, and waits until the old one has none left.</summary>
/// <remarks>Source: the two counters of RCU/Design, "Sleepable RCU". Thread-safe.</remarks>
internal sealed class GracePeriods
{
    // Readers may be where nobody may sleep. Not readonly: the struct changes when it is taken.
    private SpinLock _gate = new(enableThreadOwnerTracking: false);

    // Set when a period has lost its last reader.
    private readonly ManualResetEventSlim _left = new();

    // Only one task flips at a time, so the other period has no readers left when a new one begins.
    private readonly SemaphoreSlim _flip = new(1, 1);

    [GuardedBy(nameof(_gate))]
    private int _active0;

    [GuardedBy(nameof(_gate))]
    private int _active1;

    [GuardedBy(nameof(_gate))]
    private int _current;

    /// <summary>A reader begins.</summary>
    /// <returns>The period that it is counted in: 0 or 1.</returns>
    public int Enter()
    {
        bool taken = false;
        _gate.Enter(ref taken);
        int period = _current;
        if (period == 0) _active0++;
        else _active1++;
        _gate.Exit();
        return period;
    }

    /// <summary>A reader has ended.</summary>
    /// <param name="period">What <see cref="Enter"/> returned.</param>
    public void Leave(int period)
    {
        bool taken = false;
        _gate.Enter(ref taken);
        int left = period == 0 ? --_active0 : --_active1;
        _gate.Exit();
        if (left == 0) _left.Set();
    }

    /// <summary>Waits until every reader that began before the call has ended.</summary>
    /// <param name="gate">The lock that the readers hold, for a deterministic scheduler.</param>
    [MaySleep]
    public void Wait(LockBase gate)
    {
        SwitchPoint.Wait(gate, "another grace period", this, static periods => ((GracePeriods)periods)._flip.CurrentCount > 0);
        _flip.Wait();
        try
        {
            int old = Flip();
            SwitchPoint.Wait(gate, "readers", this, old == 0 ? static periods => ((GracePeriods)periods).HasLeft(0) : static periods => ((GracePeriods)periods).HasLeft(1));
            while (true)
            {
                _left.Reset();
                if (HasLeft(old)) break;
                _left.Wait();
            }
        }
        finally
        {
            _flip.Release();
        }
    }

    private int Flip()
    {
        bool taken = false;
        _gate.Enter(ref taken);
        int old = _current;
        _current = 1 - old;
        _gate.Exit();
        return old;
    }

    private bool HasLeft(int period)
    {
        bool taken = false;
        _gate.Enter(ref taken);
        int left = period == 0 ? _active0 : _active1;
        _gate.Exit();
        return left == 0;
    }
}
