using LockDiscipline;

namespace MemoryModel.Memory;

// Pages of equal content that become one (KSM), and processes that share pages after a fork.
public sealed partial class Mm
{
    /// <summary>Merges the page of one address into that of another, if both hold the same.</summary>
    /// <param name="keep">The address whose page stays.</param>
    /// <param name="other">The address whose page goes.</param>
    /// <returns>Ok, also when they are one already. EINVAL when an area may not be merged, or there is no ordinary page; EBUSY when somebody else holds a page; EAGAIN when the contents differ, or one of them is written meanwhile.</returns>
    /// <remarks>
    /// Source: try_to_merge_two_pages() in mm/ksm.c. Pages are write-protected before they are compared, since the comparison would be worth nothing otherwise. The one that stays counts as merged from then on: who writes to it gets a
    /// copy, and it keeps what was compared. The other is replaced only where its entry is still the one that was write-protected. When nothing comes of it, the first address gets a page of its own again.
    /// </remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Errno MergePages(Hva keep, Hva other)
    {
        Lockdep?.MightSleep("page merging", MmapLock);
        using (Memory.MergeMutex.Hold())
        using (MmapRead())
        {
            if (!IsMergeable(keep) || !IsMergeable(other)) return Errno.EINVAL;
            if (PteAt(keep).Page is not { IsZeroPage: false, IsFilePage: false } kept || PteAt(other).Page is not { IsZeroPage: false, IsFilePage: false } page) return Errno.EINVAL;
            if (ReferenceEquals(kept, page)) return Errno.Ok;
            bool wasMerged = kept.IsMerged;
            Result<Pte> seen = WriteProtectUnheld(keep, kept, merge: true);
            if (seen.IsError) return seen.Error;
            Errno error = MergeInto(kept, other, page);
            if (error.IsError && !wasMerged) BreakMerge(keep, seen.Value, kept);
            return error;
        }
    }

    /// <summary>Has another address lead to a merged page, if both hold the same.</summary>
    [RequiresLock(nameof(MmapLock), Shared = true), MaySleep]
    private Errno MergeInto(HostPage kept, Hva other, HostPage page)
    {
        Result<Pte> seen = WriteProtectUnheld(other, page, merge: false);
        if (seen.IsError) return seen.Error;
        if (kept.Content != page.Content || !kept.TryGet(PageHolder.Kernel)) return Errno.EAGAIN;
        if (InvalidateAround(other, seen.Value, Pte.Of(kept, PteFlags.Accessed | (seen.Value.Flags & PteFlags.NoAccess)), MmuEvent.Clear))
        {
            Memory.Put(page, PageHolder.Kernel);
            return Errno.Ok;
        }
        Memory.Put(kept, PageHolder.Kernel);
        return Errno.EAGAIN;
    }

    /// <summary>A page that was to be merged, and is not, is given up for a copy.</summary>
    /// <remarks>Source: break_cow(). Without memory for the copy it stays merged with nothing, which does no harm.</remarks>
    [RequiresLock(nameof(MmapLock), Shared = true), MaySleep]
    private void BreakMerge(Hva addr, Pte seen, HostPage page)
    {
        if (VmaLookup(addr) is { } vma) _ = BreakSharing(vma, addr, seen, page);
    }

