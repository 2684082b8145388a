using System.Runtime.CompilerServices;
using MemoryModel.Memory;

namespace MemoryModel.Mmu;

/// <summary>A tree of shadow page tables: what some vCPUs translate guest frames with.</summary>
/// <remarks>
/// Source: struct kvm_mmu_page with a root role. The model keeps its leaves only. The hardware, and the fast way of the fault handler, read entries without a lock; they are changed under the mmu_lock, or by compare and exchange.
/// </remarks>
public sealed class ShadowRoot
{
    private readonly RadixTable<ShadowCell> _entries = new();
    private volatile bool _isObsolete;

    internal ShadowRoot(int addressSpace, bool isMirror, bool isDirect, byte number)
    {
        Number = number;
        AddressSpace = addressSpace;
        IsMirror = isMirror;
        IsDirect = isDirect;
    }

    /// <summary>The address space that it translates: 0 normal, 1 system management mode.</summary>
    public int AddressSpace { get; }

    /// <summary>True when it mirrors a secure page table, and so maps private memory only.</summary>
    public bool IsMirror { get; }

    /// <summary>True when it translates guest frames as they are; false when it stands for page tables of the guest's own (shadow paging).</summary>
    /// <remarks>Source: the direct bit of union kvm_mmu_page_role.</remarks>
    public bool IsDirect { get; }

    /// <summary>True when it has been thrown away: nothing is added to it any more, and vCPUs are on their way to another.</summary>
    public bool IsObsolete
    {
        get => _isObsolete;
        internal set => _isObsolete = value;
    }

    /// <summary>By what number reverse maps know it; <see cref="ReverseMap.NoNumber"/> for one that they keep in lists, because there are too many.</summary>
    internal byte Number { get; }

    /// <summary>The entry of a frame, at this moment.</summary>
    /// <param name="gfn">Any frame.</param>
    public Spte EntryOf(Gfn gfn)
    {
        ref ShadowCell cell = ref _entries.Find(gfn.Value);
        return Unsafe.IsNullRef(ref cell) ? default : new Spte(Volatile.Read(ref cell.Word));
    }

    /// <summary>The entries there are, in order of frame.</summary>
    internal IEnumerable<(Gfn Gfn, Spte Entry)> Entries()
    {
        ulong from = 0;
        while (NextPart(ref from, out (Gfn Gfn, Spte Entry)[] part))
        {
            foreach ((Gfn Gfn, Spte Entry) entry in part) yield return entry;
        }
    }

    /// <summary>Where the entry of a frame is; a null reference when there never was one near it.</summary>
    internal ref ShadowCell Find(Gfn gfn) => ref _entries.Find(gfn.Value);

    /// <summary>Where the entry of a frame is, which some root's reverse map says is there.</summary>
    internal ref ulong WordOf(Gfn gfn) => ref _entries.Find(gfn.Value).Word;

    /// <summary>Says that the entry of a frame will be needed soon.</summary>
    internal void Approach(Gfn gfn)
    {
        ref ShadowCell cell = ref _entries.Find(gfn.Value);
        if (!Unsafe.IsNullRef(ref cell)) CacheLine.Fetch(ref cell);
    }

    /// <summary>Where the entry of a frame goes.</summary>
    internal ref ShadowCell Add(Gfn gfn) => ref _entries.Add(gfn.Value);

    private bool NextPart(ref ulong from, out (Gfn Gfn, Spte Entry)[] part)
    {
        if (!_entries.Next(ref from, ulong.MaxValue, out Span<ShadowCell> cells, out ulong first))
        {
            part = [];
            return false;
        }
        var found = new List<(Gfn Gfn, Spte Entry)>();
        for (int i = 0; i < cells.Length; i++)
        {
            ulong value = Volatile.Read(ref cells[i].Word);
            if (value != 0) found.Add((new Gfn(first + (ulong)i), new Spte(value)));
        }
        part = [.. found];
        return true;
    }
}
