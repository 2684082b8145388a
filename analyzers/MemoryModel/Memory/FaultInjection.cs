using LockDiscipline;
using MemoryModel.Locking;

namespace MemoryModel.Memory;

/// <summary>Makes what hardly ever fails fail, so that the way back can be tried: out of memory, an unreadable user address, a swap device that does not answer, a signal.</summary>
/// <remarks>
/// Source: fault-injection/fault-injection.rst. As /proc/self/fail-nth there, places are counted for each task by itself: which one fails does not depend on what other tasks do in between, so that a schedule can be run again, and schedules that differ
/// in nothing else are one to an explorer. To try every way back of an operation, let its first place fail, then its second, until <see cref="Injected"/> stays 0. Thread-safe.
/// </remarks>
public sealed class FaultInjection
{
    private readonly Lock _gate = new();
    private readonly int _nth;
    private readonly bool _repeats;
    private readonly FaultSite? _site;
    private readonly string? _task;

    [GuardedBy(nameof(_gate))]
    private readonly Dictionary<ModelTask, int> _met = [];

    [GuardedBy(nameof(_gate))]
    private int _injected;

    private FaultInjection(int nth, bool repeats, FaultSite? site, string? task)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nth, 1);
        _nth = nth;
        _repeats = repeats;
        _site = site;
        _task = task;
    }

    /// <summary>Times that something failed because of this.</summary>
    public int Injected
    {
        get
        {
            lock (_gate) return _injected;
        }
    }

    /// <summary>Lets one place fail that each task comes by.</summary>
    /// <param name="nth">Which of them, from 1.</param>
    /// <param name="site">Of which kind; null for any.</param>
    /// <param name="task">Name of the only task that is meant; null for every task.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no place 0.</exception>
    public static FaultInjection Nth(int nth, FaultSite? site = null, string? task = null) => new(nth, repeats: false, site, task);

    /// <summary>Lets places fail again and again.</summary>
    /// <param name="interval">One in how many, counted for each task; 1 for all.</param>
    /// <param name="site">Of which kind; null for any.</param>
    /// <param name="task">Name of the only task that is meant; null for every task.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no interval of 0.</exception>
    public static FaultInjection Every(int interval, FaultSite? site = null, string? task = null) => new(interval, repeats: true, site, task);

    /// <summary>A task comes by a place: must it fail?</summary>
    internal bool ShouldFail(FaultSite site)
    {
        if (_site is { } only && only != site) return false;
        ModelTask task = ModelTask.Current;
        if (_task is not null && task.Name != _task) return false;
        lock (_gate)
        {
            int met = _met.GetValueOrDefault(task) + 1;
            _met[task] = met;
            if (_repeats ? met % _nth != 0 : met != _nth) return false;
            _injected++;
            return true;
        }
    }
}
