using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A spin lock: one holder, who must not sleep; not recursive.</summary>
/// <remarks>Source: spinlock_t, locking/spinlocks.rst. Thread-safe.</remarks>
[Lock("spin lock", Spinning = true)]
public sealed class SpinningLock : LockBase
{
    // Not readonly: the struct changes when it is taken. Owner tracking is the validator's job.
    private SpinLock _free = new(enableThreadOwnerTracking: false);

    /// <summary>Creates a free spin lock.</summary>
    /// <param name="name">Name of its lock class.</param>
    /// <param name="lockdep">The validator, or null for none.</param>
    public SpinningLock(string name, Lockdep? lockdep = null) : base(name, spinning: true, lockdep)
    {
    }

    /// <summary>Acquires it, spinning until it is free.</summary>
    [AcquiresLock]
    public void Lock()
    {
        Lockdep?.Acquiring(this, LockMode.Exclusive);
        SwitchPoint.Acquire(this, LockMode.Exclusive);
        bool taken = false;
        _free.Enter(ref taken);
        Lockdep?.Acquired(this, LockMode.Exclusive);
    }

    /// <summary>Acquires it at a level of nesting: inside another lock of the same class.</summary>
    /// <param name="subclass">The level: 1 inside a lock taken the usual way. 0 to 7.</param>
    /// <remarks>Source: spin_lock_nested().</remarks>
    [AcquiresLock]
    public void LockNested(int subclass)
    {
        Lockdep?.Acquiring(this, LockMode.Exclusive, subclass);
        SwitchPoint.Acquire(this, LockMode.Exclusive);
        bool taken = false;
        _free.Enter(ref taken);
        Lockdep?.Acquired(this, LockMode.Exclusive, subclass: subclass);
    }

    /// <summary>Acquires it if it is free.</summary>
    /// <returns>True when acquired.</returns>
    [TryAcquiresLock]
    public bool TryLock()
    {
        SwitchPoint.TryAcquire(this, LockMode.Exclusive);
        bool taken = false;
        _free.TryEnter(ref taken);
        if (taken) Lockdep?.Acquired(this, LockMode.Exclusive);
        return taken;
    }

    /// <summary>Releases it.</summary>
    [ReleasesLock]
    public void Unlock()
    {
        SwitchPoint.Release(this, LockMode.Exclusive);
        Lockdep?.Releasing(this, LockMode.Exclusive);
        _free.Exit();
    }

    /// <summary>Acquires it for the length of a <c>using</c>.</summary>
    [AcquiresLock]
    public SpinScope Hold() => new(this);

    /// <summary>Throws unless the current task holds it. Does nothing when validation is off.</summary>
    [AssertsLock]
    public void AssertHeld() => Lockdep?.AssertHeld(this, LockMode.Exclusive);

    internal override bool IsFreeFor(LockMode mode) => !_free.IsHeld;
}
