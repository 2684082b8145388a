using LockDiscipline;
using MemoryModel.Locking;

namespace MemoryModel.Memory;

/// <summary>The host's physical memory: hands out pages and counts who holds them.</summary>
/// <remarks>Source: the page allocator and mem_map. Free pages are handed out again, the longest free first. Thread-safe.</remarks>
public sealed class HostMemory
{
    // A leaf that is held for a few steps, also where nobody may sleep.
    private readonly SpinningLock _gate = new("zone_lock");
    private readonly long _capacity;

    [GuardedBy(nameof(_gate))]
    private readonly Queue<HostPage> _free = new();

    // Read without the lock: a page, once there, stays.
    private readonly RadixTable<HostPage?> _pages = new();

    [GuardedBy(nameof(_gate))]
    private ulong _lastPfn;

    // Read without the lock by who wants to know how many there are at some moment.
    private long _live;
    private long _swapped;
    private readonly long _swapCapacity;
    private IPageObserver[] _observers = [];

    /// <summary>Creates memory of which nothing is in use.</summary>
    /// <param name="capacity">Pages there are.</param>
    /// <param name="swapCapacity">Pages that fit into swap.</param>
    public HostMemory(long capacity = long.MaxValue, long swapCapacity = long.MaxValue)
    {
        _capacity = capacity;
        _swapCapacity = swapCapacity;
        ZeroPage = new HostPage(new Pfn(0));
        ZeroPage.Revive(PageHolder.Kernel);
        // Never written in place, whoever else maps it.
        ZeroPage.IsFilePage = true;
        _pages.Add(0) = ZeroPage;
    }

    /// <summary>What is made to fail, of everything that uses this memory; null for nothing.</summary>
    public FaultInjection? Faults { get; set; }

    /// <summary>True when something fails here because somebody wants to see what happens then.</summary>
    internal bool Fails(FaultSite site) => Faults is { } faults && faults.ShouldFail(site);

    /// <summary>Held while two pages are merged: another merge could write-protect a page anew that was written since it was compared.</summary>
    /// <remarks>Source: ksm_thread_mutex.</remarks>
    internal MutexLock MergeMutex { get; } = new("ksm_thread_mutex");

    /// <summary>Pages that somebody holds, the page of zeros not counted.</summary>
    public long LivePages => Interlocked.Read(ref _live);

    /// <summary>Pages that are in swap.</summary>
    public long SwappedPages => Interlocked.Read(ref _swapped);

    /// <summary>The page of zeros.</summary>
    public HostPage ZeroPage { get; }

    /// <summary>Takes a page, filled with zero.</summary>
    /// <param name="holder">In whose name.</param>
    /// <returns>The page with one reference; ENOMEM when none is left.</returns>
    /// <remarks>Source: alloc_page().</remarks>
    [return: Owned("page reference")]
    public Result<HostPage> AllocPage(PageHolder holder = PageHolder.Kernel)
    {
        if (Fails(FaultSite.Page)) return Errno.ENOMEM;
        HostPage? page;
        using (_gate.Hold())
        {
            if (_live >= _capacity) return Errno.ENOMEM;
            _live++;
            if (!_free.TryDequeue(out page)) page = Grow(++_lastPfn);
            else if (_free.TryPeek(out HostPage? next)) next.Approach();
        }
        page.Revive(holder);
        if (IsWatched) ModelTask.Current.References.Got(page, holder);
        return page;
    }

    /// <summary>Takes pages whose numbers follow each other, the first a multiple of their count.</summary>
    /// <param name="order">Binary logarithm of the count.</param>
    /// <param name="holder">In whose name.</param>
    /// <returns>The first number, each page with one reference; ENOMEM when there is no room.</returns>
    /// <remarks>Source: alloc_pages(). Each page is put on its own.</remarks>
    public Result<Pfn> AllocPages(int order, PageHolder holder = PageHolder.Kernel)
    {
        long count = 1L << order;
        if (Fails(FaultSite.Page)) return Errno.ENOMEM;
        using (_gate.Hold())
        {
            if (count > _capacity - _live) return Errno.ENOMEM;
            _live += count;
            ulong first = (_lastPfn + (ulong)count) & ~((ulong)count - 1);
            // What the alignment leaves over is free as well.
            for (ulong pfn = _lastPfn + 1; pfn < first; pfn++) _free.Enqueue(Grow(pfn));
            for (ulong pfn = first; pfn < first + (ulong)count; pfn++) Grow(pfn).Revive(holder);
            _lastPfn = first + (ulong)count - 1;
            return new Pfn(first);
        }
    }

