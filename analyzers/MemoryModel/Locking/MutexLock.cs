using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A mutex: one holder, who may sleep; not recursive.</summary>
/// <remarks>Source: struct mutex, locking/mutex-design.rst. The task that locks must unlock. Thread-safe.</remarks>
[Lock("mutex")]
public sealed class MutexLock : LockBase
{
    private readonly SemaphoreSlim _free = new(1, 1);

    /// <summary>Creates a free mutex.</summary>
    /// <param name="name">Name of its lock class.</param>
    /// <param name="lockdep">The validator, or null for none.</param>
    public MutexLock(string name, Lockdep? lockdep = null) : base(name, spinning: false, lockdep)
    {
    }

    /// <summary>Acquires it, sleeping until it is free.</summary>
    [AcquiresLock, MaySleep]
    public void Lock()
    {
        Lockdep?.Acquiring(this, LockMode.Exclusive);
        SwitchPoint.Acquire(this, LockMode.Exclusive);
        _free.Wait();
        Lockdep?.Acquired(this, LockMode.Exclusive);
    }

    /// <summary>Acquires it at a level of nesting: inside another lock of the same class.</summary>
    /// <param name="subclass">The level: 1 inside a lock taken the usual way. 0 to 7.</param>
    /// <remarks>Source: mutex_lock_nested().</remarks>
    [AcquiresLock, MaySleep]
    public void LockNested(int subclass)
    {
        Lockdep?.Acquiring(this, LockMode.Exclusive, subclass);
        SwitchPoint.Acquire(this, LockMode.Exclusive);
        _free.Wait();
        Lockdep?.Acquired(this, LockMode.Exclusive, subclass: subclass);
    }

    /// <summary>Acquires it if it is free.</summary>
    /// <returns>True when acquired.</returns>
    [TryAcquiresLock]
    public bool TryLock()
    {
        SwitchPoint.TryAcquire(this, LockMode.Exclusive);
        if (!_free.Wait(0)) return false;
        Lockdep?.Acquired(this, LockMode.Exclusive);
        return true;
    }

    /// <summary>Releases it.</summary>
    [ReleasesLock]
    public void Unlock()
    {
        SwitchPoint.Release(this, LockMode.Exclusive);
        Lockdep?.Releasing(this, LockMode.Exclusive);
        _free.Release();
    }

    /// <summary>Acquires it for the length of a <c>using</c>.</summary>
    [AcquiresLock, MaySleep]
    public MutexScope Hold() => new(this);

    /// <summary>Throws unless the current task holds it. Does nothing when validation is off.</summary>
    [AssertsLock]
    public void AssertHeld() => Lockdep?.AssertHeld(this, LockMode.Exclusive);

    /// <summary>Throws if the current task holds it. Does nothing when validation is off.</summary>
    [ExcludesLock]
    public void AssertNotHeld() => Lockdep?.AssertNotHeld(this);

    internal override bool IsFreeFor(LockMode mode) => _free.CurrentCount > 0;
}
