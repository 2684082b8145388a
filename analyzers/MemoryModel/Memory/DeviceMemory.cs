using LockDiscipline;
using MemoryModel.Locking;

namespace MemoryModel.Memory;

/// <summary>Memory of a device that processes can map, such as a register window that is handed to a guest. The kernel has no pages for it: nobody holds it by a reference, and it goes when its owner takes it away.</summary>
/// <remarks>
/// Source: mappings with VM_PFNMAP, as remap_pfn_range() and the vfio drivers make them. The model keeps its content in pages of the host all the same, which are the file's. Thread-safe.
/// </remarks>
public sealed class DeviceMemory : MappedFile
{
    private const string TakenAway = "whether the device's memory is there";

    private readonly MutexLock _lock;
    private readonly HostMemory _memory;
    private readonly ulong _pageCount;

    [GuardedBy(nameof(_lock))]
    private readonly RadixTable<HostPage?> _pages = new();

    [GuardedBy(nameof(_lock))]
    private bool _isRevoked;

    /// <summary>Makes the memory of a device.</summary>
    /// <param name="memory">Where its content is kept.</param>
    /// <param name="length">Bytes; rounded up to whole pages.</param>
    /// <param name="lockdep">The validator, or null for none.</param>
    public DeviceMemory(HostMemory memory, ulong length, Lockdep? lockdep = null)
    {
        _memory = memory;
        _pageCount = (length + PageSize.Bytes - 1) >> PageSize.Shift;
        _lock = new MutexLock("device_lock", lockdep);
    }

    /// <inheritdoc/>
    internal override VmaFlags AreaFlags => VmaFlags.PfnMap;

    /// <summary>Takes the memory away from every process, and with it from every guest: whoever touches it afterwards faults, until it is given back.</summary>
    /// <remarks>Source: vfio_pci_zap_bars(), unmap_mapping_range().</remarks>
    [MaySleep]
    public void Revoke()
    {
        ModelTask.Current.MightSleep("taking a device's memory away");
        SetRevoked(true);
        for (ulong index = 0; index < _pageCount; index++) UnmapPage(index);
    }

    /// <summary>Gives it back: the next touch maps it again.</summary>
    [MaySleep]
    public void Restore()
    {
        ModelTask.Current.MightSleep("giving a device's memory back");
        SetRevoked(false);
    }

    [MaySleep]
    private void SetRevoked(bool value)
    {
        using (_lock.Hold())
        {
            SwitchPoint.Write(this, TakenAway);
            Volatile.Write(ref _isRevoked, value);
        }
    }

    /// <inheritdoc/>
    /// <returns>Ok; EINVAL for a private mapping.</returns>
    public override Errno CheckMap(VmaFlags flags) => (flags & VmaFlags.Shared) == 0 ? Errno.EINVAL : Errno.Ok;

    /// <inheritdoc/>
    /// <returns>EFAULT past the end, and while it is taken away.</returns>
    [return: Owned("page reference")]
    protected internal override Result<HostPage> FaultPage(ulong index, PageHolder holder)
    {
        if (index >= _pageCount) return Errno.EFAULT;
        using (_lock.Hold())
        {
            if (_isRevoked) return Errno.EFAULT;
            ref HostPage? cell = ref _pages.Add(index);
            if (cell is null)
            {
                Result<HostPage> fresh = _memory.AllocPage(PageHolder.PageCache);
                if (fresh.IsError) return fresh.Error;
                cell = fresh.Value;
                cell.IsFilePage = true;
            }
            return _memory.GetPage(cell, holder);
        }
    }

    /// <inheritdoc/>
    [NoLockAnalysis("asked where nobody may sleep; who takes the memory away unmaps it afterwards")]
    protected internal override bool HasPage(ulong index, HostPage page)
    {
        SwitchPoint.Read(this, TakenAway);
        return !Volatile.Read(ref _isRevoked);
    }

    /// <inheritdoc/>
    protected internal override void Release()
    {
        using (_lock.Hold())
        {
            for (ulong index = 0; index < _pageCount; index++)
            {
                if (_pages.Get(index) is { } page) _memory.PutPage(page, PageHolder.PageCache);
            }
        }
    }
}
