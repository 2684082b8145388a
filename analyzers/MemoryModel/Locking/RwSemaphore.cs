using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A sleeping lock with readers: many shared holders or one exclusive holder; an exclusive hold can be turned into a shared one, never the reverse.</summary>
/// <remarks>Source: struct rw_semaphore. A waiting writer keeps new readers out. Not recursive. Thread-safe.</remarks>
[Lock("rw semaphore")]
public sealed class RwSemaphore : LockBase
{
    // Number of readers, and besides:
    private const int Writer = 1 << 30;

    // Somebody waits: who comes queues up, and who leaves wakes the queue.
    private const int Queued = 1 << 29;

    private readonly object _gate = new();
    private int _state;

    [GuardedBy(nameof(_gate))]
    private int _waiting;

    [GuardedBy(nameof(_gate))]
    private int _waitingWriters;

    /// <summary>Creates a free lock.</summary>
    /// <param name="name">Name of its lock class.</param>
    /// <param name="lockdep">The validator, or null for none.</param>
    public RwSemaphore(string name, Lockdep? lockdep = null) : base(name, spinning: false, lockdep)
    {
    }

    /// <summary>Acquires it shared, sleeping while a writer holds it or waits for it.</summary>
    [AcquiresLock(Shared = true), MaySleep]
    public void ReadLock() => ReadLockNested(0);

    /// <summary>Acquires it shared at a level of nesting: inside another lock of the same class.</summary>
    /// <param name="subclass">The level: 1 inside a lock taken the usual way. 0 to 7.</param>
    /// <remarks>Source: down_read_nested().</remarks>
    [AcquiresLock(Shared = true), MaySleep]
    public void ReadLockNested(int subclass)
    {
        Lockdep?.Acquiring(this, LockMode.Shared, subclass);
        SwitchPoint.Acquire(this, LockMode.Shared);
        int state = Volatile.Read(ref _state);
        if ((state & (Writer | Queued)) != 0 || Interlocked.CompareExchange(ref _state, state + 1, state) != state) QueueShared();
        Lockdep?.Acquired(this, LockMode.Shared, subclass: subclass);
    }

    /// <summary>Acquires it shared if no writer holds it or waits for it.</summary>
    /// <returns>True when acquired.</returns>
    [TryAcquiresLock(Shared = true)]
    public bool TryReadLock()
    {
        SwitchPoint.TryAcquire(this, LockMode.Shared);
        lock (_gate)
        {
            if (_waitingWriters > 0 || !TryEnter(Writer, 1)) return false;
        }
        Lockdep?.Acquired(this, LockMode.Shared);
        return true;
    }

    /// <summary>Releases a shared hold.</summary>
    [ReleasesLock(Shared = true)]
    public void ReadUnlock()
    {
        SwitchPoint.Release(this, LockMode.Shared);
        Lockdep?.Releasing(this, LockMode.Shared);
        if ((Interlocked.Decrement(ref _state) & Queued) != 0) WakeQueue();
    }

    /// <summary>Acquires it exclusively, sleeping until every other holder has left.</summary>
    [AcquiresLock, MaySleep]
    public void WriteLock() => WriteLockNested(0);

    /// <summary>Acquires it exclusively at a level of nesting: inside another lock of the same class.</summary>
    /// <param name="subclass">The level: 1 inside a lock taken the usual way. 0 to 7.</param>
    /// <remarks>Source: down_write_nested().</remarks>
    [AcquiresLock, MaySleep]
    public void WriteLockNested(int subclass)
    {
        Lockdep?.Acquiring(this, LockMode.Exclusive, subclass);
        SwitchPoint.Acquire(this, LockMode.Exclusive);
        if (Interlocked.CompareExchange(ref _state, Writer, 0) != 0) QueueExclusive();
        Lockdep?.Acquired(this, LockMode.Exclusive, subclass: subclass);
    }

