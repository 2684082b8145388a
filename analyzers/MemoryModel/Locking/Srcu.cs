using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>Sleepable read-copy-update: readers never wait; who has replaced something waits until all readers that may still see the old one have left.</summary>
/// <remarks>
/// Source: RCU/Design, "Sleepable RCU"; kvm/locking.rst for its place in the order. Read sections nest and may sleep. A reader keeps the index that
/// it was given and returns it when it leaves. Thread-safe.
/// </remarks>
[Lock("SRCU", Reentrant = true)]
public sealed class Srcu : LockBase
{
    private readonly GracePeriods _periods = new();

    /// <summary>Creates a domain without readers.</summary>
    /// <param name="name">Name of its lock class.</param>
    /// <param name="lockdep">The validator, or null for none.</param>
    public Srcu(string name, Lockdep? lockdep = null) : base(name, spinning: false, lockdep)
    {
    }

    /// <summary>Begins a read section. Never waits.</summary>
    /// <returns>The index that <see cref="ReadUnlock"/> wants back: 0 or 1.</returns>
    [AcquiresLock(Shared = true)]
    [return: LockToken]
    public int ReadLock()
    {
        SwitchPoint.Acquire(this, LockMode.Shared);
        int index = _periods.Enter();
        Lockdep?.Acquired(this, LockMode.Shared, index);
        return index;
    }

    /// <summary>Ends the read section that was begun with this index.</summary>
    /// <param name="index">What <see cref="ReadLock"/> returned.</param>
    [ReleasesLock(Shared = true)]
    public void ReadUnlock([LockToken] int index)
    {
        SwitchPoint.Release(this, LockMode.Shared);
        Lockdep?.ReleasingToken(this, index);
        _periods.Leave(index);
    }

    /// <summary>A read section for the length of a <c>using</c>.</summary>
    [AcquiresLock(Shared = true)]
    public SrcuScope Read() => new(this);

    /// <summary>Waits until every read section that began before the call has ended.</summary>
    /// <remarks>Must not be called inside a read section, nor under a lock that any read section takes. Source: synchronize_srcu().</remarks>
    [WaitsFor, MaySleep]
    public void Synchronize()
    {
        Lockdep?.WaitingFor(this, "synchronize_srcu");
        _periods.Wait(this);
    }

    /// <summary>Throws unless the current task is in a read section. Does nothing when validation is off.</summary>
    [AssertsLock(Shared = true)]
    public void AssertHeldShared() => Lockdep?.AssertHeld(this, LockMode.Shared);

    /// <summary>Throws if the current task is in a read section. Does nothing when validation is off.</summary>
    [ExcludesLock]
    public void AssertNotHeld() => Lockdep?.AssertNotHeld(this);

    // Readers never wait.
    internal override bool IsFreeFor(LockMode mode) => true;
}
