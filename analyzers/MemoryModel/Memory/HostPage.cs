namespace MemoryModel.Memory;

/// <summary>A page of the host's physical memory. It lives as long as somebody holds a reference.</summary>
/// <remarks>Source: struct page. The content is one word: enough to tell whose data it is. Reference counts are kept by <see cref="HostMemory"/>.</remarks>
public sealed class HostPage
{
    private ulong _content;
    private int _references;

    internal HostPage(Pfn pfn)
    {
        Pfn = pfn;
        _references = 1;
    }

    /// <summary>Its frame number; not used again for another page of the same run.</summary>
    public Pfn Pfn { get; }

    /// <summary>What it holds. Reads and writes are atomic.</summary>
    public ulong Content
    {
        get => Volatile.Read(ref _content);
        set => Volatile.Write(ref _content, value);
    }

    /// <summary>References held now.</summary>
    public int References => Volatile.Read(ref _references);

    /// <summary>Adds a reference, unless there is none left.</summary>
    internal bool TryGet()
    {
        int count = Volatile.Read(ref _references);
        while (count > 0)
        {
            int seen = Interlocked.CompareExchange(ref _references, count + 1, count);
            if (seen == count) return true;
            count = seen;
        }
        return false;
    }

    /// <summary>Drops a reference.</summary>
    /// <returns>How many are left; negative when there was none to drop.</returns>
    internal int Drop() => Interlocked.Decrement(ref _references);
}
