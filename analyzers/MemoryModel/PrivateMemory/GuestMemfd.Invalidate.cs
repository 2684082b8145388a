using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel.PrivateMemory;

// Giving memory up.
public sealed partial class GuestMemfd
{
    /// <summary>The hardware reports that a page is broken: guests lose their translations of it, and a later fault gets EHWPOISON. The page stays where it is.</summary>
    /// <param name="index">Number of the page in the file.</param>
    /// <remarks>Source: kvm_gmem_error_folio().</remarks>
    [ExcludesLock(nameof(InvalidateLock), "Kvm.MmuLock"), MaySleep]
    public void PoisonPage(ulong index)
    {
        Kvm.Mm.Lockdep?.MightSleep("a broken page", InvalidateLock, Kvm.MmuLock);
        using (InvalidateLock.Write())
        {
            List<GuestMemfd>? began = StartForAll(index, index + 1);
            using (_folioLock.Hold())
            {
                if (_pages.Get(index) is { } page) page.IsPoisoned = true;
            }
            EndForAll(began);
        }
    }

    /// <summary>One invalidation for the hole, whatever else the slots over it hold; then the memory goes.</summary>
    /// <remarks>Source: kvm_gmem_punch_hole(). Bindings cannot change meanwhile, so that what begins ends.</remarks>
    [ExcludesLock(nameof(InvalidateLock), "Kvm.MmuLock"), MaySleep]
    private Errno PunchHole(ulong first, ulong end)
    {
        end = Math.Min(end, Size >> PageSize.Shift);
        if (first >= end) return Errno.Ok;
        using (InvalidateLock.Write())
        {
            List<GuestMemfd>? began = StartForAll(first, end);
            Truncate(first, end);
            EndForAll(began);
        }
        return Errno.Ok;
    }

    [ExcludesLock(nameof(InvalidateLock)), MaySleep]
    private void TruncateLocking(ulong first, ulong end)
    {
        using (InvalidateLock.Write()) Truncate(first, end);
    }

    /// <summary>Takes what the guest of each opening has mapped of a part away, one machine after the other.</summary>
    /// <returns>The openings for which an invalidation has begun; null for none.</returns>
    /// <remarks>Source: kvm_gmem_invalidate_begin(), for each file of the mapping.</remarks>
    [NoLockAnalysis("all openings of the same memory have the same lock, and the caller holds it")]
    private List<GuestMemfd>? StartForAll(ulong first, ulong end)
    {
        List<GuestMemfd>? began = null;
        foreach (GuestMemfd file in _inode.Files)
        {
            if (file.InvalidateStart(first, end)) (began ??= []).Add(file);
        }
        return began;
    }

    [NoLockAnalysis("all openings of the same memory have the same lock, and the caller holds it")]
    private static void EndForAll(List<GuestMemfd>? began)
    {
        if (began is null) return;
        foreach (GuestMemfd file in began) file.InvalidateEnd(began: true);
    }

    /// <summary>Takes what this machine's guest has mapped of a part away, in every slot that it is bound to.</summary>
    /// <returns>True when an invalidation has begun; with no slot there is none, and the mmu_lock is not taken.</returns>
    /// <remarks>
    /// Source: kvm_gmem_invalidate_start(). Private memory is meant: shared memory comes from the process, and must not go because a private page does. Where a slot's shared memory comes from the file as well, both kinds lead to
    /// the pages that go (there, the one table that such a machine has is meant by either filter).
    /// </remarks>
    [RequiresLock(nameof(InvalidateLock)), ExcludesLock("Kvm.MmuLock")]
    private bool InvalidateStart(ulong first, ulong end)
    {
        IntervalTree<Memslot>? node = IntervalTree<Memslot>.FirstOverlap(_bindings, first, end);
        if (node is null) return false;
        InvalidationFilter filter = (Flags & GmemFlags.Mmap) != 0 ? InvalidationFilter.All : InvalidationFilter.Private;
        bool flush = false;
        Kvm.MmuLock.WriteLock();
        Kvm.Invariants?.EnterScope(Kvm, filter);
        Kvm.MmuInvalidateBegin();
        while (node is not null)
        {
            Memslot slot = node.Item;
            Gfn start = slot.BaseGfn + (Math.Max(first, node.Start) - node.Start);
            var range = new SlotGfnRange(slot, GfnRange.FromStartEnd(start, slot.BaseGfn + (Math.Min(end, node.End) - node.Start))) { Filter = filter };
            Kvm.MmuInvalidateRangeAdd(range.Range);
            flush |= Kvm.UnmapGfnRange(range);
            node = IntervalTree<Memslot>.NextOverlap(_bindings, node.Start, node.Id, first, end);
        }
        if (flush) Kvm.FlushRemoteTlbs();
        Kvm.Invariants?.LeaveScope(Kvm);
        Kvm.MmuLock.WriteUnlock();
        return true;
    }

