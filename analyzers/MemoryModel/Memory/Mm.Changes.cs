using LockDiscipline;

namespace MemoryModel.Memory;

// Changes to what is mapped: moved, protected, advised.
public sealed partial class Mm
{
    /// <summary>Moves, grows or shrinks a mapping. The content goes along.</summary>
    /// <param name="old">Where it is; page aligned.</param>
    /// <param name="oldLength">Bytes; rounded up to whole pages.</param>
    /// <param name="newLength">Bytes that it shall have; rounded up to whole pages.</param>
    /// <param name="flags">How.</param>
    /// <param name="target">Where to, with <see cref="MremapFlags.Fixed"/>.</param>
    /// <returns>
    /// The address that it has afterwards. EINVAL for an address that is not page aligned, a length of 0, flags that do not go together, or ranges that overlap; EFAULT when the old range is not inside one area, or a device's memory would grow;
    /// ENOMEM when there is no room, or it may not move.
    /// </returns>
    /// <remarks>Source: mremap(2).</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Result<Hva> Mremap(Hva old, ulong oldLength, ulong newLength, MremapFlags flags = MremapFlags.None, Hva target = default)
    {
        Lockdep?.MightSleep("mremap", MmapLock);
        bool isFixed = (flags & MremapFlags.Fixed) != 0;
        bool keep = (flags & MremapFlags.DontUnmap) != 0;
        if (!old.IsPageAligned || oldLength == 0 || newLength == 0 || oldLength > TaskSize.Value || newLength > TaskSize.Value) return Errno.EINVAL;
        if ((flags & ~KnownRemapFlags) != 0 || ((isFixed || keep) && (flags & MremapFlags.MayMove) == 0)) return Errno.EINVAL;
        HvaRange from = HvaRange.FromStartLength(old, RoundUp(oldLength));
        ulong size = RoundUp(newLength);
        if (keep && size != from.Length) return Errno.EINVAL;
        if (isFixed && (!target.IsPageAligned || target > TaskSize - size || from.Clip(HvaRange.FromStartLength(target, size)).IsValid)) return Errno.EINVAL;
        Result<Hva> result;
        using (MmapWrite())
        {
            result = RemapLocked(from, size, flags, isFixed ? target : null);
        }
        PutClosedFiles();
        return result;
    }

    /// <summary>Changes what a range allows.</summary>
    /// <param name="range">Page aligned.</param>
    /// <param name="protection">Any of read, write and execute.</param>
    /// <returns>
    /// Ok, also for an empty range. EINVAL for a range that is not page aligned, and for flags that are no protection; ENOMEM for one that is turned around, as one that wraps is, when part of it is not mapped, or there would be too many
    /// areas; EACCES for writing to a shared mapping of a file that was not opened for that. What comes before the hole, or before that mapping, is changed.
    /// </returns>
    /// <remarks>Source: mprotect(2).</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Errno Mprotect(HvaRange range, VmaFlags protection)
    {
        Lockdep?.MightSleep("mprotect", MmapLock);
        if (!range.Start.IsPageAligned) return Errno.EINVAL;
        if (range.Start == range.End) return Errno.Ok;
        // Rounded up, it may wrap as well.
        if (range.Start > range.End || range.End.Value > ulong.MaxValue - PageSize.Bytes) return Errno.ENOMEM;
        if ((protection & ~Permissions) != 0) return Errno.EINVAL;
        range = HvaRange.FromStartLength(range.Start, RoundUp(range.Length));
        using (MmapWrite())
        {
            Hva hole = FirstHole(range);
            Hva refused = (protection & VmaFlags.Write) != 0 ? FirstUnwritable(HvaRange.FromStartEnd(range.Start, hole)) : hole;
            Errno stop = refused < hole ? Errno.EACCES : hole < range.End ? Errno.ENOMEM : Errno.Ok;
            HvaRange changed = HvaRange.FromStartEnd(range.Start, refused);
            if (!changed.IsValid) return stop;
            Errno error = ChangeFlags(changed, Permissions & ~protection, protection);
            if (error.IsError) return error;
            MmuNotifierRange notification = Invalidating(changed, MmuEvent.ProtectVma);
            ProtectEntries(changed, protection);
            NotifyEnd(notification);
            return stop;
        }
    }

    /// <summary>Advises the kernel about a range.</summary>
    /// <param name="range">Page aligned.</param>
    /// <param name="advice">The advice.</param>
    /// <returns>Ok, also for an empty range. EINVAL for advice that there is not, for a range that is not page aligned or turned around, as one that wraps is, and for advice that the mapping cannot follow, such as giving up a device's memory (what comes before it is given up); ENOMEM when part of the range is not mapped: the advice is followed for the rest.</returns>
    /// <remarks>Source: madvise(2). To change what an area may be merged with takes the mmap lock for writing, everything else for reading.</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Errno Madvise(HvaRange range, Advice advice)
    {
        Lockdep?.MightSleep("madvise", MmapLock);
        if (!Enum.IsDefined(advice)) return Errno.EINVAL;
        if (range.Start > range.End || !range.Start.IsPageAligned || range.End.Value > ulong.MaxValue - PageSize.Bytes) return Errno.EINVAL;
        if (!range.IsValid) return Errno.Ok;
        range = HvaRange.FromStartLength(range.Start, RoundUp(range.Length));
        if (advice is Advice.Mergeable or Advice.Unmergeable)
        {
            using (MmapWrite())
            {
                return SetMergeable(range, advice == Advice.Mergeable);
            }
        }
        Approach(range.Start);
        using (MmapRead())
        {
            bool whole = IsMapped(range, out Hva device);
            if (advice == Advice.Collapse) return whole ? Errno.EINVAL : Errno.ENOMEM;
            if (advice == Advice.DontNeed)
            {
                if (device == range.Start) return Errno.EINVAL;
                HvaRange dropped = HvaRange.FromStartEnd(range.Start, device);
                MmuNotifierRange notification = Invalidating(dropped, MmuEvent.Clear);
                DropPages(dropped);
                NotifyEnd(notification);
                if (device != range.End) return Errno.EINVAL;
            }
            return whole ? Errno.Ok : Errno.ENOMEM;
        }
    }

