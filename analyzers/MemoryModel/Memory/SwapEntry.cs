namespace MemoryModel.Memory;

/// <summary>A place in swap that keeps the content of a page. While somebody still holds the page, it stays beside in the swap cache and comes back as it is.</summary>
/// <remarks>Source: swp_entry_t and the swap cache. Address spaces that a fork made of one share it until each has brought the page back; what it keeps does not change then. Otherwise everything in it belongs to the page table lock of the address space that it is in.</remarks>
public sealed class SwapEntry
{
    internal SwapEntry(ulong content, HostPage? cached)
    {
        Content = content;
        Cached = cached;
    }

    private int _sharers = 1;

    /// <summary>What the page held when it was written out.</summary>
    public ulong Content { get; internal set; }

    /// <summary>The page, while it is in the swap cache.</summary>
    public HostPage? Cached { get; internal set; }

    /// <summary>Another entry leads here from now on.</summary>
    /// <remarks>Source: swap_duplicate().</remarks>
    internal void Share() => Interlocked.Increment(ref _sharers);

    /// <summary>An entry does not lead here any more.</summary>
    /// <returns>True when it was the last one: the place is free.</returns>
    internal bool Drop() => Interlocked.Decrement(ref _sharers) == 0;
}
