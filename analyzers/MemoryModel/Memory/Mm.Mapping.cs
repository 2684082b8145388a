using LockDiscipline;

namespace MemoryModel.Memory;

// Changing the layout.
public sealed partial class Mm
{
    /// <summary>The address above the last one that a process can map.</summary>
    public static readonly Hva TaskSize = new(1UL << 47);

    /// <summary>Most areas that one address space may have.</summary>
    /// <remarks>Source: sysctl_max_map_count.</remarks>
    public const int MaxAreas = 65530;

    // Where the search for a free place begins.
    private static readonly Hva s_mmapBase = new(0x10000);

    /// <summary>Maps pages at the lowest free address.</summary>
    /// <param name="length">Bytes; rounded up to whole pages.</param>
    /// <param name="flags">What the mapping allows.</param>
    /// <returns>The address; EINVAL for length 0; ENOMEM when there is no room, or there are too many areas.</returns>
    /// <remarks>Source: mmap(2) without MAP_FIXED.</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Result<Hva> Mmap(ulong length, VmaFlags flags)
    {
        if (length == 0) return Errno.EINVAL;
        if (length > TaskSize.Value) return Errno.ENOMEM;
        ulong size = RoundUp(length);
        using (MmapWrite())
        {
            Hva start = FindGap(size);
            if (TaskSize - start < size || _areaCount >= MaxAreas) return Errno.ENOMEM;
            Add(HvaRange.FromStartLength(start, size), flags);
            return start;
        }
    }

    /// <summary>Maps pages at a given address.</summary>
    /// <param name="addr">Where; page aligned.</param>
    /// <param name="length">Bytes; rounded up to whole pages.</param>
    /// <param name="flags">What the mapping allows.</param>
    /// <param name="replace">True: what is mapped there goes away first (MAP_FIXED). False: it is an error (MAP_FIXED_NOREPLACE).</param>
    /// <returns>EINVAL for length 0 or an address that is not page aligned; ENOMEM beyond <see cref="TaskSize"/> or for too many areas; EEXIST when something is mapped there and is not to be replaced.</returns>
    /// <remarks>Source: mmap(2).</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Errno MmapFixed(Hva addr, ulong length, VmaFlags flags, bool replace = false)
    {
        if (length == 0 || !addr.IsPageAligned) return Errno.EINVAL;
        if (length > TaskSize.Value || addr > TaskSize - RoundUp(length)) return Errno.ENOMEM;
        HvaRange range = HvaRange.FromStartLength(addr, RoundUp(length));
        using (MmapWrite())
        {
            // Room is asked for before anything is unmapped: one area may split in two, and one is added.
            if (_areaCount + 2 > MaxAreas) return Errno.ENOMEM;
            if (IntervalTree<Vma>.FirstOverlap(_areas, range.Start.Value, range.End.Value) is not null)
            {
                if (!replace) return Errno.EEXIST;
                Errno error = UnmapLocked(range);
                if (error.IsError) return error;
            }
            Add(range, flags);
            return Errno.Ok;
        }
    }

    /// <summary>Unmaps every page of a range; holes in it are fine, areas that reach beyond it are split.</summary>
    /// <param name="range">What to unmap; page aligned.</param>
    /// <returns>EINVAL for an empty or unaligned range; ENOMEM when a split would make too many areas (nothing is unmapped then).</returns>
    /// <remarks>Source: munmap(2).</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    [LockedVariant(nameof(UnmapLocked))]
    public Errno Munmap(HvaRange range)
    {
        if (!range.IsValid || !range.Start.IsPageAligned || range.End > TaskSize) return Errno.EINVAL;
        using (MmapWrite())
        {
            return UnmapLocked(HvaRange.FromStartLength(range.Start, RoundUp(range.Length)));
        }
    }

    [RequiresLock(nameof(MmapLock)), MaySleep]
    private Errno UnmapLocked(HvaRange range)
    {
        IntervalTree<Vma>? first = IntervalTree<Vma>.FirstOverlap(_areas, range.Start.Value, range.End.Value);
        if (first is not null && first.Start < range.Start.Value && first.End > range.End.Value && _areaCount >= MaxAreas) return Errno.ENOMEM;
        while (first is not null)
        {
            Vma vma = first.Item;
            HvaRange whole = HvaRange.FromStartEnd(vma.Start, vma.End);
            VmaFlags flags = vma.Flags;
            RemoveArea(whole, vma);
            DropPages(whole.Clip(range));
            if (whole.Start < range.Start) InsertArea(HvaRange.FromStartEnd(whole.Start, range.Start), flags);
            if (whole.End > range.End) InsertArea(HvaRange.FromStartEnd(range.End, whole.End), flags);
            first = IntervalTree<Vma>.FirstOverlap(_areas, range.Start.Value, range.End.Value);
        }
        return Errno.Ok;
    }

    /// <summary>Adds an area over a free range, joined with its neighbours where they are alike.</summary>
    [RequiresLock(nameof(MmapLock))]
    private void Add(HvaRange range, VmaFlags flags)
    {
        IntervalTree<Vma>? before = range.Start.Value == 0 ? null : IntervalTree<Vma>.FirstEndingAbove(_areas, range.Start.Value - 1);
        if (before is not null && before.End == range.Start.Value && before.Item.Flags == flags)
        {
            range = HvaRange.FromStartEnd(new Hva(before.Start), range.End);
            RemoveArea(HvaRange.FromStartEnd(new Hva(before.Start), new Hva(before.End)), before.Item);
        }
        IntervalTree<Vma>? after = IntervalTree<Vma>.FirstEndingAbove(_areas, range.End.Value);
        if (after is not null && after.Start == range.End.Value && after.Item.Flags == flags)
        {
            range = HvaRange.FromStartEnd(range.Start, new Hva(after.End));
            RemoveArea(HvaRange.FromStartEnd(new Hva(after.Start), new Hva(after.End)), after.Item);
        }
        InsertArea(range, flags);
    }

    [RequiresLock(nameof(MmapLock))]
    private void InsertArea(HvaRange range, VmaFlags flags)
    {
        _areas = IntervalTree<Vma>.Insert(_areas, range.Start.Value, range.End.Value, 0, new Vma(this, range, flags));
        _areaCount++;
    }

    [RequiresLock(nameof(MmapLock))]
    private void RemoveArea(HvaRange range, Vma vma)
    {
        _areas = IntervalTree<Vma>.Remove(_areas, range.Start.Value, 0);
        _areaCount--;
        vma.Detach();
    }

    /// <summary>First fit: the lowest address above the base with that many free bytes.</summary>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    private Hva FindGap(ulong size)
    {
        Hva start = s_mmapBase;
        while (IntervalTree<Vma>.FirstOverlap(_areas, start.Value, (start + size).Value) is { } taken) start = new Hva(taken.End);
        return start;
    }

    private static ulong RoundUp(ulong length) => (length + PageSize.Bytes - 1) & ~(PageSize.Bytes - 1);
}
