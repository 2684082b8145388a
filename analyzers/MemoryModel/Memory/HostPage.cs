using MemoryModel.Locking;

namespace MemoryModel.Memory;

/// <summary>A page of the host's physical memory. It is in use as long as somebody holds a reference; afterwards the same object is handed out again.</summary>
/// <remarks>
/// Source: struct page. The content is one word: enough to tell whose data it is. References are taken and dropped through <see cref="HostMemory"/>. Thread-safe: counts and content are atomic.
/// </remarks>
public sealed class HostPage
{
    private ulong _content;
    private long _holders;
    private int _generation;

    // Null for nearly all pages: there are millions, and each fits into a line of memory without.
    private PageHooks? _hooks;

    internal HostPage(Pfn pfn) => Pfn = pfn;

    /// <summary>Its frame number.</summary>
    public Pfn Pfn { get; }

    /// <summary>How often it has been handed out. Who keeps a number instead of a reference compares this to know whether it is still the same page.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>What it holds. Reads and writes are atomic; this is the memory itself, which no protection of a machine looks at (see <see cref="Guard"/>).</summary>
    public ulong Content
    {
        get
        {
            SwitchPoint.Read(this, "content of page", Pfn.Value);
            return Volatile.Read(ref _content);
        }
        set
        {
            SwitchPoint.Write(this, "content of page", Pfn.Value);
            Volatile.Write(ref _content, value);
        }
    }

    /// <summary>References held now, by all holders.</summary>
    public int References
    {
        get
        {
            SwitchPoint.Read(this, "page", Pfn.Value);
            return PageHolders.Sum(Volatile.Read(ref _holders));
        }
    }

    /// <summary>True while somebody holds a reference.</summary>
    public bool IsInUse => Volatile.Read(ref _holders) != 0;

    /// <summary>True for the page of zeros that stands in for anonymous memory that was only read. It is never written and never freed.</summary>
    public bool IsZeroPage => Pfn.Value == 0;

    /// <summary>True when it is mapped by several entries because its content was equal to others' (KSM). Never written.</summary>
    public bool IsMerged { get; internal set; }

    /// <summary>True when the hardware reported an error in it. It is not handed out any more.</summary>
    public bool IsPoisoned { get; internal set; }

    /// <summary>True when it belongs to a file: written in place whoever else maps it.</summary>
    public bool IsFilePage { get; internal set; }

    /// <summary>Who decides what the host may do with it; null when nobody does.</summary>
    public IPageGuard? Guard
    {
        get => _hooks?.Guard;
        internal set
        {
            if (value is not null || _hooks is not null) (_hooks ??= new PageHooks()).Guard = value;
        }
    }

    /// <summary>Who is told when it is about to go back to the host; null when nobody is.</summary>
    internal IPageReclaimer? Reclaimer
    {
        get => _hooks?.Reclaimer;
        set
        {
            if (value is not null || _hooks is not null) (_hooks ??= new PageHooks()).Reclaimer = value;
        }
    }

    /// <summary>References that one holder has now.</summary>
    /// <param name="holder">The holder.</param>
    public int HeldBy(PageHolder holder) => PageHolders.Count(Volatile.Read(ref _holders), holder);

    /// <summary>Number, content and holders.</summary>
    public override string ToString() => $"page {Pfn} ({PageHolders.Describe(Volatile.Read(ref _holders))})";

    /// <summary>Says that it will be needed soon.</summary>
    internal void Approach() => CacheLine.FetchObject(this, first: 0, last: 40);

    /// <summary>Adds a reference, unless there is none left.</summary>
    internal bool TryGet(PageHolder holder)
    {
        SwitchPoint.Write(this, "page", Pfn.Value);
        long word = Volatile.Read(ref _holders);
        while (word != 0)
        {
            if (PageHolders.Count(word, holder) == PageHolders.Max(holder))
                throw new ModelViolationException("page reference", ModelTask.Current.Name, $"{this}: too many references for {holder}");
            long seen = Interlocked.CompareExchange(ref _holders, word + PageHolders.One(holder), word);
            if (seen == word) return true;
            word = seen;
        }
        return false;
    }

    /// <summary>Turns one reference of a holder into one of another.</summary>
    internal void Transfer(PageHolder from, PageHolder to)
    {
        SwitchPoint.Write(this, "page", Pfn.Value);
        long word = Volatile.Read(ref _holders);
        while (true)
        {
            if (PageHolders.Count(word, from) == 0)
                throw new ModelViolationException("page reference", ModelTask.Current.Name, $"{this}: {from} hands on a reference that it does not have");
            long seen = Interlocked.CompareExchange(ref _holders, word - PageHolders.One(from) + PageHolders.One(to), word);
            if (seen == word) return;
            word = seen;
        }
    }

    /// <summary>Drops a reference.</summary>
    /// <returns>True when it was the last one of all.</returns>
    internal bool Drop(PageHolder holder)
    {
        SwitchPoint.Write(this, "page", Pfn.Value);
        long word = Volatile.Read(ref _holders);
        while (true)
        {
            if (PageHolders.Count(word, holder) == 0)
                throw new ModelViolationException("page reference", ModelTask.Current.Name, $"page {Pfn} was put once too often by {holder}: held by {PageHolders.Describe(word)}");
            long seen = Interlocked.CompareExchange(ref _holders, word - PageHolders.One(holder), word);
            if (seen == word) return word == PageHolders.One(holder);
            word = seen;
        }
    }

    /// <summary>Begins a new life, with one reference.</summary>
    internal void Revive(PageHolder holder)
    {
        // Nobody else has it yet.
        Volatile.Write(ref _content, 0);
        IsMerged = IsFilePage = false;
        _hooks = null;
        Interlocked.Increment(ref _generation);
        Volatile.Write(ref _holders, PageHolders.One(holder));
    }
}