    /// <summary>Acquires it exclusively if nobody holds it.</summary>
    /// <returns>True when acquired.</returns>
    /// <remarks>Source: down_write_trylock().</remarks>
    [TryAcquiresLock]
    public bool TryWriteLock()
    {
        SwitchPoint.TryAcquire(this, LockMode.Exclusive);
        if (!TryEnter(~Queued, Writer)) return false;
        Lockdep?.Acquired(this, LockMode.Exclusive);
        return true;
    }

    /// <summary>Releases the exclusive hold.</summary>
    [ReleasesLock(Shared = false)]
    public void WriteUnlock()
    {
        SwitchPoint.Release(this, LockMode.Exclusive);
        Lockdep?.Releasing(this, LockMode.Exclusive);
        if ((Interlocked.Add(ref _state, -Writer) & Queued) != 0) WakeQueue();
    }

    /// <summary>Turns the exclusive hold into a shared one; no other writer comes in between. The release that is due afterwards is <see cref="ReadUnlock"/>.</summary>
    /// <remarks>Source: downgrade_write().</remarks>
    [DowngradesLock]
    public void DowngradeWrite()
    {
        SwitchPoint.Release(this, LockMode.Exclusive);
        Lockdep?.Downgrading(this);
        if ((Interlocked.Add(ref _state, 1 - Writer) & Queued) != 0) WakeQueue();
    }

    /// <summary>Acquires it shared for the length of a <c>using</c>.</summary>
    [AcquiresLock(Shared = true), MaySleep]
    public RwSemaphoreReadScope Read() => new(this);

    /// <summary>Acquires it exclusively for the length of a <c>using</c>.</summary>
    [AcquiresLock, MaySleep]
    public RwSemaphoreWriteScope Write() => new(this);

    /// <summary>Throws unless the current task holds it exclusively. Does nothing when validation is off.</summary>
    [AssertsLock]
    public void AssertHeld() => Lockdep?.AssertHeld(this, LockMode.Exclusive);

    /// <summary>Throws unless the current task holds it, shared or exclusive. Does nothing when validation is off.</summary>
    [AssertsLock(Shared = true)]
    public void AssertHeldShared() => Lockdep?.AssertHeld(this, LockMode.Shared);

    /// <summary>Throws if the current task holds it. Does nothing when validation is off.</summary>
    [ExcludesLock]
    public void AssertNotHeld() => Lockdep?.AssertNotHeld(this);

    internal override bool IsFreeFor(LockMode mode) => (Volatile.Read(ref _state) & (mode == LockMode.Shared ? Writer : ~Queued)) == 0;

    /// <summary>Takes it if none of some bits of the state are set.</summary>
    private bool TryEnter(int obstacles, int hold)
    {
        int state = Volatile.Read(ref _state);
        while ((state & obstacles) == 0)
        {
            int seen = Interlocked.CompareExchange(ref _state, state + hold, state);
            if (seen == state) return true;
            state = seen;
        }
        return false;
    }

    // Below, the queue is announced first, and then looked whether it is free by now: who leaves does the opposite, so one of the two sees the other.
    [MaySleep]
    private void QueueShared()
    {
        lock (_gate)
        {
            Announce();
            while (_waitingWriters > 0 || !TryEnter(Writer, 1)) Monitor.Wait(_gate);
            LeaveQueue();
        }
    }

    [MaySleep]
    private void QueueExclusive()
    {
        lock (_gate)
        {
            Announce();
            _waitingWriters++;
            while (!TryEnter(~Queued, Writer)) Monitor.Wait(_gate);
            _waitingWriters--;
            LeaveQueue();
        }
    }

    [RequiresLock(nameof(_gate))]
    private void Announce()
    {
        _waiting++;
        Interlocked.Or(ref _state, Queued);
    }

    [RequiresLock(nameof(_gate))]
    private void LeaveQueue()
    {
        if (--_waiting == 0) Interlocked.And(ref _state, ~Queued);
    }

    private void WakeQueue()
    {
        lock (_gate) Monitor.PulseAll(_gate);
    }
}
