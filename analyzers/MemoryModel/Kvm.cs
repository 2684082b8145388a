using LockDiscipline;
using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Slots;

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
        SlotsLock = new MutexLock("slots_lock", mm.Lockdep);
        SlotsArchLock = new MutexLock("slots_arch_lock", mm.Lockdep);
        Srcu = new Srcu("kvm->srcu", mm.Lockdep);
        MmuLock = new RwSpinLock("mmu_lock", mm.Lockdep);
        Invalidations = new ActiveInvalidations(mm.Lockdep);
        _active = new MemslotSet[AddressSpaceCount];
        _inactive = new MemslotSet[AddressSpaceCount];
        for (int i = 0; i < AddressSpaceCount; i++)
        {
            _active[i] = new MemslotSet((ulong)i);
            _inactive[i] = new MemslotSet((ulong)i);
        }
    }

    /// <summary>The address space of the process that runs the machine.</summary>
    public Mm Mm { get; }

    /// <summary>What this kind of machine adds.</summary>
    public IBackend Backend { get; }

    /// <summary>What the kernel printed about this machine.</summary>
    public KernelLog Log { get; } = new();

    /// <summary>Held while memslots are changed, from validation to the end of the last grace period.</summary>
    /// <remarks>Never taken inside an SRCU read section: its holder waits for those.</remarks>
    public MutexLock SlotsLock { get; }

    /// <summary>Protects the inactive sets of memslots. Let go before the wait for readers.</summary>
    [AcquiredAfter(nameof(SlotsLock))]
    public MutexLock SlotsArchLock { get; }

    /// <summary>Readers of memslots. A slot is good only inside the read section that it was found in.</summary>
    [AcquiredAfter(nameof(SlotsLock))]
    public Srcu Srcu { get; }

    /// <summary>Protects what the machine's page tables map. Spinning: nothing may sleep under it.</summary>
    [AcquiredAfter(nameof(SlotsLock), nameof(SlotsArchLock), nameof(Srcu), "Mm.MmapLock")]
    public RwSpinLock MmuLock { get; }

    /// <summary>Notifier invalidations that have begun and not ended; memslots are not swapped meanwhile.</summary>
    public ActiveInvalidations Invalidations { get; }
}
