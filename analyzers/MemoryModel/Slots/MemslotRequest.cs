using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Mmu;

namespace MemoryModel.Slots;

/// <summary>A request that passed validation: what it does, to which slot, and what the slot becomes.</summary>
/// <param name="Change">What it does.</param>
/// <param name="Old">The slot as it is; null when it is created.</param>
/// <param name="New">The slot as it will be; null when it is deleted.</param>
internal readonly record struct MemslotRequest(MemslotChange Change, Memslot? Old, Memslot? New)
{
    /// <summary>Slots that user space may use.</summary>
    public const int UserSlots = 32764;

    /// <summary>Slots there are, those of the kernel included.</summary>
    public const int AllSlots = 32767;

    /// <summary>Most pages of one slot.</summary>
    public const ulong MaxPages = (1UL << 31) - 1;

    /// <summary>What can be told from the request alone. The order of the tests is part of the interface: the first failure is the answer.</summary>
    /// <remarks>Source: kvm_vm_ioctl_set_memory_region() and the head of __kvm_set_memory_region(). Only EINVAL comes out.</remarks>
    public static Errno CheckArguments(in UserMemoryRegion region, IBackend backend, bool second)
    {
        if (region.Id >= UserSlots) return Errno.EINVAL;
        if (!AreValid(region.Flags, backend, second)) return Errno.EINVAL;
        if (!IsPageAligned(region.MemorySize)) return Errno.EINVAL;
        if (!region.GuestPhysAddr.IsPageAligned) return Errno.EINVAL;
        if (!region.UserspaceAddr.IsPageAligned || !IsUserRange(region.UserspaceAddr, region.MemorySize)) return Errno.EINVAL;
        bool gmem = (region.Flags & MemslotFlags.GuestMemfd) != 0;
        if (gmem && (!IsPageAligned(region.GuestMemfdOffset) || unchecked(region.GuestMemfdOffset + region.MemorySize) < region.GuestMemfdOffset)) return Errno.EINVAL;
        if (region.AddressSpace >= Kvm.AddressSpaceCount || region.Id >= AllSlots) return Errno.EINVAL;
        if (unchecked(region.GuestPhysAddr.Value + region.MemorySize) < region.GuestPhysAddr.Value) return Errno.EINVAL;
        return region.MemorySize >> PageSize.Shift > MaxPages ? Errno.EINVAL : Errno.Ok;
    }

    /// <summary>What the request means for the slots there are.</summary>
    /// <returns>EINVAL for what cannot be deleted, created or changed in place; EEXIST for an overlap with another slot of the same address space.</returns>
    /// <remarks>Source: __kvm_set_memory_region(), kvm_check_memslot_overlap().</remarks>
    public static Result<MemslotRequest> Against(MemslotSet slots, in UserMemoryRegion region, ulong totalPages)
    {
        Memslot? old = slots.FindById(region.Id);
        ulong npages = region.MemorySize >> PageSize.Shift;
        if (npages == 0)
        {
            if (old is null) return Errno.EINVAL;
            if (totalPages < old.NPages) return Errno.EIO;
            return new MemslotRequest(MemslotChange.Delete, old, null);
        }
        Memslot fresh = Describe(old, region, npages);
        MemslotChange change;
        if (old is null)
        {
            change = MemslotChange.Create;
            if (unchecked(totalPages + npages) < totalPages) return Errno.EINVAL;
        }
        else
        {
            // A slot with private memory is as it was made until it is deleted.
            if ((region.Flags & MemslotFlags.GuestMemfd) != 0 || old.Gmem is not null) return Errno.EINVAL;
            if (old.UserspaceAddr != fresh.UserspaceAddr || old.NPages != npages) return Errno.EINVAL;
            if (((old.Flags ^ fresh.Flags) & MemslotFlags.ReadOnly) != 0) return Errno.EINVAL;
            if (old.BaseGfn != fresh.BaseGfn) change = MemslotChange.Move;
            else if (old.Flags != fresh.Flags) change = MemslotChange.FlagsOnly;
            else return new MemslotRequest(MemslotChange.None, old, old);
        }
        if (change != MemslotChange.FlagsOnly && slots.OverlapsOther(fresh.GfnRange, fresh.Id)) return Errno.EEXIST;
        return new MemslotRequest(change, old, fresh);
    }

    /// <summary>What the slot will be. One that moves gets a reverse map of its own: the old one's frames are others.</summary>
    private static Memslot Describe(Memslot? old, in UserMemoryRegion region, ulong npages)
    {
        bool stays = old is not null && old.BaseGfn == region.GuestPhysAddr.Frame && old.NPages == npages;
        ReverseMap rmap = stays ? old!.Rmap : new ReverseMap(npages);
        // The log goes along: what was written before is told however the slot moves.
        DirtyBitmap? dirty = (region.Flags & MemslotFlags.LogDirtyPages) == 0 ? null : old?.Dirty is { } kept && old.NPages == npages ? kept : new DirtyBitmap(npages);
        return new Memslot(region.AddressSpace, region.Id, region.GuestPhysAddr.Frame, npages, region.UserspaceAddr, region.Flags, rmap, dirty: dirty);
    }

    /// <remarks>Source: check_memory_region_flags(). Private memory can neither be logged nor read-only.</remarks>
    private static bool AreValid(MemslotFlags flags, IBackend backend, bool second)
    {
        MemslotFlags valid = MemslotFlags.LogDirtyPages;
        if (backend.SupportsReadOnlySlots) valid |= MemslotFlags.ReadOnly;
        if (second && backend.SupportsGuestMemfd && (flags & MemslotFlags.GuestMemfd) != 0) valid = MemslotFlags.GuestMemfd;
        return (flags & ~valid) == 0;
    }

    private static bool IsPageAligned(ulong size) => (size & (PageSize.Bytes - 1)) == 0;

    /// <remarks>Source: access_ok().</remarks>
    private static bool IsUserRange(Hva start, ulong size) => size <= Mm.TaskSize.Value && start.Value <= Mm.TaskSize.Value - size;
}
