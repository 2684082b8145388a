using LockDiscipline;
using MemoryModel.Locking;

namespace MemoryModel.Memory;

/// <summary>An ordinary memfd: a file of pages that live in the page cache.</summary>
/// <remarks>Source: memfd_create(2), mm/shmem.c. Thread-safe.</remarks>
public sealed class MemoryFile : MappedFile
{
    private readonly MutexLock _pagesLock;
    private readonly HostMemory _memory;
    private readonly ulong _pageCount;
    private readonly bool _isReadOnly;

    [GuardedBy(nameof(_pagesLock))]
    private readonly RadixTable<HostPage?> _pages = new();

    /// <summary>Creates a file of a length.</summary>
    /// <param name="memory">Where its pages come from.</param>
    /// <param name="length">Bytes; rounded up to whole pages.</param>
    /// <param name="lockdep">The validator, or null for none.</param>
    /// <param name="readOnly">True: opened for reading only.</param>
    public MemoryFile(HostMemory memory, ulong length, Lockdep? lockdep = null, bool readOnly = false)
    {
        _isReadOnly = readOnly;
        _memory = memory;
        _pageCount = (length + PageSize.Bytes - 1) >> PageSize.Shift;
        _pagesLock = new MutexLock("page_lock", lockdep);
    }

    /// <inheritdoc/>
    /// <returns>EACCES for writing to a shared mapping of a file that is open for reading only.</returns>
    public override Errno CheckMap(VmaFlags flags) => _isReadOnly && (flags & (VmaFlags.Shared | VmaFlags.Write)) == (VmaFlags.Shared | VmaFlags.Write) ? Errno.EACCES : Errno.Ok;

    /// <summary>Reads a word of a page, as pread(2) does.</summary>
    /// <param name="index">Number of the page.</param>
    /// <returns>The content; EFAULT past the end; ENOMEM.</returns>
    [MaySleep]
    public Result<ulong> Read(ulong index)
    {
        ModelTask.Current.MightSleep("reading a file");
        Result<HostPage> page = FaultPage(index, PageHolder.Kernel);
        if (page.IsError) return page.Error;
        ulong content = page.Value.Content;
        _memory.PutPage(page.Value, PageHolder.Kernel);
        return content;
    }

    /// <inheritdoc/>
    [return: Owned("page reference")]
    protected internal override Result<HostPage> FaultPage(ulong index, PageHolder holder)
    {
        if (index >= _pageCount) return Errno.EFAULT;
        using (_pagesLock.Hold())
        {
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
    protected internal override void Release()
    {
        using (_pagesLock.Hold())
        {
            ulong from = 0;
            while (_pages.Next(ref from, _pageCount, out Span<HostPage?> cells, out _))
            {
                foreach (ref HostPage? cell in cells)
                {
                    if (cell is not null) _memory.PutPage(cell, PageHolder.PageCache);
                    cell = null;
                }
            }
        }
    }
}
