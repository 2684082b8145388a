using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;

namespace MemoryModel.Backends;

/// <summary>The reverse map table of a host: for each of its pages, which guest owns it.</summary>
/// <remarks>Source: arch/x86/virt/svm/sev.c. One for all guests. To make a page private it is taken out of the host's direct map, which takes a mutex: this is why none of it can run under the mmu_lock. Thread-safe.</remarks>
public sealed class Rmp
{
    /// <summary>Binary logarithm of the pages of a large entry.</summary>
    public const int LargeOrder = 9;

    /// <summary>Pages of a large entry.</summary>
    public const ulong LargePages = 1UL << LargeOrder;

    private readonly SpinningLock _entriesLock;
    private readonly ulong _covered;

    // Read by the hardware at every access, without the lock.
    [GuardedBy(nameof(_entriesLock))]
    private readonly RadixTable<RmpEntry> _entries = new();

    /// <summary>Creates a table in which every page is the host's.</summary>
    /// <param name="lockdep">The validator, or null for none.</param>
    /// <param name="covered">Number of pages that the table covers; those beyond have no entry.</param>
    public Rmp(Lockdep? lockdep = null, ulong covered = ulong.MaxValue)
    {
        _covered = covered;
        _entriesLock = new SpinningLock("rmp_lock", lockdep);
        DirectMapMutex = new MutexLock("direct_map_mutex", lockdep);
    }

    /// <summary>Held while the host's direct map is changed.</summary>
    public MutexLock DirectMapMutex { get; }

    /// <summary>Number of updates to come that fail, to see what becomes of a page then.</summary>
    public int FailUpdates { get; set; }

    /// <summary>Times that a large entry was broken up.</summary>
    public int Smashes { get; private set; }

    /// <summary>Updates that were made: one for an entry, large or small.</summary>
    public int Updates { get; private set; }

    /// <summary>The entry of a page.</summary>
    /// <param name="pfn">The page.</param>
    /// <returns>The entry; ENOENT when the table does not cover the page.</returns>
    /// <remarks>Source: snp_lookup_rmpentry().</remarks>
    public Result<RmpEntry> Lookup(Pfn pfn)
    {
        if (pfn.Value >= _covered) return Errno.ENOENT;
        using (_entriesLock.Hold())
        {
            return _entries.Get(pfn.Value);
        }
    }

    /// <summary>Gives a page, or 512 of them with one entry, to a guest.</summary>
    /// <param name="pfn">The first page.</param>
    /// <param name="gpa">Its address in the guest.</param>
    /// <param name="asid">The guest.</param>
    /// <param name="large">512 pages; the first number is a multiple of that.</param>
    /// <returns>Ok; EINVAL when the hardware refuses.</returns>
    /// <remarks>Source: rmp_make_private().</remarks>
    [MaySleep]
    public Errno MakePrivate(Pfn pfn, Gpa gpa, int asid, bool large)
    {
        ModelTask.Current.MightSleep("updating the direct map");
        using (DirectMapMutex.Hold())
        {
            ulong count = large ? LargePages : 1;
            if (!TakeUpdate() || pfn.Value % count != 0) return Errno.EINVAL;
            using (_entriesLock.Hold())
            {
                for (ulong i = 0; i < count; i++) _entries.Add(pfn.Value + i) = new RmpEntry(true, asid, gpa + (i << PageSize.Shift), large, false);
            }
            return Errno.Ok;
        }
    }

    /// <summary>Gives a page, or 512 of them with one entry, back to the host.</summary>
    /// <param name="pfn">The first page.</param>
    /// <param name="large">512 pages.</param>
    /// <returns>Ok; EINVAL when the hardware refuses: the page stays the guest's.</returns>
    /// <remarks>Source: rmp_make_shared(). What the guest had accepted, it has not any more.</remarks>
    public Errno MakeShared(Pfn pfn, bool large)
    {
        if (!TakeUpdate()) return Errno.EINVAL;
        using (_entriesLock.Hold())
        {
            for (ulong i = 0; i < (large ? LargePages : 1); i++) _entries.Add(pfn.Value + i) = default;
        }
        return Errno.Ok;
    }

    /// <summary>Breaks a large entry up into 512 small ones that say the same.</summary>
    /// <param name="pfn">Any page of it. A page with a small entry is fine: somebody else was faster.</param>
    /// <remarks>Source: psmash(). Two vCPUs may fault on one large entry at a time.</remarks>
    public void Smash(Pfn pfn)
    {
        ulong first = pfn.Value & ~(LargePages - 1);
        using (_entriesLock.Hold())
        {
            if (!_entries.Get(pfn.Value).IsLarge) return;
            Smashes++;
            for (ulong i = 0; i < LargePages; i++) _entries.Add(first + i) = _entries.Get(first + i) with { IsLarge = false };
        }
    }

    /// <summary>The guest accepts a page, or gives its acceptance up.</summary>
    internal void SetValidated(Pfn pfn, bool validated)
    {
        using (_entriesLock.Hold())
        {
            _entries.Add(pfn.Value) = _entries.Get(pfn.Value) with { IsValidated = validated };
        }
    }

    /// <summary>True when a page is a part of the large entry that its neighbourhood begins with, or there is none.</summary>
    internal bool IsWhole(Pfn pfn)
    {
        ulong first = pfn.Value & ~(LargePages - 1);
        using (_entriesLock.Hold())
        {
            RmpEntry head = _entries.Get(first);
            RmpEntry entry = _entries.Get(pfn.Value);
            if (!head.IsLarge) return !entry.IsLarge;
            return entry.IsLarge && entry.IsAssigned && entry.Asid == head.Asid && entry.Gpa == head.Gpa + ((pfn.Value - first) << PageSize.Shift);
        }
    }

    /// <summary>True when none of 512 pages is a guest's.</summary>
    internal bool IsUnassigned(Pfn first, ulong count)
    {
        using (_entriesLock.Hold())
        {
            for (ulong i = 0; i < count; i++)
            {
                if (_entries.Get(first.Value + i).IsAssigned) return false;
            }
            return true;
        }
    }

    private bool TakeUpdate()
    {
        if (FailUpdates > 0)
        {
            FailUpdates--;
            return false;
        }
        Updates++;
        return true;
    }
}
