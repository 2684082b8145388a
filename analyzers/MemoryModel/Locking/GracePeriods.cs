using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>Counts the readers of two periods by turns: who waits has new readers counted in the other period, and waits until the old one has none left.</summary>
/// <remarks>Source: the two counters of RCU/Design, "Sleepable RCU". Both counters and the period that is current are one word, so that a reader begins with one atomic step and ends with one. Thread-safe.</remarks>
internal sealed class GracePeriods
{
    private const int CounterBits = 31;
    private const long CounterMask = (1L << CounterBits) - 1;
    private const int CurrentShift = 2 * CounterBits;
    private const long CurrentBit = 1L << CurrentShift;

    // Set when a period has lost its last reader, while somebody waits for that.
    private readonly ManualResetEventSlim _left = new();

    // Only one task flips at a time, so the other period has no readers left when a new one begins.
    private readonly SemaphoreSlim _flip = new(1, 1);

    private long _readers;
    private volatile bool _isAwaited;

    /// <summary>A reader begins.</summary>
    /// <returns>The period that it is counted in: 0 or 1.</returns>
    public int Enter()
    {
        long word = Volatile.Read(ref _readers);
        while (true)
        {
            int period = (int)(word >> CurrentShift);
            long seen = Interlocked.CompareExchange(ref _readers, word + OneOf(period), word);
            if (seen == word) return period;
            word = seen;
        }
    }

    /// <summary>A reader has ended.</summary>
    /// <param name="period">What <see cref="Enter"/> returned.</param>
    public void Leave(int period)
    {
        long word = Interlocked.Add(ref _readers, -OneOf(period));
        // The count first, the question second; who waits does the opposite, so one of the two sees the other.
        if (_isAwaited && CountOf(word, period) == 0) _left.Set();
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
            _isAwaited = true;
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
            _isAwaited = false;
            _flip.Release();
        }
    }

    /// <returns>The period that was current. An atomic step, and so a barrier between what was announced before and what is counted afterwards.</returns>
    private int Flip()
    {
        // Nobody else flips meanwhile, so the bit is what it is.
        int old = (int)(Volatile.Read(ref _readers) >> CurrentShift);
        Interlocked.Add(ref _readers, old == 0 ? CurrentBit : -CurrentBit);
        return old;
    }

    private bool HasLeft(int period) => CountOf(Volatile.Read(ref _readers), period) == 0;

    private static long OneOf(int period) => 1L << (period * CounterBits);

    private static long CountOf(long word, int period) => (word >> (period * CounterBits)) & CounterMask;
}
