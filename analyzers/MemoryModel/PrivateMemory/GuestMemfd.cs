using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.PrivateMemory;

/// <summary>A file of memory for one machine's guest, which the host's processes need not be able to reach.</summary>
/// <remarks>
/// Source: virt/kvm/guest_memfd.c. An opening of memory for one machine, which it keeps alive, never the reverse. The memory may have an opening for each of several machines (<see cref="Kvm.LinkGuestMemfd"/>). Pages belong to it until a hole is punched or the last opening goes; going back to the host each passes by the machine's back end. Parts of it are bound to
/// memslots, each part to one at most. Order of locks: slots_lock, then <see cref="InvalidateLock"/>, then a page's lock, or the mmu_lock. Thread-safe.
/// </remarks>
public sealed partial class GuestMemfd : MappedFile, IPageReclaimer
{
    private readonly GmemInode _inode;
    private readonly HostMemory _memory;
    private readonly MutexLock _folioLock;

    [GuardedBy(nameof(_folioLock))]
    private readonly RadixTable<HostPage?> _pages;

    [GuardedBy(nameof(InvalidateLock))]
    private IntervalTree<Memslot>? _bindings;

    private int _signalPending;

    internal GuestMemfd(Kvm kvm, GmemInode inode)
    {
        Kvm = kvm;
        _inode = inode;
        _memory = inode.Memory;
        _folioLock = inode.FolioLock;
        _pages = inode.Pages;
        InvalidateLock = inode.InvalidateLock;
        inode.Add(this);
        kvm.Mm.Lockdep?.Declare(this);
        kvm.Get();
        kvm.Invariants?.Add(this);
    }

    /// <summary>The machine.</summary>
    public Kvm Kvm { get; }

    /// <summary>Bytes.</summary>
    public ulong Size => _inode.Size;

    /// <summary>What it can do.</summary>
    public GmemFlags Flags => _inode.Flags;

    /// <summary>A number that no other file of the process has, but for the openings of the same memory.</summary>
    public long Inode => _inode.Number;

    /// <summary>Bytes of its smallest part.</summary>
    public ulong BlockSize => PageSize.Bytes;

    /// <summary>Held shared while memory is added, exclusively while it is taken away or bound. Under it bindings cannot change, so an invalidation ends what it began.</summary>
    /// <remarks>Source: mapping->invalidate_lock.</remarks>
    [AcquiredAfter("Kvm.SlotsLock", "Kvm.Mm.MmapLock"), AcquiredBefore("Kvm.MmuLock", "Kvm.Mm.RmapLock")]
    public RwSemaphore InvalidateLock { get; }

    /// <summary>Number of pages that it has.</summary>
    public int PageCount
    {
        get
        {
            using (_folioLock.Hold())
            {
                int count = 0;
                ulong from = 0;
                while (_pages.Next(ref from, Size >> PageSize.Shift, out Span<HostPage?> cells, out _))
                {
                    foreach (HostPage? page in cells)
                    {
                        if (page is not null) count++;
                    }
                }
                return count;
            }
        }
    }

    /// <summary>Allocates memory, or gives it up.</summary>
    /// <param name="mode">Which.</param>
    /// <param name="offset">First byte; page aligned.</param>
    /// <param name="length">Bytes, whole pages.</param>
    /// <returns>
    /// Ok. EINVAL for a length of 0, and for what is not page aligned, or negative as a signed number; EOPNOTSUPP without <see cref="FallocateMode.KeepSize"/>, and for modes that there are not; EFBIG beyond 2^63-1; for an allocation EINVAL beyond the end, EINTR for a signal,
    /// ENOMEM (what was allocated stays). Giving up what is beyond the end is fine.
    /// </returns>
    /// <remarks>Source: vfs_fallocate(), kvm_gmem_fallocate().</remarks>
    [ExcludesLock(nameof(InvalidateLock), "Kvm.MmuLock"), MaySleep]
    public Errno Fallocate(FallocateMode mode, ulong offset, ulong length)
    {
        Kvm.Mm.Lockdep?.MightSleep("fallocate", InvalidateLock, Kvm.MmuLock);
        if (offset > long.MaxValue || length is 0 or > long.MaxValue) return Errno.EINVAL;
        if ((mode & FallocateMode.KeepSize) == 0 || (mode & ~(FallocateMode.KeepSize | FallocateMode.PunchHole)) != 0) return Errno.EOPNOTSUPP;
        if (offset + length > long.MaxValue) return Errno.EFBIG;
        if (((offset | length) & (PageSize.Bytes - 1)) != 0) return Errno.EINVAL;
        ulong first = offset >> PageSize.Shift;
        ulong end = (offset + length) >> PageSize.Shift;
        return (mode & FallocateMode.PunchHole) != 0 ? PunchHole(first, end) : Allocate(first, end);
    }

    /// <summary>read(2) and its like: not possible.</summary>
    /// <returns>EINVAL.</returns>
    public Errno ReadWrite() => Errno.EINVAL;

    /// <summary>ftruncate(2): not possible.</summary>
    /// <param name="size">Bytes.</param>
    /// <returns>EINVAL.</returns>
    public Errno Truncate(ulong size) => Errno.EINVAL;

    /// <summary>A signal arrives for whoever allocates, or puts the first content in.</summary>
    public void Signal()
    {
        SwitchPoint.Write(this, "pending signal of the file");
        Volatile.Write(ref _signalPending, 1);
    }

