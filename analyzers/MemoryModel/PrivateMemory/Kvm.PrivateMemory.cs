using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.PrivateMemory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel;

// Private memory: its files, and which frames are private.
public sealed partial class Kvm
{
    private AttributeMap _attributes = AttributeMap.Empty;

    /// <summary>Makes a file of memory for the guest.</summary>
    /// <param name="size">Bytes; whole pages.</param>
    /// <param name="flags">What it can do.</param>
    /// <returns>Number of the file in the process; EINVAL for flags that this kind of machine does not know, for a size of 0 and one that is not whole pages; EMFILE; ENOMEM.</returns>
    /// <remarks>Source: KVM_CREATE_GUEST_MEMFD.</remarks>
    [MaySleep]
    public Result<int> CreateGuestMemfd(ulong size, GmemFlags flags = GmemFlags.None)
    {
        Mm.Lockdep?.MightSleep("making a file");
        GmemFlags known = Backend.SupportsSharedGmem ? GmemFlags.Mmap | GmemFlags.InitShared : GmemFlags.None;
        if ((flags & ~known) != 0 || !Backend.SupportsGuestMemfd) return Errno.EINVAL;
        if (size == 0 || size > long.MaxValue || (size & (PageSize.Bytes - 1)) != 0) return Errno.EINVAL;
        if (Mm.Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
        var file = new GuestMemfd(this, new GmemInode(Mm.Memory, size, flags, Mm.Lockdep));
        Result<int> fd = Mm.Files.Install(file);
        if (fd.IsError) file.Put();
        return fd;
    }

    /// <summary>Opens the memory of another machine's file for this one as well: both can have it in slots, each page for one frame of each.</summary>
    /// <param name="fd">Number of the other machine's file in this machine's process.</param>
    /// <param name="flags">Must be 0.</param>
    /// <returns>
    /// Number of the opening. EINVAL for flags, for a file that is no guest_memfd or is this machine's already, and where the pages of one of the two machines belong to it alone, as those of a confidential guest do; EBADF; EMFILE; ENOMEM.
    /// </returns>
    /// <remarks>
    /// Source: several files per inode are provided for in guest_memfd.c (kvm_gmem_for_each_file()); how the second one comes to be is KVM_LINK_GUEST_MEMFD of "Add link support for guest_memfd", not merged. A hole that is punched through one opening is one for all; a
    /// closed one takes its own machine's translations along, the last one the pages.
    /// </remarks>
    [MaySleep]
    public Result<int> LinkGuestMemfd(int fd, ulong flags = 0)
    {
        Mm.Lockdep?.MightSleep("making a file");
        if (flags != 0) return Errno.EINVAL;
        Result<KernelFile> file = Mm.Files.Get(fd);
        if (file.IsError) return file.Error;
        Result<int> opened = file.Value is GuestMemfd gmem ? Link(gmem) : Errno.EINVAL;
        file.Value.Put();
        return opened;
    }

    private Result<int> Link(GuestMemfd file)
    {
        if (!file.IsOf(Mm.Memory) || !Backend.SupportsSharedGmem || !Backend.SupportsGuestMemfd || !file.Kvm.Backend.SupportsSharedGmem) return Errno.EINVAL;
        if (Mm.Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
        GuestMemfd opened = file.OpenFor(this);
        // A page is for one frame of a machine at most, and only an opening knows its own parts.
        Result<int> fd = opened.IsSecondOfItsMachine ? Errno.EINVAL : Mm.Files.Install(opened);
        if (fd.IsError) opened.Put();
        return fd;
    }

    /// <summary>What frames can be: nothing but shared where slots cannot have private memory.</summary>
    /// <remarks>Source: KVM_CAP_MEMORY_ATTRIBUTES, kvm_supported_mem_attributes().</remarks>
    public MemoryAttributes SupportedAttributes => Backend.SupportsGuestMemfd ? MemoryAttributes.Private : MemoryAttributes.None;

    /// <summary>Makes frames private or shared.</summary>
    /// <param name="gpa">First byte; page aligned.</param>
    /// <param name="size">Bytes; whole pages.</param>
    /// <param name="attributes">What they shall be.</param>
    /// <param name="flags">Must be 0.</param>
    /// <returns>Ok, also when they are so already (nothing happens then), and where no slot is. EINVAL for flags, attributes that are not <see cref="SupportedAttributes"/>, a size of 0, a range that wraps around or is not page aligned. ENOMEM, with nothing changed.</returns>
    /// <remarks>
    /// Source: KVM_SET_MEMORY_ATTRIBUTES. Between the two halves of the invalidation, nothing of the range can be mapped, so that no fault sees half of the change. What is taken out is only what the frames shall not be any more:
    /// private pages in the range that are private already must stay, because the guest would find them zeroed. Conversion is no more than this: what becomes of the content is user space's affair, in a second step.
    /// </remarks>
    [ExcludesLock(nameof(SlotsLock), nameof(Srcu), nameof(Rcu), nameof(MmuLock)), MaySleep]
    public Errno SetMemoryAttributes(Gpa gpa, ulong size, MemoryAttributes attributes, ulong flags = 0)
    {
        Mm.Lockdep?.MightSleep("changing attributes", SlotsLock, Srcu, Rcu, MmuLock);
        if (flags != 0 || (attributes & ~SupportedAttributes) != 0 || size == 0 || gpa + size < gpa) return Errno.EINVAL;
        if (!gpa.IsPageAligned || (size & (PageSize.Bytes - 1)) != 0) return Errno.EINVAL;
        GfnRange range = GfnRange.FromStartCount(gpa.Frame, size >> PageSize.Shift);
        AttributeMap replaced;
        using (SlotsLock.Hold())
        {
            AttributeMap old = Volatile.Read(ref _attributes);
            if (old.All(range, attributes)) return Errno.Ok;
            // Memory for the change is taken before anything is touched: what comes now cannot fail.
            if (Mm.Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
            AttributeMap changed = old.With(range, attributes);
            bool began = BeginAttributes(range, (attributes & MemoryAttributes.Private) != 0 ? InvalidationFilter.Shared : InvalidationFilter.Private);
            SwitchPoint.Write(this, "the attributes");
            Volatile.Write(ref _attributes, changed);
            if (began) EndAttributes();
            replaced = old;
        }
        // Who reads the old attributes is not kept waiting; who has replaced them waits before they are freed.
        Rcu.Synchronize();
        replaced.Free();
        Invariants?.CheckQuietly(this);
        return Errno.Ok;
    }

    /// <summary>What a frame is.</summary>
    /// <param name="gfn">Any frame.</param>
    /// <remarks>Source: kvm_get_memory_attributes(), under RCU. May change at once: a fault asks after it has counted the invalidations.</remarks>
    public MemoryAttributes AttributesOf(Gfn gfn)
    {
        using (Rcu.Read())
        {
            return Volatile.Read(ref _attributes).Of(gfn);
        }
    }

    /// <summary>True when a frame is private.</summary>
    /// <param name="gfn">Any frame.</param>
    /// <remarks>Source: kvm_mem_is_private().</remarks>
    public bool MemIsPrivate(Gfn gfn)
    {
        SwitchPoint.Read(this, "the attributes");
        // Most machines have none, and ask at each fault.
        if (Volatile.Read(ref _attributes).IsEmpty) return false;
        return (AttributesOf(gfn) & MemoryAttributes.Private) != 0;
    }

    /// <summary>True when the frames of one large page are not all of one kind, so that it cannot be mapped as one.</summary>
    /// <param name="gfn">A frame of it.</param>
    /// <param name="order">Binary logarithm of its frames: 9 for 2 MB, 18 for 1 GB.</param>
    /// <remarks>Source: hugepage_has_attrs() and KVM_LPAGE_MIXED_FLAG. Computed when asked, so that a slot that is made later needs nothing.</remarks>
    public bool HasMixedAttributes(Gfn gfn, int order)
    {
        GfnRange range = GfnRange.FromStartCount(new Gfn(gfn.Value >> order << order), 1UL << order);
        using (Rcu.Read())
        {
            AttributeMap map = Volatile.Read(ref _attributes);
            return !map.All(range, map.Of(range.Start));
        }
    }

    /// <summary>The largest page that a frame could be mapped with, as far as slot, attributes and log go. The model itself maps single frames only.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="gfn">The frame.</param>
    /// <returns>0, 9 or 18: the binary logarithm of the number of frames.</returns>
    /// <remarks>Source: kvm_mmu_max_mapping_level(). The page must lie in the slot whole, be aligned alike in guest and process (or file), and be of one kind; a log wants single frames.</remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    public int MaxMappingOrder(Memslot slot, Gfn gfn)
    {
        Srcu.AssertHeldShared();
        if (slot.Dirty is not null) return 0;
        ulong other = slot.Gmem is { } gmem && (gmem.IsShared || MemIsPrivate(gfn)) ? gmem.FirstPage : slot.UserspaceAddr.Value >> PageSize.Shift;
        foreach (int order in s_orders)
        {
            ulong mask = (1UL << order) - 1;
            Gfn first = new(gfn.Value & ~mask);
            bool inside = first >= slot.BaseGfn && first + (mask + 1) <= slot.GfnRange.End;
            if (inside && ((slot.BaseGfn.Value ^ other) & mask) == 0 && !HasMixedAttributes(gfn, order)) return order;
        }
        return 0;
    }

    private static readonly int[] s_orders = [18, 9];

    /// <returns>True when an invalidation has begun: when a slot has a frame of the range.</returns>
    /// <remarks>Source: kvm_pre_set_memory_attributes().</remarks>
    [RequiresLock(nameof(SlotsLock)), ExcludesLock(nameof(MmuLock))]
    private bool BeginAttributes(GfnRange range, InvalidationFilter filter)
    {
        bool locked = false;
        bool flush = false;
        for (int space = 0; space < AddressSpaceCount; space++)
        {
            foreach (Memslot slot in _active[space].InGfnRange(range))
            {
                if (!locked)
                {
                    MmuLock.WriteLock();
                    locked = true;
                    MmuInvalidateBegin();
                }
                GfnRange part = GfnRange.FromStartEnd(Gfn.Max(range.Start, slot.BaseGfn), Gfn.Min(range.End, slot.GfnRange.End));
                MmuInvalidateRangeAdd(part);
                flush |= UnmapGfnRange(new SlotGfnRange(slot, part) { Filter = filter });
            }
        }
        if (flush) FlushRemoteTlbs();
        if (locked) Invariants?.CheckMmu(this);
        if (locked) MmuLock.WriteUnlock();
        return locked;
    }

    /// <remarks>Source: kvm_mmu_invalidate_end() after kvm_arch_post_set_memory_attributes().</remarks>
    [RequiresLock(nameof(SlotsLock)), ExcludesLock(nameof(MmuLock))]
    private void EndAttributes()
    {
        using (MmuLock.Write()) MmuInvalidateEnd();
    }

    [ExcludesLock(nameof(SlotsLock)), MaySleep]
    private void UnbindAll()
    {
        using (SlotsLock.Hold())
        {
            foreach (MemslotSet set in _active)
            {
                foreach (Memslot slot in set.ToList()) GuestMemfd.Unbind(this, slot);
            }
        }
    }
}
