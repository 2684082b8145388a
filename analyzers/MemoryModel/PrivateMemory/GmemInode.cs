using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;

namespace MemoryModel.PrivateMemory;

/// <summary>The memory behind the openings of a guest_memfd: the pages belong to it, each opening to one machine.</summary>
/// <remarks>Source: struct gmem_inode and its list of struct gmem_file. Lives until the last opening is closed. Thread-safe.</remarks>
internal sealed class GmemInode(HostMemory memory, ulong size, GmemFlags flags, Lockdep? lockdep)
{
    private static long s_lastNumber;

    private readonly Lock _gate = new();

    // Changes are rare; who asks has the list of a moment. An opening without bindings, as a new one is, has nothing to be told.
    [GuardedBy(nameof(_gate))]
    private GuestMemfd[] _files = [];

    /// <summary>A number that no other has.</summary>
    public long Number { get; } = Interlocked.Increment(ref s_lastNumber);

    /// <summary>Where its pages come from.</summary>
    public HostMemory Memory { get; } = memory;

    /// <summary>Bytes.</summary>
    public ulong Size { get; } = size;

    /// <summary>What it can do.</summary>
    public GmemFlags Flags { get; } = flags;

    /// <summary>See <see cref="GuestMemfd.InvalidateLock"/>: one for all openings.</summary>
    public RwSemaphore InvalidateLock { get; } = new("invalidate_lock", lockdep);

    /// <summary>Protects <see cref="Pages"/>.</summary>
    public MutexLock FolioLock { get; } = new("folio_lock", lockdep);

    /// <summary>The pages by number, under <see cref="FolioLock"/>.</summary>
    public RadixTable<HostPage?> Pages { get; } = new();

    /// <summary>The openings there are.</summary>
    public GuestMemfd[] Files
    {
        get
        {
            SwitchPoint.Read(this, "openings of a guest_memfd");
            lock (_gate) return _files;
        }
    }

    /// <summary>Notes an opening.</summary>
    public void Add(GuestMemfd file)
    {
        SwitchPoint.Write(this, "openings of a guest_memfd");
        lock (_gate) _files = [.. _files, file];
    }

    /// <summary>Forgets an opening.</summary>
    /// <returns>True when it was the last one: nobody has the memory any more.</returns>
    public bool Remove(GuestMemfd file)
    {
        SwitchPoint.Write(this, "openings of a guest_memfd");
        lock (_gate)
        {
            _files = [.. _files.Where(other => other != file)];
            return _files.Length == 0;
        }
    }
}