    /// <summary>Notices the signal that has arrived, if any.</summary>
    internal bool TakeSignal()
    {
        SwitchPoint.Write(this, "pending signal of the file");
        return Interlocked.Exchange(ref _signalPending, 0) != 0 || _memory.Fails(FaultSite.Signal);
    }

    /// <inheritdoc/>
    /// <returns>ENODEV without <see cref="GmemFlags.Mmap"/>; EINVAL for a private mapping.</returns>
    public override Errno CheckMap(VmaFlags flags)
    {
        if ((Flags & GmemFlags.Mmap) == 0) return Errno.ENODEV;
        return (flags & VmaFlags.Shared) == 0 ? Errno.EINVAL : Errno.Ok;
    }

    /// <inheritdoc/>
    /// <remarks>Source: kvm_gmem_fault_user_mapping(): SIGBUS beyond the end, and for memory that is not shared.</remarks>
    [return: Owned("page reference")]
    protected internal override Result<HostPage> FaultPage(ulong index, PageHolder holder)
    {
        if (index >= Size >> PageSize.Shift || (Flags & GmemFlags.InitShared) == 0) return Errno.EFAULT;
        return FindOrAdd(index, holder, out _);
    }

    /// <inheritdoc/>
    [NoLockAnalysis("asked where nobody may sleep; who takes the page out unmaps it afterwards")]
    protected internal override bool HasPage(ulong index, HostPage page)
    {
        SwitchPoint.Read(this, "page of the file", index);
        return ReferenceEquals(_pages.Get(index), page);
    }

    /// <summary>Opens the same memory for another machine.</summary>
    internal GuestMemfd OpenFor(Kvm kvm) => new(kvm, _inode);

    /// <summary>True when its machine had an opening of the same memory before.</summary>
    internal bool IsSecondOfItsMachine => !ReferenceEquals(Array.Find(_inode.Files, file => ReferenceEquals(file.Kvm, Kvm)), this);

    /// <summary>True when it is memory of the same host.</summary>
    internal bool IsOf(HostMemory memory) => ReferenceEquals(_memory, memory);

    /// <inheritdoc/>
    protected internal override void Release()
    {
        ReleaseBindings();
        if (_inode.Remove(this)) TruncateLocking(0, Size >> PageSize.Shift);
        Kvm.Invariants?.Remove(this);
        Kvm.Put();
    }

    /// <summary>A page goes back to the host.</summary>
    /// <remarks>Source: kvm_gmem_free_folio().</remarks>
    void IPageReclaimer.FreePage(HostPage page)
    {
        bool wasGood = !page.IsPoisoned;
        Kvm.Backend.ReclaimPage(page);
        if (wasGood && page.IsPoisoned) Kvm.Log.WarnOnce("a page of private memory could not be given back, and is lost");
    }

    /// <summary>The page of an index, made if there is none; filled with zero when it is new.</summary>
    [return: Owned("page reference")]
    private Result<HostPage> FindOrAdd(ulong index, PageHolder holder, out bool isNew)
    {
        isNew = false;
        using (_folioLock.Hold())
        {
            ref HostPage? cell = ref _pages.Add(index);
            if (cell is null)
            {
                Result<HostPage> fresh = AllocFor(index);
                if (fresh.IsError) return fresh.Error;
                cell = fresh.Value;
                isNew = true;
            }
            return cell.IsPoisoned ? Errno.EHWPOISON : _memory.GetPage(cell, holder);
        }
    }

    /// <summary>A new page; when the back end likes large ones and all of its neighbourhood is free, that comes in one piece.</summary>
    [RequiresLock(nameof(_folioLock))]
    [return: Owned("page reference")]
    private Result<HostPage> AllocFor(ulong index)
    {
        int order = Kvm.Backend.PreferredOrder;
        ulong count = 1UL << order;
        ulong start = index & ~(count - 1);
        if (order > 0 && start + count <= Size >> PageSize.Shift && IsFree(start, start + count))
        {
            Result<Pfn> block = _memory.AllocPages(order, PageHolder.PageCache);
            if (block.IsOk)
            {
                for (ulong i = 0; i < count; i++) _pages.Add(start + i) = Adopt(_memory.PageOf(block.Value + i));
                return _memory.PageOf(block.Value + (index - start));
            }
        }
        Result<HostPage> page = _memory.AllocPage(PageHolder.PageCache);
        if (page.IsOk) _ = Adopt(page.Value);
        return page;
    }

    [RequiresLock(nameof(_folioLock))]
    private bool IsFree(ulong start, ulong end)
    {
        while (_pages.Next(ref start, end, out Span<HostPage?> cells, out _))
        {
            foreach (HostPage? page in cells)
            {
                if (page is not null) return false;
            }
        }
        return true;
    }

    private HostPage Adopt(HostPage page)
    {
        page.IsFilePage = true;
        page.Reclaimer = this;
        return page;
    }

    [ExcludesLock(nameof(InvalidateLock)), MaySleep]
    private Errno Allocate(ulong first, ulong end)
    {
        if (end > Size >> PageSize.Shift) return Errno.EINVAL;
        using (InvalidateLock.Read())
        {
            for (ulong index = first; index < end; index++)
            {
                if (TakeSignal()) return Errno.EINTR;
                Result<HostPage> page = FindOrAdd(index, PageHolder.Kernel, out _);
                if (page.IsError) return page.Error;
                _memory.PutPage(page.Value, PageHolder.Kernel);
            }
            return Errno.Ok;
        }
    }
}
