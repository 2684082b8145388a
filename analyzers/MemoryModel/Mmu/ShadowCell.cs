using MemoryModel.Memory;

namespace MemoryModel.Mmu;

/// <summary>Where a shadow root keeps the entry of a frame: the word, and beside it the page that it was made for.</summary>
/// <remarks>
/// The word is the entry: it changes by atomic steps, whatever is beside it. The page spares the look into the table of all pages, which in a large machine is memory that no cache holds; it is
/// set before the word and never taken away, so whoever has read the word compares the two (<see cref="PageOf"/>).
/// </remarks>
internal struct ShadowCell
{
    /// <summary>The entry, see <see cref="Spte"/>.</summary>
    public ulong Word;

    /// <summary>The page of an entry that there is, or of one that there was.</summary>
    public HostPage? Page;

    /// <summary>The page of an entry that was read here.</summary>
    /// <param name="spte">The entry.</param>
    /// <param name="memory">The host's pages.</param>
    public readonly HostPage PageOf(Spte spte, HostMemory memory) => Page is { } page && page.Pfn == spte.Pfn ? page : memory.PageOf(spte.Pfn);
}
