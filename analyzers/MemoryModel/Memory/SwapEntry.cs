namespace MemoryModel.Memory;

/// <summary>A place in swap that keeps the content of a page. While somebody still holds the page, it stays beside in the swap cache and comes back as it is.</summary>
/// <remarks>Source: swp_entry_t and the swap cache. Everything in it belongs to the page table lock of the address space that it is in.</remarks>
public sealed class SwapEntry
{
    internal SwapEntry(ulong content, HostPage? cached)
    {
        Content = content;
        Cached = cached;
    }

    /// <summary>What the page held when it was written out.</summary>
    public ulong Content { get; internal set; }

    /// <summary>The page, while it is in the swap cache.</summary>
    public HostPage? Cached { get; internal set; }
}
