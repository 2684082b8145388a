using LockDiscipline;
using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;
using MemoryModel.Validation;

namespace MemoryModel;

/// <summary>A virtual machine, as far as its memory goes: its memslots, the locks around them, and the back end of its kind of machine.</summary>
/// <remarks>Source: struct kvm; the order of the locks is that of kvm/locking.rst. Thread-safe under the locks that its members name.</remarks>
public sealed partial class Kvm
{
    /// <summary>Number of address spaces: the normal one and that of system management mode.</summary>
    public const int AddressSpaceCount = 2;

    /// <summary>Creates a machine without memory.</summary>
    /// <param name="mm">The address space of the process that runs it.</param>
    /// <param name="backend">What its kind of machine adds; null for a plain one.</param>
    public Kvm(Mm mm, IBackend? backend = null)
    {
        Mm = mm;
        Backend = backend ?? new PlainBackend();
        VmLock = new MutexLock("kvm->lock", mm.Lockdep);
        SlotsLock = new MutexLock("slots_lock", mm.Lockdep);
        SlotsArchLock = new MutexLock("slots_arch_lock", mm.Lockdep);
        Srcu = new Srcu("kvm->srcu", mm.Lockdep);
        Rcu = new Rcu("rcu", mm.Lockdep);
        MmuLock = new RwSpinLock("mmu_lock", mm.Lockdep);
        Invalidations = new ActiveInvalidations(mm.Lockdep);
        _active = new MemslotSet[AddressSpaceCount];
        _inactive = new MemslotSet[AddressSpaceCount];
        for (int i = 0; i < AddressSpaceCount; i++)
        {
            _active[i] = new MemslotSet(this, (ulong)i);
            _inactive[i] = new MemslotSet(this, (ulong)i);
        }
        _notifier = new KvmMmuNotifier(this);
        Errno error = mm.RegisterNotifier(_notifier);
        if (error.IsError) throw new ModelViolationException("mm_users", ModelTask.Current.Name, $"a machine that its process cannot have (it has exited, or something was made to fail): {error}");
        if (mm.Lockdep is null) return;
        mm.Lockdep.Declare(this);
        Invariants = new Invariants(this);
    }

    private readonly KvmMmuNotifier _notifier;
    private int _users = 1;
    private volatile bool _isDead;
    private volatile bool _isDestroyed;

    /// <summary>True when the last user has let go of it, and no notification can come any more.</summary>
    internal bool IsDestroyed => _isDestroyed;

    /// <summary>Its subscription to changes of the process's memory, for tests.</summary>
    internal MmuNotifier Notifier => _notifier;

    /// <summary>True when the process has exited, or the machine has been destroyed: every fault fails.</summary>
    public bool IsDead
    {
        get
        {
            SwitchPoint.Read(this, "whether the machine is dead");
            return _isDead;
        }
    }

    /// <summary>The same, for the checker of invariants.</summary>
    internal bool PeekDead => _isDead;

    /// <summary>True when a shadow entry pins the page that it maps, as in 2008: the page stays in memory until the entry goes. Later machines rely on the notifiers alone.</summary>
    public bool PinsMappedPages { get; init; }

    /// <summary>False when the hardware does not mark entries as used (EPT without A/D bits): they are made unusable instead, and the next use is a fault.</summary>
    public bool UsesAccessedBits { get; init; } = true;

    /// <summary>True when deleting or moving a slot throws every root away instead of taking that slot's entries out. Both come to the same for a guest.</summary>
    /// <remarks>Source: KVM_X86_QUIRK_SLOT_ZAP_ALL.</remarks>
    public bool SlotZapAllQuirk { get; init; } = true;

    /// <summary>Checks the model's invariants as it runs; null when validation is off.</summary>
    public Invariants? Invariants { get; }

    /// <summary>Held while vCPUs are made.</summary>
    /// <remarks>Source: kvm->lock. Taken inside read sections, so nobody waits for those under it.</remarks>
    [AcquiredBefore(nameof(SlotsLock))]
    public MutexLock VmLock { get; }

    /// <summary>The address space of the process that runs the machine.</summary>
    public Mm Mm { get; }

    /// <summary>What this kind of machine adds.</summary>
    public IBackend Backend { get; }

    /// <summary>What the kernel printed about this machine.</summary>
    public KernelLog Log { get; } = new();

    /// <summary>Held while memslots are changed, from validation to the end of the last grace period.</summary>
    /// <remarks>Never taken inside an SRCU read section: its holder waits for those.</remarks>
    [AcquiredBefore("Mm.MmapLock")]
    public MutexLock SlotsLock { get; }

    /// <summary>Protects the inactive sets of memslots. Let go before the wait for readers.</summary>
    [AcquiredAfter(nameof(SlotsLock))]
    public MutexLock SlotsArchLock { get; }

    /// <summary>Readers of memslots. A slot is good only inside the read section that it was found in.</summary>
    [AcquiredAfter(nameof(SlotsLock))]
    public Srcu Srcu { get; }

    /// <summary>Readers of memory attributes, who must not sleep.</summary>
    /// <remarks>Source: kvm->mem_attr_array, an xarray: read under rcu_read_lock(), changed under the slots_lock.</remarks>
    public Rcu Rcu { get; }

    /// <summary>Protects what the machine's page tables map. Spinning: nothing may sleep under it.</summary>
    [AcquiredAfter(nameof(SlotsLock), nameof(SlotsArchLock), nameof(Srcu), "Mm.MmapLock", "Mm.RmapLock", "Mm.PageTableLock")]
    [RequiresSettled("tlb flush")]
    public RwSpinLock MmuLock { get; }

    /// <summary>Notifier invalidations that have begun and not ended; memslots are not swapped meanwhile.</summary>
    public ActiveInvalidations Invalidations { get; }

    /// <summary>Adds a user, who keeps the machine alive.</summary>
    /// <remarks>Source: kvm_get_kvm().</remarks>
    internal void Get()
    {
        SwitchPoint.Write(this, "users of the machine");
        Interlocked.Increment(ref _users);
    }

    /// <summary>Closes the machine, or lets go of it in the name of another user. The last one destroys it.</summary>
    /// <exception cref="ModelViolationException">"E23": it was closed once too often.</exception>
    /// <remarks>Source: kvm_put_kvm(). A guest_memfd is a user of its machine; the machine is none of the file's.</remarks>
    [ExcludesLock(nameof(MmuLock), nameof(SlotsLock), nameof(Srcu), "Mm.MmapLock", "Mm.RmapLock"), MaySleep]
    public void Put()
    {
        Mm.Lockdep?.MightSleep("closing a machine", MmuLock, SlotsLock, Srcu, Mm.MmapLock, Mm.RmapLock);
        SwitchPoint.Write(this, "users of the machine");
        int left = Interlocked.Decrement(ref _users);
        if (left < 0) throw Broken("E23", "a machine was closed once too often");
        if (left > 0) return;
        Mm.UnregisterNotifier(_notifier);
        _isDestroyed = true;
        Invalidations.Reset();
        UnbindAll();
        Invariants?.Stop();
    }

    /// <summary>The address space goes away: nothing of it may be mapped, or become mapped.</summary>
    /// <remarks>Source: kvm_mmu_notifier_release(), kvm_flush_shadow_all().</remarks>
    internal void ReleaseMm()
    {
        int index = Srcu.ReadLock();
        using (MmuLock.Write())
        {
            SwitchPoint.Write(this, "whether the machine is dead");
            _isDead = true;
            ZapAllLocked(mirrors: true);
        }
        Srcu.ReadUnlock(index);
    }
}
