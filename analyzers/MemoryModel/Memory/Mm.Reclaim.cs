using System.Runtime.CompilerServices;
using LockDiscipline;

namespace MemoryModel.Memory;

// What the host does when memory is short or broken. None of it takes the mmap lock: it comes from the page, by way of the reverse map.
public sealed partial class Mm
{
    /// <summary>Writes the page of an address out to swap and frees it.</summary>
    /// <param name="addr">Any address.</param>
    /// <returns>
    /// Ok. EINVAL when there is no ordinary page (nothing, the page of zeros, a page of a file, a merged or broken one). EAGAIN when it was used since the last attempt, with the mark cleared: try again later.
    /// EBUSY when somebody else holds it: it is unmapped, but stays in memory, and a fault maps it again as it is. ENOSPC when swap is full.
    /// </returns>
    /// <remarks>
    /// Source: shrink_folio_list(), try_to_unmap(). The notifiers' translations are gone before the entry is, and the page is freed only when nobody holds it: a secondary page table that pins its pages (2008) keeps them all.
    /// </remarks>
    [ExcludesLock(nameof(MmapLock), nameof(RmapLock)), MaySleep]
    public Errno SwapOut(Hva addr)
    {
        Lockdep?.MightSleep("swapping out", MmapLock, RmapLock);
        using (RmapLock.Read())
        {
            HostPage? page = TakeForReclaim(addr);
            if (page is null) return Errno.EINVAL;
            Errno error = TestAndClearYoung(addr, _notifiers, flush: true) ? Errno.EAGAIN : SwapOutLocked(addr, page);
            Memory.PutPage(page, PageHolder.Kernel);
            return error;
        }
    }

    /// <summary>Was a page used, by the process or by whoever keeps translations of it? Clears the marks, and sees to it that the next use is marked again.</summary>
    /// <param name="addr">Any address.</param>
    /// <remarks>Source: page_referenced(), ptep_clear_flush_young_notify().</remarks>
    [ExcludesLock(nameof(MmapLock), nameof(RmapLock)), MaySleep]
    public bool ClearFlushYoung(Hva addr)
    {
        Lockdep?.MightSleep("aging", MmapLock, RmapLock);
        using (RmapLock.Read())
        {
            return TestAndClearYoung(addr, _notifiers, flush: true);
        }
    }

    /// <summary>Was a page used? Clears the marks, but flushes nothing: a use through a cached translation may go unmarked afterwards.</summary>
    /// <param name="addr">Any address.</param>
    /// <remarks>Source: page_idle_clear_pte_refs(), ptep_clear_young_notify().</remarks>
    [ExcludesLock(nameof(MmapLock), nameof(RmapLock)), MaySleep]
    public bool ClearYoung(Hva addr)
    {
        Lockdep?.MightSleep("aging", MmapLock, RmapLock);
        using (RmapLock.Read())
        {
            return TestAndClearYoung(addr, _notifiers, flush: false);
        }
    }

    /// <summary>Was a page used? Changes nothing.</summary>
    /// <param name="addr">Any address.</param>
    /// <remarks>Source: mmu_notifier_test_young(), which stops at the first notifier that says yes.</remarks>
    [ExcludesLock(nameof(MmapLock), nameof(RmapLock)), MaySleep]
    public bool TestYoung(Hva addr)
    {
        Lockdep?.MightSleep("aging", MmapLock, RmapLock);
        using (RmapLock.Read())
        using (PageTableLock.Hold())
        {
            if (_pageTable.Get(addr.Value >> PageSize.Shift).IsAccessed) return true;
            foreach (MmuNotifier notifier in _notifiers)
            {
                if (notifier.TestYoung(this, addr)) return true;
            }
            return false;
        }
    }

    /// <summary>The hardware reports that the page of an address is broken: it is unmapped, and every later touch gets EHWPOISON.</summary>
    /// <param name="addr">Any address.</param>
    /// <returns>Ok; EINVAL when no page is mapped there.</returns>
    /// <remarks>Source: memory_failure().</remarks>
    [ExcludesLock(nameof(MmapLock), nameof(RmapLock)), MaySleep]
    public Errno PoisonPage(Hva addr)
    {
        Lockdep?.MightSleep("poisoning a page", MmapLock, RmapLock);
        using (RmapLock.Read())
        {
            HostPage? page = TakeForReclaim(addr);
            if (page is null) return Errno.EINVAL;
            page.IsPoisoned = true;
            ReplacePage(addr, page, Pte.Poison, MmuEvent.Unmap);
            Memory.PutPage(page, PageHolder.Kernel);
            return Errno.Ok;
        }
    }

