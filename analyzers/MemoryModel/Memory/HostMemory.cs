using LockDiscipline;

namespace MemoryModel.Memory;

/// <summary>The host's physical memory: hands out pages and counts who holds them.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="capacity">Pages there are.</param>
public sealed class HostMemory(long capacity = long.MaxValue)
{
    private long _live;
    private long _lastPfn;

    /// <summary>Pages that somebody holds.</summary>
    public long LivePages => Interlocked.Read(ref _live);

    /// <summary>Takes a page, filled with zero.</summary>
    /// <returns>The page with one reference; ENOMEM when none is left.</returns>
    [return: Owned("page reference")]
    public Result<HostPage> AllocPage()
    {
        if (Interlocked.Increment(ref _live) > capacity)
        {
            Interlocked.Decrement(ref _live);
            return Errno.ENOMEM;
        }
        return new HostPage(new Pfn((ulong)Interlocked.Increment(ref _lastPfn)));
    }

    /// <summary>Drops a reference; the last one frees the page.</summary>
    /// <param name="page">The page, not to be used afterwards.</param>
    /// <exception cref="ModelViolationException">"page reference": it was freed already.</exception>
    /// <remarks>Source: put_page().</remarks>
    public void PutPage([Consumes("page reference")] HostPage page)
    {
        int left = page.Drop();
        if (left < 0) throw new ModelViolationException("page reference", Locking.ModelTask.Current.Name, $"page {page.Pfn} was put once too often");
        if (left == 0) Interlocked.Decrement(ref _live);
    }
}