    /// <summary>The page of a number.</summary>
    /// <param name="pfn">The number of a page that was handed out at some time.</param>
    /// <remarks>Source: pfn_to_page(). Gives no reference: the page may be free, or somebody else's by now.</remarks>
    public HostPage PageOf(Pfn pfn) => _pages.Get(pfn.Value) ?? throw new ArgumentOutOfRangeException(nameof(pfn), $"there is no page {pfn}");

    /// <summary>Adds a reference to a page that the caller knows to be in use.</summary>
    /// <param name="page">The page.</param>
    /// <param name="holder">In whose name.</param>
    /// <exception cref="ModelViolationException">"page reference": nobody held it any more.</exception>
    /// <remarks>Source: get_page().</remarks>
    [return: Owned("page reference")]
    public HostPage GetPage(HostPage page, PageHolder holder = PageHolder.Kernel) => TryGet(page, holder)
        ? page
        : throw new ModelViolationException("page reference", ModelTask.Current.Name, $"page {page.Pfn} was taken after it had been freed");

    /// <summary>Drops a reference; the last one frees the page.</summary>
    /// <param name="page">The page, not to be used afterwards.</param>
    /// <param name="holder">In whose name it was taken.</param>
    /// <exception cref="ModelViolationException">"page reference": this holder has none.</exception>
    /// <remarks>Source: put_page().</remarks>
    public void PutPage([Consumes("page reference")] HostPage page, PageHolder holder = PageHolder.GetUserPages) => Put(page, holder);

    /// <summary>Takes room for a page in swap, if there is any.</summary>
    internal bool TryTakeSwap()
    {
        if (Interlocked.Increment(ref _swapped) <= _swapCapacity) return true;
        Interlocked.Decrement(ref _swapped);
        return false;
    }

    /// <summary>Gives the room of a page in swap back.</summary>
    internal void FreeSwap() => Interlocked.Decrement(ref _swapped);

    /// <summary>An entry does not lead to a place in swap any more; the last one gives its room back.</summary>
    internal void DropSwap(SwapEntry swap)
    {
        if (swap.Drop()) FreeSwap();
    }

    /// <summary>Has the observer see every page that becomes free.</summary>
    internal void Observe(IPageObserver observer)
    {
        using (_gate.Hold()) _observers = [.. _observers, observer];
    }

    /// <summary>Forgets an observer.</summary>
    internal void Unobserve(IPageObserver observer)
    {
        using (_gate.Hold()) _observers = [.. _observers.Where(other => other != observer)];
    }

    /// <summary>True when some machine over this memory is validated: then each task's references are kept account of.</summary>
    private bool IsWatched => _observers.Length > 0;

    /// <summary>Adds a reference, unless the page is free.</summary>
    internal bool TryGet(HostPage page, PageHolder holder)
    {
        if (!page.TryGet(holder)) return false;
        if (IsWatched) ModelTask.Current.References.Got(page, holder);
        return true;
    }

    /// <summary>Hands a reference of the caller to a table.</summary>
    internal void GiveTo(HostPage page, PageHolder holder, PageHolder table)
    {
        page.Transfer(holder, table);
        if (IsWatched) ModelTask.Current.References.Gave(page, holder);
    }

    /// <summary>Takes a reference over from a table.</summary>
    internal void TakeFrom(HostPage page, PageHolder table, PageHolder holder)
    {
        page.Transfer(table, holder);
        if (IsWatched) ModelTask.Current.References.Got(page, holder);
    }

    /// <summary>Drops a reference of any kind.</summary>
    internal void Put(HostPage page, PageHolder holder)
    {
        bool isLast = page.Drop(holder);
        if (IsWatched) ModelTask.Current.References.Gave(page, holder);
        if (!isLast) return;
        page.Reclaimer?.FreePage(page);
        foreach (IPageObserver observer in _observers) observer.PageFreed(page);
        page.IsMerged = false;
        using (_gate.Hold())
        {
            _live--;
            // A page with a hardware error stays out of use for good.
            if (!page.IsPoisoned) _free.Enqueue(page);
        }
    }

    [RequiresLock(nameof(_gate))]
    private HostPage Grow(ulong pfn)
    {
        var page = new HostPage(new Pfn(pfn));
        _pages.Add(pfn) = page;
        if (pfn > _lastPfn) _lastPfn = pfn;
        return page;
    }
}
