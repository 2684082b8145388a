using LockDiscipline;
using MemoryModel.Locking;

namespace MemoryModel.Slots;

/// <summary>Counts notifier invalidations between their start and their end. Memslots are swapped only while there is none, so that both ends see the same slots.</summary>
/// <remarks>Source: mn_invalidate_lock, mn_active_invalidate_count and the wait in kvm_swap_active_memslots(). Thread-safe.</remarks>
public sealed class ActiveInvalidations
{
    private readonly SpinningLock _lock;
    private readonly ManualResetEventSlim _none = new(initialState: true);
    private readonly WaitedSection _section;

    [GuardedBy(nameof(_lock))]
    private int _count;

    [GuardedBy(nameof(_lock))]
    private int _waiters;

    internal ActiveInvalidations(Lockdep? lockdep)
    {
        _section = new WaitedSection("active invalidations", lockdep);
        _lock = new SpinningLock("mn_invalidate_lock", lockdep);
    }

    /// <summary>An invalidation begins. Does not sleep; spins while a swap of memslots is being published.</summary>
    public void Begin()
    {
        using (_lock.Hold())
        {
            _count++;
        }
        _section.Enter();
    }

    /// <summary>An invalidation has ended.</summary>
    /// <exception cref="ModelViolationException">"E5": none had begun.</exception>
    public void End()
    {
        _section.Leave();
        using (_lock.Hold())
        {
            if (_count == 0) throw new ModelViolationException("E5", ModelTask.Current.Name, "an invalidation ended that had not begun");
            _count--;
            // Waking is dear, and hardly ever anybody waits.
            if (_count == 0 && _waiters > 0) _none.Set();
        }
    }

    /// <summary>Waits until no invalidation is active and keeps new ones from beginning until <see cref="Allow"/>.</summary>
    [AcquiresLock(nameof(_lock)), MaySleep]
    internal void WaitUntilNone()
    {
        _section.WaitingForEnd("waiting for active invalidations");
        _lock.Lock();
        while (_count > 0)
        {
            _waiters++;
            _none.Reset();
            _lock.Unlock();
            SwitchPoint.Wait(_lock, "the end of invalidations", this, static active => ((ActiveInvalidations)active)._none.IsSet);
            _none.Wait();
            _lock.Lock();
            _waiters--;
        }
    }

    [ReleasesLock(nameof(_lock))]
    internal void Allow() => _lock.Unlock();

    /// <summary>Invalidations that have begun and not ended.</summary>
    internal int Count
    {
        get
        {
            using (_lock.Hold())
            {
                return _count;
            }
        }
    }

    /// <summary>The machine goes away; an end that is still due does not come any more.</summary>
    /// <remarks>Source: kvm_destroy_vm().</remarks>
    internal void Reset()
    {
        using (_lock.Hold())
        {
            _count = 0;
            _none.Set();
        }
    }
}
