using System.Collections.Concurrent;
using LockDiscipline;

namespace MemoryModel.Memory;

// The areas themselves: added, taken out, split and joined.
public sealed partial class Mm
{
    // Files whose last mapping went away under the mmap lock; released when it has been dropped.
    private readonly ConcurrentQueue<KernelFile> _closedFiles = new();

    // Files without a reference whose release is due.
    private readonly ConcurrentQueue<KernelFile> _releasedFiles = new();

    /// <summary>Unmaps a range; see <see cref="Munmap"/>.</summary>
    [RequiresLock(nameof(MmapLock)), MaySleep]
    private Errno UnmapLocked(HvaRange range)
    {
        Vma? vma = AreaTree.FirstOverlap(_areas, range.Start.Value, range.End.Value);
        if (vma is null) return Errno.Ok;
        if (_areaCount >= MaxAreas && IsInsideOneArea(range)) return Errno.ENOMEM;
        MmuNotifierRange notification = Invalidating(range, MmuEvent.Unmap);
        while (vma is not null)
        {
            HvaRange whole = vma.Range;
            AreaKind kind = vma.Kind;
            RemoveArea(whole, vma);
            DropPages(whole.Clip(range));
            if (whole.Start < range.Start) InsertArea(HvaRange.FromStartEnd(whole.Start, range.Start), kind);
            if (whole.End > range.End) InsertArea(HvaRange.FromStartEnd(range.End, whole.End), kind);
            vma = AreaTree.FirstOverlap(_areas, range.Start.Value, range.End.Value);
        }
        NotifyEnd(notification);
        return Errno.Ok;
    }

    /// <summary>Gives the parts of areas in a range other flags, splitting and joining as need be.</summary>
    /// <returns>ENOMEM when there would be too many areas; nothing has changed then.</returns>
    [RequiresLock(nameof(MmapLock))]
    private Errno ChangeFlags(HvaRange range, VmaFlags remove, VmaFlags add)
    {
        int splits = SplitsAt(range.Start, remove, add) + SplitsAt(range.End, remove, add);
        if (_areaCount + splits > MaxAreas || (splits > 0 && Memory.Fails(FaultSite.Structure))) return Errno.ENOMEM;
        Hva at = range.Start;
        while (at < range.End && AreaTree.FirstOverlap(_areas, at.Value, range.End.Value) is { } vma)
        {
            HvaRange whole = vma.Range;
            HvaRange part = whole.Clip(range);
            AreaKind kind = vma.Kind;
            at = part.End;
            AreaKind changed = kind with { Flags = (kind.Flags & ~remove) | add };
            if (changed == kind) continue;
            RemoveArea(whole, vma);
            if (whole.Start < part.Start) InsertArea(HvaRange.FromStartEnd(whole.Start, part.Start), kind);
            if (whole.End > part.End) InsertArea(HvaRange.FromStartEnd(part.End, whole.End), kind);
            Add(part, changed);
        }
        return Errno.Ok;
    }

    /// <summary>1 when an area goes on across an address and its flags would change on one side of it: it is split there. Otherwise 0.</summary>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    private int SplitsAt(Hva addr, VmaFlags remove, VmaFlags add)
    {
        Vma? vma = AreaTree.FirstEndingAbove(_areas, addr.Value);
        if (vma is null || vma.Range.Start >= addr) return 0;
        VmaFlags flags = vma.Kind.Flags;
        return ((flags & ~remove) | add) == flags ? 0 : 1;
    }

    /// <summary>True when a range lies inside one area and touches neither of its ends.</summary>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    private bool IsInsideOneArea(HvaRange range) =>
        AreaTree.FirstOverlap(_areas, range.Start.Value, range.End.Value) is { } vma && vma.Range.Start < range.Start && vma.Range.End > range.End;

    /// <summary>True when every byte of a range is mapped.</summary>
    /// <param name="range">The range.</param>
    /// <param name="device">Where in it the memory of a device begins; its end when there is none.</param>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    private bool IsMapped(HvaRange range, out Hva device)
    {
        device = range.End;
        bool whole = true;
        Hva at = range.Start;
        while (at < range.End && AreaTree.FirstOverlap(_areas, at.Value, range.End.Value) is { } vma)
        {
            whole &= vma.Range.Start <= at;
            if (device == range.End && (vma.Kind.Flags & VmaFlags.PfnMap) != 0) device = Hva.Max(vma.Range.Start, range.Start);
            at = vma.Range.End;
        }
        return whole && at >= range.End;
    }

    /// <summary>Adds an area over a free range, joined with its neighbours where they are alike.</summary>
    [RequiresLock(nameof(MmapLock))]
    private void Add(HvaRange range, AreaKind kind)
    {
        Vma? before = range.Start.Value == 0 ? null : AreaTree.FirstEndingAbove(_areas, range.Start.Value - 1);
        if (before is not null && before.Range.End == range.Start && before.Kind == kind)
        {
            range = HvaRange.FromStartEnd(before.Range.Start, range.End);
            RemoveArea(before.Range, before);
        }
        Vma? after = AreaTree.FirstEndingAbove(_areas, range.End.Value);
        if (after is not null && after.Range.Start == range.End && after.Kind == kind)
        {
            range = HvaRange.FromStartEnd(range.Start, after.Range.End);
            RemoveArea(after.Range, after);
        }
        InsertArea(range, kind);
    }

    [RequiresLock(nameof(MmapLock))]
    private void InsertArea(HvaRange range, AreaKind kind)
    {
        if (kind.File is { } file)
        {
            // The caller has a reference, or an area that is being replaced had one and its release is put off.
            _ = file.TryGet();
            file.AddMapping(this, range, kind.FileIndex(range.Start));
        }
        _areas = AreaTree.Insert(_areas, new Vma(this, range, kind));
        _areaCount++;
    }

    [RequiresLock(nameof(MmapLock))]
    private void RemoveArea(HvaRange range, Vma vma)
    {
        if (vma.Kind.File is { } file)
        {
            file.RemoveMapping(this, range, vma.Kind.FileIndex(range.Start));
            _closedFiles.Enqueue(file);
        }
        _areas = AreaTree.Remove(_areas, vma);
        _areaCount--;
        vma.Detach();
    }

    /// <summary>Drops a reference to a file; if it was the last one, the file is released when this address space is next left.</summary>
    /// <remarks>Source: fput().</remarks>
    internal void PutLater(KernelFile file)
    {
        if (file.Drop()) _releasedFiles.Enqueue(file);
    }

    /// <summary>Releases files whose last reference was dropped where a release must not run.</summary>
    /// <remarks>Source: task_work_run().</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    internal void RunTaskWork()
    {
        if (_releasedFiles.IsEmpty) return;
        while (_releasedFiles.TryDequeue(out KernelFile? file)) file.Release();
    }

    /// <summary>Drops the references of areas that are gone.</summary>
    /// <remarks>Source: the final fput() runs as task work, because a release may take locks that the mmap lock must not be held under.</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    private void PutClosedFiles()
    {
        while (_closedFiles.TryDequeue(out KernelFile? file)) file.Put();
    }

    /// <summary>First fit: the lowest address above the base with that many free bytes.</summary>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    private Hva FindGap(ulong size)
    {
        Hva start = s_mmapBase;
        while (AreaTree.FirstOverlap(_areas, start.Value, (start + size).Value) is { } taken) start = taken.Range.End;
        return start;
    }

    private static ulong RoundUp(ulong length) => (length + PageSize.Bytes - 1) & ~(PageSize.Bytes - 1);
}