    /// <summary>Makes a process that begins with the same memory; what either writes from now on, the other does not see, except where memory is shared.</summary>
    /// <returns>The new process's address space, without open files and without notifiers; ENOMEM, with nothing changed.</returns>
    /// <remarks>Source: dup_mmap(). The parent's pages become read-only, which its notifiers are told.</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Result<Mm> Fork()
    {
        Lockdep?.MightSleep("fork", MmapLock);
        // What the child's areas and tables take is had before anything of the parent's changes.
        if (Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
        var areas = new List<(HvaRange Range, AreaKind Kind)>();
        var entries = new List<(ulong Index, Pte Pte)>();
        using (MmapWrite())
        {
            HvaRange all = HvaRange.FromStartEnd(new Hva(0), TaskSize);
            MmuNotifierRange notification = Invalidating(all, MmuEvent.ProtectPage);
            ulong at = 0;
            while (AreaTree.FirstEndingAbove(_areas, at) is { } vma)
            {
                areas.Add((vma.Range, vma.Kind));
                at = vma.Range.End.Value;
            }
            foreach ((HvaRange range, AreaKind kind) in areas) ShareEntries(range, (kind.Flags & VmaFlags.Shared) != 0, entries);
            NotifyEnd(notification);
        }
        return new Mm(this, areas, entries);
    }

    private Mm(Mm parent, List<(HvaRange Range, AreaKind Kind)> areas, List<(ulong Index, Pte Pte)> entries) : this(parent.Memory, parent.Lockdep)
    {
        foreach ((HvaRange range, AreaKind kind) in areas)
        {
            if (kind.File is { } file && file.TryGet()) file.AddMapping(this, range, kind.FileIndex(range.Start));
            _areas = AreaTree.Insert(_areas, new Vma(this, range, kind));
            _areaCount++;
        }
        foreach ((ulong index, Pte pte) in entries) _pageTable.Add(index) = pte;
    }

    /// <summary>What the child has in place of the parent's entries: the same page with a reference of its own, the same place in swap, the same mark of a broken page. A page on a device stays with the parent.</summary>
    private void ShareEntries(HvaRange range, bool shared, List<(ulong Index, Pte Pte)> entries)
    {
        ulong from = range.Start.Value >> PageSize.Shift;
        using (PageTableLock.Hold())
        {
            while (_pageTable.Next(ref from, range.End.Value >> PageSize.Shift, out Span<Pte> cells, out ulong index))
            {
                foreach (ref Pte cell in cells)
                {
                    // Of a page that was on its way out and is still held by somebody, there is no copy in swap that would be good for both: it comes back.
                    if (cell.Swap is { Cached: { } cached } left)
                    {
                        cached.Transfer(PageHolder.SwapCache, PageHolder.PageTable);
                        left.Cached = null;
                        Memory.DropSwap(left);
                        cell = Pte.Of(cached, PteFlags.Accessed | PteFlags.Dirty | (cell.Flags & PteFlags.NoAccess));
                    }
                    if (cell.Page is { } page)
                    {
                        if (!shared && cell.IsWritable) cell = cell.With(cell.Flags & ~PteFlags.Writable);
                        if (page.IsZeroPage || page.TryGet(PageHolder.PageTable)) entries.Add((index, cell));
                    }
                    else if (cell.Swap is { } swap)
                    {
                        swap.Share();
                        entries.Add((index, cell));
                    }
                    else if (cell.IsPoisoned)
                    {
                        entries.Add((index, cell));
                    }
                    index++;
                }
            }
        }
    }

    [RequiresLock(nameof(MmapLock), Shared = true)]
    private bool IsMergeable(Hva addr) => VmaLookup(addr) is { } vma && (vma.Flags & VmaFlags.Mergeable) != 0;

    /// <summary>Write-protects a page, unless somebody beside page tables holds it: he could write without a fault.</summary>
    /// <returns>The entry as it is now; EAGAIN when it leads elsewhere; EBUSY when somebody holds the page.</returns>
    [RequiresLock(nameof(MmapLock), Shared = true), MaySleep]
    private Result<Pte> WriteProtectUnheld(Hva addr, HostPage page, bool merge)
    {
        MmuNotifierRange notification = Invalidating(HvaRange.FromStartLength(addr.PageDown, PageSize.Bytes), MmuEvent.ProtectPage);
        Errno error = Errno.Ok;
        Pte seen;
        using (PageTableLock.Hold())
        {
            ref Pte pte = ref _pageTable.Add(addr.Value >> PageSize.Shift);
            if (!ReferenceEquals(pte.Page, page)) error = Errno.EAGAIN;
            else if (page.References != page.HeldBy(PageHolder.PageTable)) error = Errno.EBUSY;
            else pte = pte.With(pte.Flags & ~PteFlags.Writable);
            if (error.IsOk && merge) page.IsMerged = true;
            seen = pte;
        }
        NotifyEnd(notification);
        if (error.IsError) return error;
        return seen;
    }

    [RequiresLock(nameof(MmapLock)), MaySleep]
    private Errno SetMergeable(HvaRange range, bool mergeable)
    {
        bool whole = IsMapped(range, out _);
        Errno error = mergeable ? ChangeFlags(range, VmaFlags.None, VmaFlags.Mergeable) : ChangeFlags(range, VmaFlags.Mergeable, VmaFlags.None);
        if (error.IsError) return error;
        if (!mergeable)
        {
            error = Unmerge(range);
            if (error.IsError) return error;
        }
        return whole ? Errno.Ok : Errno.ENOMEM;
    }

    /// <summary>Gives every merged page of a range a copy of its own.</summary>
    /// <remarks>Source: unmerge_ksm_pages().</remarks>
    [RequiresLock(nameof(MmapLock), Shared = true), MaySleep]
    private Errno Unmerge(HvaRange range)
    {
        foreach (Hva addr in MergedAddresses(range))
        {
            Pte pte = PteAt(addr);
            if (pte.Page is not { IsMerged: true } page || VmaLookup(addr) is not { } vma) continue;
            Errno error = BreakSharing(vma, addr, pte, page);
            if (error.IsError) return error;
        }
        return Errno.Ok;
    }

    private List<Hva> MergedAddresses(HvaRange range)
    {
        var found = new List<Hva>();
        ulong from = range.Start.Value >> PageSize.Shift;
        using (PageTableLock.Hold())
        {
            while (_pageTable.Next(ref from, range.End.Value >> PageSize.Shift, out Span<Pte> cells, out ulong index))
            {
                foreach (ref Pte cell in cells)
                {
                    if (cell.Page is { IsMerged: true }) found.Add(new Hva(index << PageSize.Shift));
                    index++;
                }
            }
        }
        return found;
    }
}
