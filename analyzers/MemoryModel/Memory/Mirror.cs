using LockDiscipline;
using MemoryModel.Locking;

namespace MemoryModel.Memory;

/// <summary>A device with page tables of its own over a process's memory: the smallest user of notifiers, with nothing of a machine around it.</summary>
/// <remarks>
/// Source: lib/test_hmm.c and hmm_range_fault(); mmu_interval_read_begin() and mmu_interval_read_retry(). Counts invalidations, looks pages up, and puts them into its table under its lock unless something was invalidated meanwhile.
/// It holds no references: the notifications are enough. Thread-safe.
/// </remarks>
public sealed class Mirror : MmuNotifier
{
    /// <summary>How often a look-up is tried again before the device gives up.</summary>
    /// <remarks>Source: HMM_RANGE_DEFAULT_TIMEOUT, which is a time.</remarks>
    public const int MaxTries = 1000;

    private readonly Mm _mm;

    [GuardedBy(nameof(TableLock))]
    private readonly RadixTable<Pte> _table = new();

    [GuardedBy(nameof(TableLock))]
    private int _inProgress;

    [GuardedBy(nameof(TableLock))]
    private ulong _seq;

    [GuardedBy(nameof(TableLock))]
    private bool _isReleased;

    /// <summary>Creates a device that mirrors a process, and subscribes it.</summary>
    /// <param name="mm">The process.</param>
    public Mirror(Mm mm)
    {
        _mm = mm;
        TableLock = new MutexLock("mirror_lock", mm.Lockdep);
        mm.Lockdep?.Declare(this);
        Errno error = mm.RegisterNotifier(this);
        if (error.IsError) throw new ModelViolationException("mm_users", ModelTask.Current.Name, $"a mirror of a process that has exited: {error}");
    }

    /// <summary>Protects the device's table. A mutex: an invalidation that must not sleep is refused while somebody holds it.</summary>
    [AcquiredAfter("_mm.MmapLock", "_mm.RmapLock")]
    public MutexLock TableLock { get; }

    /// <summary>Faults taken.</summary>
    public int Faults { get; private set; }

    /// <summary>The device reads words, one per page.</summary>
    /// <param name="start">First page; page aligned.</param>
    /// <param name="words">Where to put them. Nothing is put anywhere after an error.</param>
    /// <returns>Ok. EINVAL for an address that is not page aligned, or a range that wraps around; EFAULT where nothing can be read, and when the process has exited; EBUSY when invalidations do not end.</returns>
    [ExcludesLock(nameof(TableLock), "_mm.MmapLock"), MaySleep]
    public Errno Read(Hva start, Span<ulong> words)
    {
        _mm.Lockdep?.MightSleep("a device fault", TableLock, _mm.MmapLock);
        Errno error = Check(start, words.Length);
        if (error.IsError) return error;
        var read = new ulong[words.Length];
        for (int i = 0; i < read.Length; i++)
        {
            error = Access(start + ((ulong)i << PageSize.Shift), write: false, ref read[i]);
            if (error.IsError) return error;
        }
        read.CopyTo(words);
        return Errno.Ok;
    }

    /// <summary>The device writes words, one per page.</summary>
    /// <param name="start">First page; page aligned.</param>
    /// <param name="words">What to write.</param>
    /// <returns>As <see cref="Read"/>; EPERM where only reading is allowed. What comes before the page that failed has been written.</returns>
    [ExcludesLock(nameof(TableLock), "_mm.MmapLock"), MaySleep]
    public Errno Write(Hva start, ReadOnlySpan<ulong> words)
    {
        _mm.Lockdep?.MightSleep("a device fault", TableLock, _mm.MmapLock);
        Errno error = Check(start, words.Length);
        if (error.IsError) return error;
        for (int i = 0; i < words.Length; i++)
        {
            ulong word = words[i];
            error = Access(start + ((ulong)i << PageSize.Shift), write: true, ref word);
            if (error.IsError) return error;
        }
        return Errno.Ok;
    }

    /// <inheritdoc/>
    public override Errno InvalidateRangeStart(Mm mm, in MmuNotifierRange range)
    {
        if (range.Blockable) TableLock.Lock();
        else if (!TableLock.TryLock()) return Errno.EAGAIN;
        _inProgress++;
        ulong from = range.Range.Start.Value >> PageSize.Shift;
        while (_table.Next(ref from, range.Range.End.Value >> PageSize.Shift, out Span<Pte> cells, out _)) cells.Clear();
        TableLock.Unlock();
        return Errno.Ok;
    }

    /// <inheritdoc/>
    public override void InvalidateRangeEnd(Mm mm, in MmuNotifierRange range)
    {
        using (TableLock.Hold())
        {
            _seq++;
            _inProgress--;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Whatever the device tries from now on is a fault: no notification reaches it any more.</remarks>
    public override void Release(Mm mm)
    {
        using (TableLock.Hold())
        {
            _isReleased = true;
            ulong from = 0;
            while (_table.Next(ref from, ulong.MaxValue, out Span<Pte> cells, out _)) cells.Clear();
        }
    }

    private static Errno Check(Hva start, int pages)
    {
        if (!start.IsPageAligned) return Errno.EINVAL;
        return pages > 0 && start + (((ulong)pages << PageSize.Shift) - 1) < start ? Errno.EINVAL : Errno.Ok;
    }

    [ExcludesLock(nameof(TableLock), "_mm.MmapLock"), MaySleep]
    private Errno Access(Hva addr, bool write, ref ulong word)
    {
        for (int i = 0; i < MaxTries; i++)
        {
            ulong seq;
            using (TableLock.Hold())
            {
                if (_isReleased) return Errno.EFAULT;
                if (TryAccess(addr, write, ref word)) return Errno.Ok;
                seq = _seq;
            }
            Result<HostPage> page = _mm.GetUserPage(addr, write, out bool writable);
            if (page.IsError) return write && IsReadable(addr) ? Errno.EPERM : page.Error;
            using (TableLock.Hold())
            {
                Faults++;
                if (_inProgress == 0 && _seq == seq && !_isReleased) _table.Add(addr.Value >> PageSize.Shift) = Pte.Of(page.Value, writable ? PteFlags.Writable : PteFlags.None);
            }
            _mm.Memory.PutPage(page.Value);
        }
        return Errno.EBUSY;
    }

    [RequiresLock(nameof(TableLock))]
    private bool TryAccess(Hva addr, bool write, ref ulong word)
    {
        Pte pte = _table.Get(addr.Value >> PageSize.Shift);
        if (pte.Page is not { } page || (write && !pte.IsWritable)) return false;
        if (write) page.Content = word;
        else word = page.Content;
        return true;
    }

    [ExcludesLock("_mm.MmapLock"), MaySleep]
    private bool IsReadable(Hva addr)
    {
        Result<HostPage> page = _mm.GetUserPage(addr, write: false);
        if (page.IsError) return false;
        _mm.Memory.PutPage(page.Value);
        return true;
    }
}
