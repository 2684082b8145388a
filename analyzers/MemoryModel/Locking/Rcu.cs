using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>Read-copy-update: readers never wait, and must not sleep; who has replaced something waits until all readers that may still see the old one have left.</summary>
/// <remarks>
/// Source: RCU/whatisRCU.rst. A read section is an atomic context, as the section of a spin lock is: this is what tells it from <see cref="Srcu"/>, whose readers may sleep. Sections nest, and end on the thread that they began on.
/// Each domain has its own readers, where the kernel has one for all. Thread-safe.
/// </remarks>
[Lock("RCU", Spinning = true, Reentrant = true)]
public sealed class Rcu : LockBase
{
    private readonly GracePeriods _periods = new();

    // The sections that this thread is in, innermost first: no reader keeps an index.
    [ThreadStatic]
    private static Section? t_open;

    /// <summary>Creates a domain without readers.</summary>
    /// <param name="name">Name of its lock class.</param>
    /// <param name="lockdep">The validator, or null for none.</param>
    public Rcu(string name, Lockdep? lockdep = null) : base(name, spinning: true, lockdep)
    {
    }

    /// <summary>Begins a read section. Never waits; nothing in the section may sleep.</summary>
    /// <remarks>Source: rcu_read_lock().</remarks>
    [AcquiresLock(Shared = true)]
    public void ReadLock()
    {
        SwitchPoint.Acquire(this, LockMode.Shared);
        t_open = new Section(this, _periods.Enter(), t_open);
        Lockdep?.Acquired(this, LockMode.Shared);
    }

    /// <summary>Ends the innermost read section.</summary>
    /// <exception cref="ModelViolationException">"not held": this thread is in none.</exception>
    /// <remarks>Source: rcu_read_unlock().</remarks>
    [ReleasesLock(Shared = true)]
    public void ReadUnlock()
    {
        SwitchPoint.Release(this, LockMode.Shared);
        Lockdep?.Releasing(this, LockMode.Shared);
        Section? open = t_open;
        Section? inner = null;
        while (open is not null && open.Domain != this) (inner, open) = (open, open.Outer);
        if (open is null) throw new ModelViolationException("not held", ModelTask.Current.Name, $"{Class} released by a task that does not hold it");
        if (inner is null) t_open = open.Outer;
        else inner.Outer = open.Outer;
        _periods.Leave(open.Period);
    }

    /// <summary>A read section for the length of a <c>using</c>.</summary>
    [AcquiresLock(Shared = true)]
    public RcuScope Read() => new(this);

    /// <summary>Waits until every read section that began before the call has ended.</summary>
    /// <remarks>Must not be called inside a read section, nor under a lock that any read section takes. Source: synchronize_rcu().</remarks>
    [WaitsFor, MaySleep]
    public void Synchronize()
    {
        Lockdep?.WaitingFor(this, "synchronize_rcu");
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

    private sealed class Section(Rcu domain, int period, Section? outer)
    {
        public Rcu Domain => domain;

        public int Period => period;

        public Section? Outer { get; set; } = outer;
    }
}
