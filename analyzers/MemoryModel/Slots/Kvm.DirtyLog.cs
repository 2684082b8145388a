using System.Numerics;
using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel;

// Which pages the guest has written.
public sealed partial class Kvm
{
    private const int WordBits = 64;

    /// <summary>How dirty logs are read.</summary>
    public DirtyLogProtect DirtyLogProtect { get; init; }

    /// <summary>True when written pages go to a ring instead: bitmaps cannot be asked for.</summary>
    public bool DirtyRingOnly { get; init; }

    private bool StartsDirty => DirtyLogProtect == (DirtyLogProtect.Manual | DirtyLogProtect.InitiallySet);

    /// <summary>The pages of a slot that were written since this was last asked.</summary>
    /// <param name="slot">Number of the slot in the lower 16 bits, of the address space above.</param>
    /// <returns>A bit for each frame; EINVAL for numbers that cannot be; ENOENT when there is no such slot, or it is not logged; ENXIO when the machine has a ring;
    /// EFAULT when it cannot be copied to user space: without <see cref="DirtyLogProtect.Manual"/> the marks are taken by then, and lost.</returns>
    /// <remarks>
    /// Source: KVM_GET_DIRTY_LOG. Without <see cref="DirtyLogProtect.Manual"/>, marks are taken, and the pages write-protected, in one section of the mmu_lock, and TLBs flushed before it ends: a write that comes in
    /// between is in the log that is returned, because the log is handed over after it; one that comes later is a fault, and in the next.
    /// </remarks>
    [ExcludesLock(nameof(SlotsLock), nameof(Srcu), nameof(MmuLock)), MaySleep]
    public Result<ulong[]> GetDirtyLog(uint slot)
    {
        Mm.Lockdep?.MightSleep("the dirty log", SlotsLock, Srcu, MmuLock);
        if (DirtyRingOnly) return Errno.ENXIO;
        using (SlotsLock.Hold())
        {
            Result<Memslot> found = FindLogged(slot);
            if (found.IsError) return found.Error;
            DirtyBitmap dirty = found.Value.Dirty!;
            var snapshot = new ulong[dirty.Length];
            if ((DirtyLogProtect & DirtyLogProtect.Manual) != 0)
            {
                for (int word = 0; word < snapshot.Length; word++) snapshot[word] = dirty.Read(word);
                return HandedOver(snapshot);
            }
            using (MmuLock.Write())
            {
                bool flush = false;
                for (int word = 0; word < snapshot.Length; word++)
                {
                    snapshot[word] = dirty.Take(word);
                    flush |= ProtectMarked(found.Value, word, snapshot[word]);
                }
                if (flush) FlushRemoteTlbs();
            }
            return HandedOver(snapshot);
        }
    }

    private Result<ulong[]> HandedOver(ulong[] snapshot)
    {
        if (Mm.Memory.Fails(FaultSite.UserCopy)) return Errno.EFAULT;
        return snapshot;
    }

    /// <summary>Forgets that pages were written, and notices the next write of each.</summary>
    /// <param name="slot">Number of the slot in the lower 16 bits, of the address space above.</param>
    /// <param name="firstPage">The first frame, from the slot's own first; a multiple of 64.</param>
    /// <param name="pageCount">Number of frames; a multiple of 64, unless they reach the end of the slot.</param>
    /// <param name="bitmap">A bit for each frame from the first one; set: forget it.</param>
    /// <returns>Ok; EINVAL for numbers that cannot be, for frames that are not so aligned or not in the slot, and for a bitmap that is too short; ENOENT when there is no such slot, or it is not logged; ENXIO when the machine has a ring; EFAULT when the bitmap cannot be read (nothing is cleared then).</returns>
    /// <remarks>Source: KVM_CLEAR_DIRTY_LOG. Only marks that were set are cleared, and only those pages protected again: bits for others do no harm.</remarks>
    [ExcludesLock(nameof(SlotsLock), nameof(Srcu), nameof(MmuLock)), MaySleep]
    public Errno ClearDirtyLog(uint slot, ulong firstPage, ulong pageCount, ReadOnlySpan<ulong> bitmap)
    {
        Mm.Lockdep?.MightSleep("the dirty log", SlotsLock, Srcu, MmuLock);
        if (DirtyRingOnly) return Errno.ENXIO;
        using (SlotsLock.Hold())
        {
            // Before the slot is looked for, and after its number: that would be EINVAL as well.
            if (firstPage % WordBits != 0) return Errno.EINVAL;
            Result<Memslot> found = FindLogged(slot);
            if (found.IsError) return found.Error;
            ulong pages = found.Value.NPages;
            if (firstPage > pages || pageCount > pages - firstPage) return Errno.EINVAL;
            if (pageCount % WordBits != 0 && firstPage + pageCount != pages) return Errno.EINVAL;
            int words = (int)((pageCount + WordBits - 1) / WordBits);
            if (bitmap.Length < words) return Errno.EINVAL;
            if (Mm.Memory.Fails(FaultSite.UserCopy)) return Errno.EFAULT;
            using (MmuLock.Write())
            {
                bool flush = false;
                for (int i = 0; i < words; i++)
                {
                    int word = (int)(firstPage / WordBits) + i;
                    flush |= ProtectMarked(found.Value, word, found.Value.Dirty!.Clear(word, bitmap[i]));
                }
                if (flush) FlushRemoteTlbs();
            }
            return Errno.Ok;
        }
    }

    /// <summary>Notes that a frame was written.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="gfn">The frame.</param>
    /// <remarks>Source: mark_page_dirty_in_slot().</remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    internal void MarkPageDirty(Memslot slot, Gfn gfn) => slot.Dirty?.Set(gfn - slot.BaseGfn);

    /// <summary>A slot is logged from now on: every page is write-protected, or counts as written.</summary>
    /// <remarks>Source: kvm_mmu_slot_apply_flags().</remarks>
    [RequiresLock(nameof(SlotsLock)), ExcludesLock(nameof(MmuLock))]
    private void StartDirtyLog(Memslot slot)
    {
        if (StartsDirty) slot.Dirty!.SetAll();
        using (MmuLock.Write())
        {
            if (WriteProtectGfnRange(new SlotGfnRange(slot, slot.GfnRange))) FlushRemoteTlbs();
            slot.Dirty!.IsArmed = true;
        }
    }

    [RequiresLock(nameof(SlotsLock))]
    private Result<Memslot> FindLogged(uint slot)
    {
        int space = (int)(slot >> 16);
        int id = (int)(slot & 0xffff);
        if (space >= AddressSpaceCount || id >= MemslotRequest.UserSlots) return Errno.EINVAL;
        return _active[space].FindById(id) is { Dirty: not null } found ? found : Errno.ENOENT;
    }

    /// <remarks>Source: kvm_arch_mmu_enable_log_dirty_pt_masked().</remarks>
    [RequiresLock(nameof(MmuLock)), LeavesPending("tlb flush", WhenReturns = true)]
    private bool ProtectMarked(Memslot slot, int word, ulong marks)
    {
        bool flush = false;
        for (; marks != 0; marks &= marks - 1)
        {
            ulong offset = ((ulong)word * WordBits) + (ulong)BitOperations.TrailingZeroCount(marks);
            if (offset < slot.NPages) flush |= WriteProtectGfnRange(new SlotGfnRange(slot, GfnRange.FromStartCount(slot.BaseGfn + offset, 1)));
        }
        return flush;
    }
}
