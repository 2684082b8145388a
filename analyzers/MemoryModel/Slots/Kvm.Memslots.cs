using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel;

// Looking memslots up and translating through them.
public sealed partial class Kvm
{
    [GuardedByAny(nameof(SlotsLock), nameof(Srcu))]
    private readonly MemslotSet[] _active;

    [GuardedBy(nameof(SlotsArchLock))]
    private readonly MemslotSet[] _inactive;

    /// <summary>The active set of memslots of an address space.</summary>
    /// <param name="addressSpace">0 normal, 1 system management mode.</param>
    /// <remarks>Source: __kvm_memslots(). Ask once per read section: an update may come between two calls.</remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    [return: ValidUnder(nameof(Srcu))]
    public MemslotSet Memslots(int addressSpace = 0)
    {
        Srcu.AssertHeldShared();
        SwitchPoint.Read(this, "the active memslots");
        return Volatile.Read(ref _active[addressSpace]);
    }

    [NoLockAnalysis("for the checker of invariants, which holds what is needed, or runs alone")]
    internal MemslotSet PeekSlots(int addressSpace) => Volatile.Read(ref _active[addressSpace]);

    [NoLockAnalysis("for the checker of invariants, which runs when no update does")]
    internal MemslotSet PeekInactiveSlots(int addressSpace) => _inactive[addressSpace];

    /// <summary>The slot that holds a frame, INVALID ones too.</summary>
    /// <param name="gfn">Any frame.</param>
    /// <param name="addressSpace">0 normal, 1 system management mode.</param>
    /// <returns>The slot, or null.</returns>
    /// <remarks>Source: gfn_to_memslot().</remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    [return: ValidUnder(nameof(Srcu))]
    public Memslot? GfnToMemslot(Gfn gfn, int addressSpace = 0) => Memslots(addressSpace).FindByGfn(gfn);

    /// <summary>True when a frame is in a slot that is not being deleted or moved.</summary>
    /// <param name="gfn">Any frame.</param>
    /// <remarks>Source: kvm_is_visible_gfn().</remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    public bool IsVisibleGfn(Gfn gfn) => GfnToMemslot(gfn) is { IsInvalid: false };

    /// <summary>Where the process has the first byte of a frame.</summary>
    /// <param name="gfn">Any frame.</param>
    /// <param name="write">True when it is to be written.</param>
    /// <returns>The address. ENOENT when no slot holds the frame, or the slot is INVALID; EROFS when the slot is read-only and the frame is to be written.</returns>
    /// <remarks>Source: gfn_to_hva(), whose answers are KVM_HVA_ERR_BAD and KVM_HVA_ERR_RO_BAD. An INVALID slot translates nothing: who must reach its memory starts from <see cref="Memslot.UserspaceAddr"/>.</remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    public Result<Hva> GfnToHva(Gfn gfn, bool write = false)
    {
        Memslot? slot = GfnToMemslot(gfn);
        if (slot is null || slot.IsInvalid) return Errno.ENOENT;
        if (write && (slot.Flags & MemslotFlags.ReadOnly) != 0) return Errno.EROFS;
        return slot.HvaOf(gfn);
    }

    /// <summary>Faults a frame's page in and takes a reference to it.</summary>
    /// <param name="gfn">Any frame.</param>
    /// <param name="write">True when it is to be written.</param>
    /// <returns>The page with a reference for the caller. The errors of <see cref="GfnToHva"/> (nothing was touched then: no fault happened), and those of <see cref="Mm.HvaToPage"/>.</returns>
    /// <remarks>Source: gfn_to_pfn(); ENOENT stands for KVM_PFN_NOSLOT, EROFS for KVM_PFN_ERR_RO_FAULT, EFAULT for KVM_PFN_ERR_FAULT.</remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    [ExcludesLock(nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    [return: Owned("page reference")]
    public Result<HostPage> GfnToPage(Gfn gfn, bool write = true)
    {
        Mm.Lockdep?.MightSleep("gfn_to_pfn", MmuLock, Mm.MmapLock);
        Result<Hva> hva = GfnToHva(gfn, write);
        if (hva.IsError) return hva.Error;
        return Mm.HvaToPage(hva.Value, write, out _);
    }
}