    [RequiresLock(nameof(InvalidateLock)), ExcludesLock("Kvm.MmuLock")]
    private void InvalidateEnd(bool began)
    {
        if (!began) return;
        using (Kvm.MmuLock.Write()) Kvm.MmuInvalidateEnd();
    }

    /// <summary>Frees the pages of a part. The back end hears of the page numbers alone: no slot need be bound ("KVM: Add flags to struct kvm_gfn_range", June 2023).</summary>
    /// <remarks>Source: truncate_inode_pages_range() and free_folio().</remarks>
    [RequiresLock(nameof(InvalidateLock)), MaySleep]
    private void Truncate(ulong first, ulong end)
    {
        var gone = new List<HostPage>();
        for (ulong from = first; TakePages(ref from, end, gone, out ulong at);)
        {
            for (int i = 0; i < gone.Count; i++)
            {
                // Also when nobody maps it yet: a fault may be about to, which sees that the page is gone, or has mapped it by the time that its entry is looked at.
                if ((Flags & GmemFlags.Mmap) != 0) UnmapPageForAll(at);
                at++;
            }
            ReclaimRuns(gone);
            foreach (HostPage page in gone) _memory.PutPage(page, PageHolder.PageCache);
            gone.Clear();
        }
    }

    /// <summary>Unmaps a page from every process that maps it, through whatever opening.</summary>
    [MaySleep]
    private void UnmapPageForAll(ulong index)
    {
        foreach (GuestMemfd file in _inode.Files) file.UnmapPage(index);
    }

    // As many pages, and aligned as, the largest entry that a back end has for several.
    private const ulong LargeRun = 512;

    /// <summary>Takes the next pages of a part out of the file, neighbours in it.</summary>
    private bool TakePages(ref ulong from, ulong end, List<HostPage> gone, out ulong at)
    {
        at = from;
        using (_folioLock.Hold())
        {
            while (_pages.Next(ref from, end, out Span<HostPage?> cells, out ulong first))
            {
                int i = 0;
                if (gone.Count == 0)
                {
                    while (i < cells.Length && cells[i] is null) i++;
                    at = first + (ulong)i;
                }
                // The part goes on where the last leaf ended, or it is over.
                if (first + (ulong)i == at + (ulong)gone.Count)
                {
                    for (; i < cells.Length && cells[i] is { } page; i++)
                    {
                        SwitchPoint.Write(this, "page of the file", first + (ulong)i);
                        gone.Add(page);
                        cells[i] = null;
                    }
                }
                if (gone.Count == 0) continue;
                from = at + (ulong)gone.Count;
                if (i < cells.Length || from % LargeRun == 0) return true;
            }
        }
        return gone.Count > 0;
    }

    /// <summary>Tells the back end of pages that follow each other in one call, if nobody else holds any of them: it may have one entry for all.</summary>
    private void ReclaimRuns(List<HostPage> pages)
    {
        for (int i = 0; i < pages.Count;)
        {
            int length = 1;
            while (i + length < pages.Count && pages[i + length].Pfn == pages[i].Pfn + (ulong)length && pages[i + length].References == 1) length++;
            if (length > 1 && pages[i].References == 1) Kvm.Backend.ReclaimPages(Kvm, pages[i].Pfn, (ulong)length);
            i += length;
        }
    }
}