    /// <summary>The process is being killed for want of memory: its pages are dropped at once, unless somebody would have to sleep.</summary>
    /// <returns>Ok; EAGAIN when a notifier would have to sleep (nothing was dropped), or the mmap lock is not free.</returns>
    /// <remarks>Source: __oom_reap_task_mm(), the one caller of mmu_notifier_invalidate_range_start_nonblock().</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Errno OomReap()
    {
        Lockdep?.MightSleep("reaping", MmapLock);
        if (!MmapTryReadLock()) return Errno.EAGAIN;
        var notification = new MmuNotifierRange(HvaRange.FromStartEnd(new Hva(0), TaskSize), MmuEvent.Clear, Blockable: false);
        Errno error = NotifyStart(notification);
        if (error.IsOk)
        {
            DropPages(notification.Range);
            NotifyEnd(notification);
        }
        MmapReadUnlock();
        return error;
    }

    /// <summary>Takes the page of an address out of this address space because its file gives it up.</summary>
    /// <remarks>Source: unmap_mapping_range().</remarks>
    [ExcludesLock(nameof(MmapLock), nameof(RmapLock)), MaySleep]
    internal void ZapFilePage(Hva addr)
    {
        using (RmapLock.Read())
        {
            if (PageAt(addr) is { } page) ReplacePage(addr, page, default, MmuEvent.Unmap);
        }
    }

    [RequiresLock(nameof(RmapLock), Shared = true), MaySleep]
    private Errno SwapOutLocked(Hva addr, HostPage page)
    {
        if (!Memory.TryTakeSwap()) return Errno.ENOSPC;
        var swap = new SwapEntry(page.Content, page);
        if (!ReplacePage(addr, page, Pte.Of(swap), MmuEvent.Clear))
        {
            Memory.FreeSwap();
            return Errno.EAGAIN;
        }
        using (PageTableLock.Hold())
        {
            // The swap cache's and ours: nobody else can write to it any more. With a third, it stays.
            if (swap.Cached is null || page.References != 2) return Errno.EBUSY;
            swap.Content = page.Content;
            swap.Cached = null;
        }
        Memory.Put(page, PageHolder.SwapCache);
        return Errno.Ok;
    }

    /// <summary>Puts something else where a page is mapped, between start and end of an invalidation, and drops the table's reference, or hands it to the swap cache.</summary>
    [RequiresLock(nameof(RmapLock), Shared = true), MaySleep]
    private bool ReplacePage(Hva addr, HostPage page, Pte fresh, MmuEvent reason)
    {
        MmuNotifier[] notifiers = _notifiers;
        var notification = new MmuNotifierRange(HvaRange.FromStartLength(addr.PageDown, PageSize.Bytes), reason);
        // A blockable start does not fail: NotifyStart throws when it does.
        _ = NotifyStart(notifiers, notification);
        bool replaced;
        using (PageTableLock.Hold())
        {
            ref Pte pte = ref _pageTable.Add(addr.Value >> PageSize.Shift);
            replaced = ReferenceEquals(pte.Page, page);
            if (replaced) pte = fresh;
            if (replaced && fresh.Swap is not null) page.Transfer(PageHolder.PageTable, PageHolder.SwapCache);
        }
        if (replaced && fresh.Swap is null) Memory.Put(page, PageHolder.PageTable);
        NotifyEnd(this, notifiers, notification);
        return replaced;
    }

    private HostPage? PageAt(Hva addr)
    {
        using (PageTableLock.Hold())
        {
            return _pageTable.Get(addr.Value >> PageSize.Shift).Page;
        }
    }

    /// <summary>The page of an address with a reference, if it is one that reclaim can do something with.</summary>
    [return: Owned("page reference")]
    private HostPage? TakeForReclaim(Hva addr)
    {
        using (PageTableLock.Hold())
        {
            return _pageTable.Get(addr.Value >> PageSize.Shift).Page is { IsZeroPage: false, IsFilePage: false, IsMerged: false, IsPoisoned: false } page && page.HeldBy(PageHolder.PageTable) == 1 && Memory.TryGet(page, PageHolder.Kernel)
                ? page
                : null;
        }
    }

    private bool TestAndClearYoung(Hva addr, MmuNotifier[] notifiers, bool flush)
    {
        HvaRange range = HvaRange.FromStartLength(addr.PageDown, PageSize.Bytes);
        using (PageTableLock.Hold())
        {
            bool young = false;
            ref Pte pte = ref _pageTable.Find(addr.Value >> PageSize.Shift);
            if (!Unsafe.IsNullRef(ref pte) && pte.IsAccessed)
            {
                young = true;
                pte = pte.With(pte.Flags & ~PteFlags.Accessed);
            }
            // Every notifier is asked, whatever the others say: each must clear its marks.
            foreach (MmuNotifier notifier in notifiers) young |= flush ? notifier.ClearFlushYoung(this, range) : notifier.ClearYoung(this, range);
            return young;
        }
    }
}