    private const MremapFlags KnownRemapFlags = MremapFlags.MayMove | MremapFlags.Fixed | MremapFlags.DontUnmap;

    private const VmaFlags Permissions = VmaFlags.ReadWrite | VmaFlags.Exec;

    [RequiresLock(nameof(MmapLock)), MaySleep]
    private Result<Hva> RemapLocked(HvaRange from, ulong size, MremapFlags flags, Hva? target)
    {
        Vma? vma = VmaLookup(from.Start);
        if (vma is null || vma.End < from.End || (size > from.Length && (vma.Flags & VmaFlags.PfnMap) != 0)) return Errno.EFAULT;
        AreaKind kind = vma.Kind;
        bool move = target is not null || (flags & MremapFlags.DontUnmap) != 0;
        if (!move && size <= from.Length)
        {
            if (size == from.Length) return from.Start;
            if (Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
            Errno shrunk = UnmapLocked(HvaRange.FromStartEnd(from.Start + size, from.End));
            return shrunk.IsError ? shrunk : from.Start;
        }
        // Whatever areas this takes, they are had before anything changes.
        if (_areaCount + 3 > MaxAreas || Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
        HvaRange tail = HvaRange.FromStartEnd(from.End, from.Start + size);
        if (!move && from.End == vma.End && tail.End <= TaskSize && AreaTree.FirstOverlap(_areas, tail.Start.Value, tail.End.Value) is null)
        {
            Add(tail, kind);
            return from.Start;
        }
        if (!move && (flags & MremapFlags.MayMove) == 0) return Errno.ENOMEM;
        Hva start = target ?? FindGap(size);
        if (TaskSize - start < size) return Errno.ENOMEM;
        if (target is not null)
        {
            Errno error = UnmapLocked(HvaRange.FromStartLength(start, size));
            if (error.IsError) return error;
        }
        Add(HvaRange.FromStartLength(start, size), kind with { Delta = kind.File is null ? 0 : unchecked(kind.FileIndex(from.Start) - (start.Value >> PageSize.Shift)) });
        MovePages(HvaRange.FromStartLength(from.Start, Math.Min(from.Length, size)), start);
        if ((flags & MremapFlags.DontUnmap) == 0)
        {
            Errno error = UnmapLocked(from);
            if (error.IsError) return error;
        }
        return start;
    }

    /// <remarks>Source: move_page_tables(). The old range is invalidated; the pages keep their references.</remarks>
    [RequiresLock(nameof(MmapLock)), MaySleep]
    private void MovePages(HvaRange from, Hva to)
    {
        MmuNotifierRange notification = Invalidating(from, MmuEvent.Unmap);
        ulong first = from.Start.Value >> PageSize.Shift;
        ulong at = first;
        using (PageTableLock.Hold())
        {
            while (_pageTable.Next(ref at, from.End.Value >> PageSize.Shift, out Span<Pte> cells, out ulong index))
            {
                foreach (ref Pte cell in cells)
                {
                    if (!cell.IsNone) _pageTable.Add((to.Value >> PageSize.Shift) + (index - first)) = cell;
                    cell = default;
                    index++;
                }
            }
        }
        NotifyEnd(notification);
    }

    /// <summary>Where in a range a shared mapping of a file begins that may only be read; its end when there is none.</summary>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    private Hva FirstUnwritable(HvaRange range)
    {
        for (Hva at = range.Start; AreaTree.FirstOverlap(_areas, at.Value, range.End.Value) is { } vma; at = vma.Range.End)
        {
            AreaKind kind = vma.Kind;
            if (kind.File is { } file && file.CheckMap(kind.Flags | VmaFlags.Write) == Errno.EACCES) return Hva.Max(vma.Range.Start, range.Start);
        }
        return range.End;
    }

    /// <summary>Entries lose what their area does not allow any more. To be written they have to fault again, to be read they need not.</summary>
    /// <remarks>Source: change_protection().</remarks>
    private void ProtectEntries(HvaRange range, VmaFlags protection)
    {
        PteFlags lost = (protection & VmaFlags.Write) == 0 ? PteFlags.Writable : PteFlags.None;
        // What may be written can be read, as far as entries go.
        PteFlags access = (protection & VmaFlags.ReadWrite) == 0 ? PteFlags.NoAccess : PteFlags.None;
        ulong from = range.Start.Value >> PageSize.Shift;
        using (PageTableLock.Hold())
        {
            while (_pageTable.Next(ref from, range.End.Value >> PageSize.Shift, out Span<Pte> cells, out _))
            {
                foreach (ref Pte cell in cells)
                {
                    if (!cell.IsNone) cell = cell.With((cell.Flags & ~(lost | PteFlags.NoAccess)) | access);
                }
            }
        }
    }

    /// <summary>Where in a range the first byte is that is not mapped; its end when there is none.</summary>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    private Hva FirstHole(HvaRange range)
    {
        Hva at = range.Start;
        while (at < range.End)
        {
            Vma? vma = AreaTree.FirstEndingAbove(_areas, at.Value);
            if (vma is null || vma.Range.Start > at) break;
            at = vma.Range.End;
        }
        return Hva.Min(at, range.End);
    }
}
