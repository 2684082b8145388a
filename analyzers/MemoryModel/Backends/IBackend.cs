using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;

namespace MemoryModel.Backends;

/// <summary>What a kind of machine adds: when memslots change, when private memory comes and goes, and what its hardware forbids. What a kind has nothing to say to, it leaves out.</summary>
/// <remarks>Source: the kvm_arch_* hooks, kvm_x86_ops and the hooks of guest_memfd.</remarks>
public interface IBackend
{
    /// <summary>Name for messages.</summary>
    string Name { get; }

    /// <summary>Before a change is published, or after the slot became INVALID: may still refuse.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="change">What happens to the slot.</param>
    /// <param name="old">The slot as it was; null when it is created.</param>
    /// <param name="fresh">The slot as it will be; null when it is deleted.</param>
    /// <returns>Ok, or the error with which the request fails.</returns>
    [RequiresLock("kvm.SlotsLock", "kvm.SlotsArchLock"), MaySleep, MustCheck]
    Errno PrepareMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh);

    /// <summary>Lets go of everything that refers to a slot that is INVALID for every reader by now.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="slot">The INVALID slot.</param>
    [RequiresLock("kvm.SlotsLock"), ExcludesLock("kvm.SlotsArchLock", "kvm.MmuLock"), MaySleep]
    void FlushMemslot(Kvm kvm, Memslot slot);

    /// <summary>After a change has been published and no reader sees the old state any more.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="change">What happened to the slot.</param>
    /// <param name="old">The slot as it was; null when it was created.</param>
    /// <param name="fresh">The slot as it is; null when it was deleted.</param>
    [RequiresLock("kvm.SlotsLock"), ExcludesLock("kvm.MmuLock", "kvm.Mm.MmapLock"), MaySleep]
    void CommitMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh);

    /// <summary>True when slots can be read-only. Not where the host must not know what the guest does.</summary>
    /// <remarks>Source: kvm_arch_has_readonly_mem().</remarks>
    bool SupportsReadOnlySlots => true;

    /// <summary>True when slots can have private memory.</summary>
    /// <remarks>Source: kvm_arch_has_private_mem().</remarks>
    bool SupportsGuestMemfd => true;

    /// <summary>True when a guest_memfd can be mapped, and its memory shared.</summary>
    /// <remarks>Source: kvm_arch_supports_gmem_init_shared().</remarks>
    bool SupportsSharedGmem => true;

    /// <summary>True when the guest says of each access whether it is to private memory; otherwise the attributes of the memory say.</summary>
    bool GuestDecidesPrivacy => false;

    /// <summary>True when private memory is mapped by a secure page table, of which the machine keeps a mirror.</summary>
    bool HasMirror => false;

    /// <summary>True when the hardware checks more than the page tables: <see cref="CheckAccess"/> is asked.</summary>
    bool ChecksAccess => false;

    /// <summary>Binary logarithm of the pages in which private memory is best allocated.</summary>
    int PreferredOrder => 0;

    /// <summary>A page of a guest_memfd is about to be used for a frame.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="page">The page.</param>
    /// <param name="gfn">The frame.</param>
    /// <returns>Ok, also when it has been prepared before; otherwise the page is not used.</returns>
    /// <remarks>Source: kvm_arch_gmem_prepare(). May take a mutex: not under the mmu_lock.</remarks>
    [ExcludesLock("kvm.MmuLock"), MaySleep, MustCheck]
    Errno PreparePrivatePage(Kvm kvm, HostPage page, Gfn gfn) => Errno.Ok;

    /// <summary>A page of a guest_memfd goes back to the host. Only its number counts: there may be no memslot any more.</summary>
    /// <param name="page">The page, which nobody holds.</param>
    /// <remarks>Source: kvm_arch_gmem_reclaim(), formerly kvm_arch_gmem_invalidate().</remarks>
    void ReclaimPage(HostPage page)
    {
    }

    /// <summary>Pages of a guest_memfd that follow each other are about to go back. Each is announced by <see cref="ReclaimPage"/> again.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="first">The first.</param>
    /// <param name="count">How many.</param>
    [MaySleep]
    void ReclaimPages(Kvm kvm, Pfn first, ulong count)
    {
    }

    /// <summary>Puts a page into the secure page table.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="gfn">The frame.</param>
    /// <param name="page">The page.</param>
    /// <returns>Ok; EAGAIN when it is busy; another error when it refuses.</returns>
    /// <remarks>Source: set_external_spte().</remarks>
    [RequiresLock("kvm.MmuLock"), NoSleep, MustCheck]
    Errno MapPrivate(Kvm kvm, Gfn gfn, HostPage page) => Errno.Ok;

    /// <summary>Keeps a frame of the secure page table from being used anew; vCPUs that use it go on.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="gfn">The frame.</param>
    /// <param name="page">Its page.</param>
    /// <remarks>Source: tdh_mem_range_block().</remarks>
    [RequiresLock("kvm.MmuLock"), NoSleep]
    void BlockPrivate(Kvm kvm, Gfn gfn, HostPage page)
    {
    }

    /// <summary>Begins a new epoch of the secure page table. When every vCPU has left the guest once since, none uses what was blocked before.</summary>
    /// <param name="kvm">The machine.</param>
    /// <remarks>Source: tdh_mem_track().</remarks>
    [RequiresLock("kvm.MmuLock"), NoSleep]
    void TrackPrivate(Kvm kvm)
    {
    }

    /// <summary>Takes a blocked frame out of the secure page table.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="gfn">The frame.</param>
    /// <param name="page">Its page.</param>
    /// <remarks>Source: remove_external_spte(), tdh_mem_page_remove().</remarks>
    [RequiresLock("kvm.MmuLock"), NoSleep]
    void RemovePrivate(Kvm kvm, Gfn gfn, HostPage page)
    {
    }

    /// <summary>Does the hardware let the guest access a page that is mapped for it?</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="gfn">The frame.</param>
    /// <param name="page">Its page.</param>
    /// <param name="isPrivate">The access is to private memory.</param>
    /// <param name="kind">What the guest does.</param>
    ProtectionCheck CheckAccess(Vcpu vcpu, Gfn gfn, HostPage page, bool isPrivate, AccessKind kind) => ProtectionCheck.Allowed;

    /// <summary>Handles an access that <see cref="CheckAccess"/> answered with <see cref="ProtectionCheck.Fault"/>.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="access">The access.</param>
    /// <returns>As <see cref="Kvm.HandlePageFault"/>.</returns>
    [ExcludesLock("vcpu.Kvm.MmuLock", "vcpu.Kvm.Srcu"), MaySleep]
    Result<RetPf> HandleProtectionFault(Vcpu vcpu, in GuestAccess access) => Errno.EFAULT;

    /// <summary>The process's memory behind some frames is about to change: their shared mappings are being taken out.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="range">Frames of it.</param>
    /// <remarks>Source: the hooks of kvm_unmap_gfn_range().</remarks>
    [RequiresLock("kvm.MmuLock"), NoSleep]
    void UnmapShared(Kvm kvm, Memslot slot, GfnRange range)
    {
    }

    /// <summary>Compares what the machine's hardware knows with what the kernel knows, while nothing else runs.</summary>
    /// <param name="kvm">The machine.</param>
    /// <returns>Null when they agree; otherwise the invariant that is broken, and how.</returns>
    (string Invariant, string Detail)? FindDisagreement(Kvm kvm) => null;
}
