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
    /// <returns>The address; EINVAL for length 0; ENOMEM when there is no room, there are too many areas, or the process has exited.</returns>
    /// <remarks>Source: mmap(2) without MAP_FIXED.</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Result<Hva> Mmap(ulong length, VmaFlags flags)
    {
        Lockdep?.MightSleep("mmap", MmapLock);
        if (length == 0 || (flags & VmaFlags.PfnMap) != 0) return Errno.EINVAL;
        if (length > TaskSize.Value) return Errno.ENOMEM;
        ulong size = RoundUp(length);
        Result<Hva> result = MapAnywhere(size, flags);
        PutClosedFiles();
        return result;
    }

    [ExcludesLock(nameof(MmapLock)), MaySleep]
    private Result<Hva> MapAnywhere(ulong size, VmaFlags flags)
    {
        using (MmapWrite())
        {
            Hva start = FindGap(size);
            if (_exited || TaskSize - start < size || _areaCount >= MaxAreas || Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
            AddAnonymous(HvaRange.FromStartLength(start, size), flags);
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
        Lockdep?.MightSleep("mmap", MmapLock);
        if (length == 0 || !addr.IsPageAligned || (flags & VmaFlags.PfnMap) != 0) return Errno.EINVAL;
        if (length > TaskSize.Value || addr > TaskSize - RoundUp(length)) return Errno.ENOMEM;
        Errno result = MapLocking(HvaRange.FromStartLength(addr, RoundUp(length)), flags, replace);
        PutClosedFiles();
        return result;
    }

    /// <summary>Maps pages of a file at the lowest free address.</summary>
    /// <param name="length">Bytes; rounded up to whole pages.</param>
    /// <param name="flags">What the mapping allows.</param>
    /// <param name="fd">Number of the file.</param>
    /// <param name="offset">Where in the file; page aligned.</param>
    /// <returns>The address; EBADF when there is no such file; EINVAL for length 0 or an offset that is not page aligned; what the file says (ENODEV, EINVAL, EACCES); ENOMEM.</returns>
    /// <remarks>Source: mmap(2).</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Result<Hva> MmapFile(ulong length, VmaFlags flags, int fd, ulong offset = 0)
    {
        Lockdep?.MightSleep("mmap", MmapLock);
        if (length == 0 || (offset & (PageSize.Bytes - 1)) != 0 || (flags & VmaFlags.PfnMap) != 0) return Errno.EINVAL;
        if (length > TaskSize.Value) return Errno.ENOMEM;
        Result<KernelFile> file = Files.Get(fd);
        if (file.IsError) return file.Error;
        Result<Hva> result = MapFileAnywhere(RoundUp(length), flags, file.Value, offset >> PageSize.Shift);
        file.Value.Put();
        return result;
    }

    [ExcludesLock(nameof(MmapLock)), MaySleep]
    private Result<Hva> MapFileAnywhere(ulong size, VmaFlags flags, KernelFile file, ulong firstIndex)
    {
        Errno error = file.CheckMap(flags);
        if (error.IsError) return error;
        if (file is not MappedFile mapped) return Errno.ENODEV;
        using (MmapWrite())
        {
            Hva start = FindGap(size);
            if (_exited || TaskSize - start < size || _areaCount >= MaxAreas || Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
            Add(HvaRange.FromStartLength(start, size), new AreaKind(flags | mapped.AreaFlags, mapped, unchecked(firstIndex - (start.Value >> PageSize.Shift))));
            return start;
        }
    }

    [ExcludesLock(nameof(MmapLock)), MaySleep]
    private Errno MapLocking(HvaRange range, VmaFlags flags, bool replace)
    {
        using (MmapWrite())
        {
            // Room is asked for before anything is unmapped: one area may split in two, and one is added.
            if (_exited || _areaCount + (IsInsideOneArea(range) ? 2 : 1) > MaxAreas || Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
            if (AreaTree.FirstOverlap(_areas, range.Start.Value, range.End.Value) is not null)
            {
                if (!replace) return Errno.EEXIST;
                Errno error = UnmapLocked(range);
                if (error.IsError) return error;
            }
            AddAnonymous(range, flags);
            return Errno.Ok;
        }
    }

    /// <summary>Adds an area that no file was given for. One that is shared has a nameless file of its own: who shares it later, by a fork, finds the same pages, touched or not.</summary>
    /// <remarks>Source: shmem_zero_setup().</remarks>
    [RequiresLock(nameof(MmapLock))]
    private void AddAnonymous(HvaRange range, VmaFlags flags)
    {
        if ((flags & VmaFlags.Shared) == 0)
        {
            Add(range, new AreaKind(flags));
            return;
        }
        var file = new MemoryFile(Memory, range.Length, Lockdep);
        Add(range, new AreaKind(flags, file, unchecked(0 - (range.Start.Value >> PageSize.Shift))));
        // The area has a reference of its own.
        _closedFiles.Enqueue(file);
    }

    /// <summary>Unmaps every page of a range; holes in it are fine, areas that reach beyond it are split.</summary>
    /// <param name="range">What to unmap; page aligned.</param>
    /// <returns>EINVAL for an empty or unaligned range; ENOMEM when a split would make too many areas (nothing is unmapped then).</returns>
    /// <remarks>Source: munmap(2).</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    [LockedVariant(nameof(UnmapLocked))]
    public Errno Munmap(HvaRange range)
    {
        Lockdep?.MightSleep("munmap", MmapLock);
        if (!range.IsValid || !range.Start.IsPageAligned || range.End > TaskSize) return Errno.EINVAL;
        Errno result;
        using (MmapWrite())
        {
            range = HvaRange.FromStartLength(range.Start, RoundUp(range.Length));
            // An area that is split needs another one.
            result = IsInsideOneArea(range) && Memory.Fails(FaultSite.Structure) ? Errno.ENOMEM : UnmapLocked(range);
        }
        PutClosedFiles();
        return result;
    }
}
