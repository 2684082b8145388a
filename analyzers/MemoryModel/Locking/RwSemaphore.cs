using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A sleeping lock with readers: many shared holders or one exclusive holder; an exclusive hold can be turned into a shared one, never the reverse.</summary>
/// <remarks>Source: struct rw_semaphore. A waiting writer keeps new readers out. Not recursive. Thread-safe.</remarks>
[Lock("rw semaphore")]
public sealed class RwSemaphore : LockBase
{
    private readonly object _gate = new();

    [GuardedBy(nameof(_gate))]
    private int _readers;

    [GuardedBy(nameof(_gate))]
    private bool _writer;

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
        lock (_gate)
        {
            while (_writer || _waitingWriters > 0) Monitor.Wait(_gate);
            _readers++;
        }
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
            if (_writer || _waitingWriters > 0) return false;
            _readers++;
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
        lock (_gate)
        {
            _readers--;
            if (_readers == 0) Monitor.PulseAll(_gate);
        }
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
        lock (_gate)
        {
            _waitingWriters++;
            while (_writer || _readers > 0) Monitor.Wait(_gate);
            _waitingWriters--;
            _writer = true;
        }
        Lockdep?.Acquired(this, LockMode.Exclusive, subclass: subclass);
    }

    /// <summary>Acquires it exclusively if nobody holds it.</summary>
    /// <returns>True when acquired.</returns>
    /// <remarks>Source: down_write_trylock().</remarks>
    [TryAcquiresLock]
    public bool TryWriteLock()
    {
        SwitchPoint.TryAcquire(this, LockMode.Exclusive);
        lock (_gate)
        {
            if (_writer || _readers > 0) return false;
            _writer = true;
        }
        Lockdep?.Acquired(this, LockMode.Exclusive);
        return true;
    }

    /// <summary>Releases the exclusive hold.</summary>
    [ReleasesLock(Shared = false)]
    public void WriteUnlock()
    {
        SwitchPoint.Release(this, LockMode.Exclusive);
        Lockdep?.Releasing(this, LockMode.Exclusive);
        lock (_gate)
        {
            _writer = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Turns the exclusive hold into a shared one; no other writer comes in between. The release that is due afterwards is <see cref="ReadUnlock"/>.</summary>
    /// <remarks>Source: downgrade_write().</remarks>
    [DowngradesLock]
    public void DowngradeWrite()
    {
        SwitchPoint.Release(this, LockMode.Exclusive);
        Lockdep?.Downgrading(this);
        lock (_gate)
        {
            _writer = false;
            _readers++;
            Monitor.PulseAll(_gate);
        }
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

    internal override bool IsFreeFor(LockMode mode)
    {
        lock (_gate) return !_writer && (mode == LockMode.Shared || _readers == 0);
    }
}
