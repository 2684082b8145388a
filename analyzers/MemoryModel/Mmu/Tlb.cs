using MemoryModel.Memory;

namespace MemoryModel.Mmu;

/// <summary>A vCPU's cache of translations. It keeps what it once read until it is flushed, or the place is needed: changing a shadow entry does not change it.</summary>
/// <remarks>The vCPU's own thread fills, uses and flushes it; the checker of invariants looks at it from outside. Flushing is one step, whatever is in it.</remarks>
public sealed class Tlb
{
    private const int Size = 256;

    private readonly Entry[] _entries = new Entry[Size];
    private int _epoch = 1;

    /// <summary>Times that it was flushed.</summary>
    public long Flushes { get; private set; }

    /// <summary>Times that a translation was used although the shadow entry had changed meanwhile. Allowed until the flush that the change calls for has returned.</summary>
    public long StaleHits { get; internal set; }

    /// <summary>True when it holds a translation of a frame.</summary>
    /// <param name="gfn">The frame.</param>
    public bool Holds(Gfn gfn)
    {
        foreach (ref Entry entry in _entries.AsSpan())
        {
            if (entry.Epoch == _epoch && entry.Gfn == gfn.Value) return true;
        }
        return false;
    }

    /// <summary>True when it holds a translation to a page.</summary>
    internal bool HoldsPage(HostPage page)
    {
        foreach (ref Entry entry in _entries.AsSpan())
        {
            if (entry.Epoch == _epoch && entry.Spte.Pfn == page.Pfn && entry.PageGeneration == page.Generation) return true;
        }
        return false;
    }

    /// <summary>Every translation there is.</summary>
    internal List<(Gfn Gfn, ShadowRoot Root, Spte Spte)> ToList()
    {
        var list = new List<(Gfn Gfn, ShadowRoot Root, Spte Spte)>();
        foreach (ref Entry entry in _entries.AsSpan())
        {
            // The vCPU may be filling it at this moment.
            if (entry.Epoch == _epoch && entry.Root is { } root) list.Add((new Gfn(entry.Gfn), root, entry.Spte));
        }
        return list;
    }

    /// <summary>The page that a frame was translated to; null when no translation of it is kept.</summary>
    internal HostPage? TryFind(Gfn gfn, ShadowRoot root, out Spte spte, out int pageGeneration)
    {
        ref Entry entry = ref _entries[(int)gfn.Value & (Size - 1)];
        if (entry.Epoch == _epoch && entry.Gfn == gfn.Value && ReferenceEquals(entry.Root, root))
        {
            spte = entry.Spte;
            pageGeneration = entry.PageGeneration;
            return entry.Page;
        }
        spte = default;
        pageGeneration = 0;
        return null;
    }

    internal void Fill(Gfn gfn, ShadowRoot root, Spte spte, HostPage page, int pageGeneration) =>
        _entries[(int)gfn.Value & (Size - 1)] = new Entry { Gfn = gfn.Value, Root = root, Spte = spte, Page = page, PageGeneration = pageGeneration, Epoch = _epoch };

    internal void Flush()
    {
        _epoch++;
        Flushes++;
    }

    private struct Entry
    {
        public ulong Gfn;
        public ShadowRoot? Root;
        public Spte Spte;
        public HostPage? Page;
        public int PageGeneration;
        public int Epoch;
    }
}
