using LockDiscipline;
using MemoryModel.Locking;

namespace MemoryModel.Memory;

// Who is told when the address space changes.
public sealed partial class Mm
{
    [GuardedByAny(nameof(MmapLock), nameof(RmapLock))]
    private MmuNotifier[] _notifiers = [];

    [GuardedBy(nameof(MmapLock))]
    private bool _exited;

    /// <summary>True when the process has exited: nothing is mapped any more, and nothing can be.</summary>
    public bool HasExited
    {
        [RequiresLock(nameof(MmapLock), Shared = true)]
        get
        {
            MmapLock.AssertHeldShared();
            return _exited;
        }
    }

    /// <summary>Tells a notifier of every change from now on.</summary>
    /// <param name="notifier">The notifier.</param>
    /// <returns>Ok; EINVAL when the process has exited; ENOMEM; EINTR for a signal, while the locks are waited for.</returns>
    /// <remarks>Source: mmu_notifier_register(). Takes the mmap lock for writing and every lock of the reverse map, so no callback runs meanwhile: to be called with none of them held.</remarks>
    [ExcludesLock(nameof(MmapLock), nameof(RmapLock)), MaySleep]
    public Errno RegisterNotifier(MmuNotifier notifier)
    {
        Lockdep?.MightSleep("registering a notifier", MmapLock, RmapLock);
        using (MmapWrite())
        using (RmapLock.Write())
        {
            if (_exited) return Errno.EINVAL;
            if (Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
            if (Memory.Fails(FaultSite.Signal)) return Errno.EINTR;
            _notifiers = [.. _notifiers, notifier];
            return Errno.Ok;
        }
    }

    /// <summary>Releases a notifier and tells it of nothing any more. No callback of it runs after this returns.</summary>
    /// <param name="notifier">The notifier; one that is not registered, or was released with the process, is fine.</param>
    /// <remarks>Source: mmu_notifier_unregister().</remarks>
    [ExcludesLock(nameof(MmapLock), nameof(RmapLock)), MaySleep]
    public void UnregisterNotifier(MmuNotifier notifier)
    {
        Lockdep?.MightSleep("unregistering a notifier", MmapLock, RmapLock);
        bool found;
        using (MmapRead())
        {
            found = Array.IndexOf(_notifiers, notifier) >= 0;
        }
        if (!found) return;
        notifier.Release(this);
        using (MmapWrite())
        using (RmapLock.Write())
        {
            _notifiers = [.. _notifiers.Where(other => other != notifier)];
        }
    }

    /// <summary>The process exits: notifiers are released first, then everything is unmapped.</summary>
    /// <remarks>Source: exit_mmap(), mmu_notifier_release().</remarks>
    [ExcludesLock(nameof(MmapLock), nameof(RmapLock)), MaySleep]
    public void Exit()
    {
        Lockdep?.MightSleep("exit", MmapLock, RmapLock);
        MmuNotifier[] notifiers;
        using (MmapRead())
        {
            notifiers = _notifiers;
        }
        foreach (MmuNotifier notifier in notifiers) notifier.Release(this);
        using (MmapWrite())
        {
            using (RmapLock.Write())
            {
                _notifiers = [];
            }
            _exited = true;
            // Nothing can be split here, so nothing can fail.
            _ = UnmapLocked(HvaRange.FromStartEnd(new Hva(0), TaskSize));
        }
        PutClosedFiles();
    }

    /// <summary>Tells every notifier that a range is about to change.</summary>
    /// <returns>Ok. EAGAIN when the range is not blockable and somebody would have to sleep: those who were told already have been told the end, and the caller gives up.</returns>
    /// <remarks>Source: mmu_notifier_invalidate_range_start().</remarks>
    [RequiresLock(nameof(MmapLock), Shared = true), MaySleep]
    private Errno NotifyStart(in MmuNotifierRange range) => NotifyStart(_notifiers, range);

    [MaySleep]
    private Errno NotifyStart(MmuNotifier[] notifiers, in MmuNotifierRange range)
    {
        for (int i = 0; i < notifiers.Length; i++)
        {
            if (!range.Blockable) Lockdep?.NonBlockingStart();
            Errno error = notifiers[i].InvalidateRangeStart(this, range);
            if (!range.Blockable) Lockdep?.NonBlockingEnd();
            if (error.IsOk) continue;
            if (range.Blockable)
                throw new ModelViolationException("notifier", ModelTask.Current.Name, $"a notifier refused a blockable invalidation with {error}");
            while (--i >= 0) notifiers[i].InvalidateRangeEnd(this, range);
            return error;
        }
        return Errno.Ok;
    }

    /// <summary>Tells every notifier that the change is over.</summary>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    private void NotifyEnd(in MmuNotifierRange range) => NotifyEnd(this, _notifiers, range);

    private static void NotifyEnd(Mm mm, MmuNotifier[] notifiers, in MmuNotifierRange range)
    {
        foreach (MmuNotifier notifier in notifiers) notifier.InvalidateRangeEnd(mm, range);
    }

    /// <summary>Starts an invalidation that cannot be refused.</summary>
    [RequiresLock(nameof(MmapLock), Shared = true), MaySleep]
    private MmuNotifierRange Invalidating(HvaRange range, MmuEvent reason)
    {
        var notification = new MmuNotifierRange(range, reason);
        // A blockable start does not fail: NotifyStart throws when it does.
        _ = NotifyStart(notification);
        return notification;
    }
}
