using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A spin lock: one holder, who must not sleep; not recursive.</summary>
/// <remarks>Source: spinlock_t, locking/spinlocks.rst. Thread-safe.</remarks>
[Lock("spin lock", Spinning = true)]
public sealed class SpinningLock : LockBase
{
    private const int Free = 0;
    private const int Held = 1;

    private int _state;

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
        Enter();
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
        Enter();
        Lockdep?.Acquired(this, LockMode.Exclusive, subclass: subclass);
    }

    /// <summary>Acquires it if it is free.</summary>
    /// <returns>True when acquired.</returns>
    [TryAcquiresLock]
    public bool TryLock()
    {
        SwitchPoint.TryAcquire(this, LockMode.Exclusive);
        if (!TryEnter()) return false;
        Lockdep?.Acquired(this, LockMode.Exclusive);
        return true;
    }

    /// <summary>Releases it.</summary>
    [ReleasesLock]
    public void Unlock()
    {
        SwitchPoint.Release(this, LockMode.Exclusive);
        Lockdep?.Releasing(this, LockMode.Exclusive);
        Volatile.Write(ref _state, Free);
    }

    /// <summary>Acquires it for the length of a <c>using</c>.</summary>
    [AcquiresLock]
    public SpinScope Hold() => new(this);

    /// <summary>Throws unless the current task holds it. Does nothing when validation is off.</summary>
    [AssertsLock]
    public void AssertHeld() => Lockdep?.AssertHeld(this, LockMode.Exclusive);

    internal override bool IsFreeFor(LockMode mode) => Volatile.Read(ref _state) == Free;

    private void Enter()
    {
        if (TryEnter()) return;
        var spin = new SpinWait();
        do spin.SpinOnce();
        while (Volatile.Read(ref _state) != Free || !TryEnter());
    }

    private bool TryEnter() => Interlocked.CompareExchange(ref _state, Held, Free) == Free;
}
