using LockDiscipline;
using MemoryModel.Locking;

namespace MemoryModel.Memory;

/// <summary>A process's address space: its areas, its page table, and the mmap lock.</summary>
/// <remarks>Source: struct mm_struct. Thread-safe under the locks that its members name.</remarks>
public sealed partial class Mm
{
    /// <summary>Creates an empty address space.</summary>
    /// <param name="memory">The host memory that its pages come from.</param>
    /// <param name="lockdep">The validator, or null for none.</param>
    public Mm(HostMemory memory, Lockdep? lockdep = null)
    {
        Memory = memory;
        Lockdep = lockdep;
        MmapLock = new RwSemaphore("mmap_lock", lockdep);
        RmapLock = new RwSemaphore("anon_vma", lockdep);
        PageTableLock = new SpinningLock("page_table_lock", lockdep);
        Files = new FileTable();
        lockdep?.Declare(this);
    }

    /// <summary>The host memory that its pages come from.</summary>
    public HostMemory Memory { get; }

    /// <summary>The validator, or null when validation is off.</summary>
    public Lockdep? Lockdep { get; }

    /// <summary>The process's open files.</summary>
    public FileTable Files { get; }

    /// <summary>Protects the layout: shared for looking areas up and for faults, exclusive for changing them.</summary>
    /// <remarks>Source: mmap_lock, formerly mmap_sem.</remarks>
    public RwSemaphore MmapLock { get; }

    /// <summary>Protects the way from a page back to where it is mapped. Held by whoever reclaims pages, who cannot take the mmap lock.</summary>
    /// <remarks>Source: anon_vma->rwsem and i_mmap_rwsem, of which the model has one.</remarks>
    [AcquiredAfter(nameof(MmapLock))]
    public RwSemaphore RmapLock { get; }

    /// <summary>Protects the page table's entries.</summary>
    /// <remarks>Source: the lock order in the header of mm/rmap.c.</remarks>
    [AcquiredAfter(nameof(MmapLock), nameof(RmapLock))]
    public SpinningLock PageTableLock { get; }

    /// <summary>Takes the mmap lock for reading.</summary>
    [AcquiresLock(nameof(MmapLock), Shared = true), MaySleep]
    public void MmapReadLock() => MmapLock.ReadLock();

    /// <summary>Releases the mmap lock held for reading.</summary>
    [ReleasesLock(nameof(MmapLock), Shared = true)]
    public void MmapReadUnlock() => MmapLock.ReadUnlock();

    /// <summary>Takes the mmap lock for reading if that needs no wait.</summary>
    /// <returns>True when taken.</returns>
    [TryAcquiresLock(nameof(MmapLock), Shared = true)]
    public bool MmapTryReadLock() => MmapLock.TryReadLock();

    /// <summary>Takes the mmap lock for writing.</summary>
    [AcquiresLock(nameof(MmapLock)), MaySleep]
    public void MmapWriteLock() => MmapLock.WriteLock();

    /// <summary>Releases the mmap lock held for writing.</summary>
    [ReleasesLock(nameof(MmapLock), Shared = false)]
    public void MmapWriteUnlock() => MmapLock.WriteUnlock();

    /// <summary>Turns a hold for writing into one for reading; <see cref="MmapReadUnlock"/> is due afterwards.</summary>
    [DowngradesLock(nameof(MmapLock))]
    public void MmapWriteDowngrade() => MmapLock.DowngradeWrite();

    /// <summary>Holds the mmap lock for reading for the length of a <c>using</c>.</summary>
    [AcquiresLock(nameof(MmapLock), Shared = true), MaySleep]
    public RwSemaphoreReadScope MmapRead() => MmapLock.Read();

    /// <summary>Holds the mmap lock for writing for the length of a <c>using</c>.</summary>
    [AcquiresLock(nameof(MmapLock)), MaySleep]
    public RwSemaphoreWriteScope MmapWrite() => MmapLock.Write();
}
