using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A mutex: one holder, who may sleep; not recursive.</summary>
/// <remarks>Source: struct mutex, locking/mutex-design.rst. The task that locks must unlock. Thread-safe.</remarks>
[Lock("mutex")]
public sealed class MutexLock : LockBase
{
    private const int Free = 0;
    private const int Held = 1;
    private const int HeldAndWaitedFor = 2;

    // Counts wake-ups, not holders: one too many makes somebody look once in vain.
    private readonly SemaphoreSlim _wakeUps = new(0);
    private int _state;

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
        Enter();
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
        Enter();
        Lockdep?.Acquired(this, LockMode.Exclusive, subclass: subclass);
    }

    /// <summary>Acquires it if it is free.</summary>
    /// <returns>True when acquired.</returns>
    [TryAcquiresLock]
    public bool TryLock()
    {
        SwitchPoint.TryAcquire(this, LockMode.Exclusive);
        if (Interlocked.CompareExchange(ref _state, Held, Free) != Free) return false;
        Lockdep?.Acquired(this, LockMode.Exclusive);
        return true;
    }

    /// <summary>Releases it.</summary>
    [ReleasesLock]
    public void Unlock()
    {
        SwitchPoint.Release(this, LockMode.Exclusive);
        Lockdep?.Releasing(this, LockMode.Exclusive);
        if (Interlocked.Exchange(ref _state, Free) == HeldAndWaitedFor) _wakeUps.Release();
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

    internal override bool IsFreeFor(LockMode mode) => Volatile.Read(ref _state) == Free;

    // One atomic step where nobody is in the way. Source: the three states of "Futexes Are Tricky" (Drepper, 2011).
    private void Enter()
    {
        if (Interlocked.CompareExchange(ref _state, Held, Free) == Free) return;
        while (Interlocked.Exchange(ref _state, HeldAndWaitedFor) != Free) _wakeUps.Wait();
    }
}
