using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A spin lock with readers: many shared holders or one exclusive holder, none of whom may sleep; not recursive.</summary>
/// <remarks>Source: rwlock_t, locking/spinlocks.rst. A waiting writer keeps new readers out, so readers cannot starve it. Thread-safe.</remarks>
[Lock("rw spin lock", Spinning = true)]
public sealed class RwSpinLock : LockBase
{
    private const int Writer = -1;

    // Number of readers, or Writer.
    private int _state;
    private int _waitingWriters;

    /// <summary>Creates a free lock.</summary>
    /// <param name="name">Name of its lock class.</param>
    /// <param name="lockdep">The validator, or null for none.</param>
    public RwSpinLock(string name, Lockdep? lockdep = null) : base(name, spinning: true, lockdep)
    {
    }

    /// <summary>Acquires it shared, spinning while a writer holds it or waits for it.</summary>
    [AcquiresLock(Shared = true)]
    public void ReadLock()
    {
        Lockdep?.Acquiring(this, LockMode.Shared);
        SwitchPoint.Acquire(this, LockMode.Shared);
        var spin = new SpinWait();
        while (!TryEnterShared()) spin.SpinOnce();
        Lockdep?.Acquired(this, LockMode.Shared);
    }

    /// <summary>Acquires it shared if no writer holds it or waits for it.</summary>
    /// <returns>True when acquired.</returns>
    [TryAcquiresLock(Shared = true)]
    public bool TryReadLock()
    {
        SwitchPoint.TryAcquire(this, LockMode.Shared);
        if (!TryEnterShared()) return false;
        Lockdep?.Acquired(this, LockMode.Shared);
        return true;
    }

    /// <summary>Releases a shared hold.</summary>
    [ReleasesLock(Shared = true)]
    public void ReadUnlock()
    {
        SwitchPoint.Release(this, LockMode.Shared);
        Lockdep?.Releasing(this, LockMode.Shared);
        Interlocked.Decrement(ref _state);
    }

    /// <summary>Acquires it exclusively, spinning until every other holder has left.</summary>
    [AcquiresLock]
    public void WriteLock()
    {
        Lockdep?.Acquiring(this, LockMode.Exclusive);
        SwitchPoint.Acquire(this, LockMode.Exclusive);
        if (!TryEnterExclusive())
        {
            Interlocked.Increment(ref _waitingWriters);
            var spin = new SpinWait();
            while (!TryEnterExclusive()) spin.SpinOnce();
            Interlocked.Decrement(ref _waitingWriters);
        }
        Lockdep?.Acquired(this, LockMode.Exclusive);
    }

    /// <summary>Acquires it exclusively if nobody holds it.</summary>
    /// <returns>True when acquired.</returns>
    [TryAcquiresLock]
    public bool TryWriteLock()
    {
        SwitchPoint.TryAcquire(this, LockMode.Exclusive);
        if (!TryEnterExclusive()) return false;
        Lockdep?.Acquired(this, LockMode.Exclusive);
        return true;
    }

    /// <summary>Releases the exclusive hold.</summary>
    [ReleasesLock(Shared = false)]
    public void WriteUnlock()
    {
        SwitchPoint.Release(this, LockMode.Exclusive);
        Lockdep?.Releasing(this, LockMode.Exclusive);
        Volatile.Write(ref _state, 0);
    }

    /// <summary>Acquires it shared for the length of a <c>using</c>.</summary>
    [AcquiresLock(Shared = true)]
    public RwSpinReadScope Read() => new(this);

    /// <summary>Acquires it exclusively for the length of a <c>using</c>.</summary>
    [AcquiresLock]
    public RwSpinWriteScope Write() => new(this);

    /// <summary>Throws unless the current task holds it exclusively. Does nothing when validation is off.</summary>
    [AssertsLock]
    public void AssertHeld() => Lockdep?.AssertHeld(this, LockMode.Exclusive);

    /// <summary>Throws unless the current task holds it, shared or exclusive. Does nothing when validation is off.</summary>
    [AssertsLock(Shared = true)]
    public void AssertHeldShared() => Lockdep?.AssertHeld(this, LockMode.Shared);

    /// <summary>Throws if the current task holds it. Does nothing when validation is off.</summary>
    [ExcludesLock]
    public void AssertNotHeld() => Lockdep?.AssertNotHeld(this);

    internal override bool IsFreeFor(LockMode mode) => mode == LockMode.Exclusive ? Volatile.Read(ref _state) == 0 : Volatile.Read(ref _state) != Writer;

    private bool TryEnterShared()
    {
        while (Volatile.Read(ref _waitingWriters) == 0)
        {
            int state = Volatile.Read(ref _state);
            if (state == Writer) return false;
            // Another reader that came in between is no reason to give up.
            if (Interlocked.CompareExchange(ref _state, state + 1, state) == state) return true;
        }
        return false;
    }

    private bool TryEnterExclusive() => Interlocked.CompareExchange(ref _state, Writer, 0) == 0;
}
