using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;

namespace MemoryModel.Slots;

/// <summary>A run of guest frames and where the process has the memory behind them. An instance never changes: a changed slot is a new instance.</summary>
/// <remarks>Source: struct kvm_memory_slot. Good only inside the SRCU read section, or under the slots_lock, that it was found under.</remarks>
public sealed class Memslot
{
    private readonly Gfn _baseGfn;
    private readonly ulong _npages;
    private readonly Hva _userspaceAddr;
    private readonly MemslotFlags _flags;
    private volatile bool _isFreed;

    // What its reverse map keeps for each frame, where that is in one piece: one place less to look at.
    private readonly byte[]? _heads;

    internal Memslot(int addressSpace, int id, Gfn baseGfn, ulong npages, Hva userspaceAddr, MemslotFlags flags, ReverseMap rmap, GmemBinding? gmem = null, DirtyBitmap? dirty = null)
    {
        Rmap = rmap;
        _heads = rmap.Heads;
        Gmem = gmem;
        Dirty = dirty;
        AddressSpace = addressSpace;
        Id = id;
        _baseGfn = baseGfn;
        _npages = npages;
        _userspaceAddr = userspaceAddr;
        _flags = flags;
    }

    /// <summary>The address space that it belongs to: 0 normal, 1 system management mode.</summary>
    public int AddressSpace { get; }

    /// <summary>Its number within the address space.</summary>
    public int Id { get; }

    /// <summary>Its first frame.</summary>
    public Gfn BaseGfn => _isFreed ? throw Freed() : _baseGfn;

    /// <summary>Length in pages; at least one.</summary>
    public ulong NPages => _isFreed ? throw Freed() : _npages;

    /// <summary>Where the process has its first byte. Good on an INVALID slot as well, unlike a translation (rework of secure memslot dropping, July 2020).</summary>
    public Hva UserspaceAddr => _isFreed ? throw Freed() : _userspaceAddr;

    /// <summary>Its flags.</summary>
    public MemslotFlags Flags => _isFreed ? throw Freed() : _flags;

    /// <summary>For each of its frames, the roots that map it.</summary>
    public ReverseMap Rmap { get; }

    /// <summary>Where its private memory comes from; null when it has none.</summary>
    public GmemBinding? Gmem { get; }

    /// <summary>Which of its frames were written; null while that is not logged.</summary>
    public DirtyBitmap? Dirty { get; }

    /// <summary>True while it is being deleted or moved.</summary>
    public bool IsInvalid => (Flags & MemslotFlags.Invalid) != 0;

    /// <summary>Its frames.</summary>
    public GfnRange GfnRange => GfnRange.FromStartCount(BaseGfn, NPages);

    /// <summary>Where the process has its memory.</summary>
    public HvaRange HvaRange => HvaRange.FromStartLength(UserspaceAddr, NPages << PageSize.Shift);

    /// <summary>Where the process has the first byte of a frame, whatever the slot's flags.</summary>
    /// <param name="gfn">A frame of this slot.</param>
    /// <remarks>Source: __gfn_to_hva_memslot().</remarks>
    public Hva HvaOf(Gfn gfn) => UserspaceAddr + ((gfn - BaseGfn) << PageSize.Shift);

    /// <summary>The frame that an address of this slot lies in; the address just past the slot gives the frame just past it.</summary>
    /// <param name="hva">An address from <see cref="UserspaceAddr"/> on.</param>
    /// <remarks>Source: hva_to_gfn_memslot().</remarks>
    public Gfn GfnOf(Hva hva) => BaseGfn + ((hva - UserspaceAddr) >> PageSize.Shift);

    /// <inheritdoc/>
    public override string ToString() => _isFreed
        ? $"slot {AddressSpace}:{Id} (freed)"
        : $"slot {AddressSpace}:{Id}{(IsInvalid ? " (INVALID)" : "")} gfn {GfnRange} hva {HvaRange}";

    /// <summary>Says that it will be asked for much soon.</summary>
    internal void Approach() => CacheLine.FetchObject(this, first: 32, last: 72);

    /// <summary>Says that what maps a frame of it will be asked for soon.</summary>
    internal void Approach(Gfn gfn)
    {
        if (_heads is { } heads) CacheLine.Fetch(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(heads), (nint)(gfn - _baseGfn)));
        else Rmap.Approach(gfn - _baseGfn);
    }

    /// <summary>Where the process has a frame, for whoever only wants to have it near.</summary>
    internal Hva ForeseenHvaOf(Gfn gfn) => _userspaceAddr + ((gfn - _baseGfn) << PageSize.Shift);

    /// <summary>Goes on to the next of its frames that some root maps; see <see cref="ReverseMap.Next"/>.</summary>
    internal bool NextMapped(ref ulong from, ulong end)
    {
        // One frame is what most ask about.
        if (_heads is { } heads && end - from == 1 && from < _npages) return Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(heads), (nint)from) != ReverseMap.NoNumber;
        return Rmap.Next(ref from, end);
    }

    /// <summary>Lists a root as the only one that maps a frame.</summary>
    /// <returns>False, with nothing done, when that takes more than a word: others map it, or it is a large slot.</returns>
    internal bool TryMapAlone(Gfn gfn, ShadowRoot root) => TryReplaceHead(gfn, ReverseMap.NoNumber, root.Number);

    /// <summary>Takes a root out that is the only one that maps a frame.</summary>
    /// <returns>False, with nothing done, when that takes more than a word.</returns>
    internal bool TryUnmapAlone(Gfn gfn, ShadowRoot root) => TryReplaceHead(gfn, root.Number, ReverseMap.NoNumber);

    private bool TryReplaceHead(Gfn gfn, byte seen, byte next)
    {
        // A root without a number does not fit into the word.
        if (_heads is not { } heads || seen == next) return false;
        ref byte head = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(heads), (nint)(gfn - _baseGfn));
        if (head != seen) return false;
        head = next;
        return true;
    }

    /// <summary>Nobody can see it any more: with validation on, whoever still uses it is refused.</summary>
    internal void Free() => _isFreed = true;

    /// <summary>True when nobody can see it any more.</summary>
    internal bool IsFreed => _isFreed;

    private ModelViolationException Freed() => new("reference past its lock", Locking.ModelTask.Current.Name, $"slot {AddressSpace}:{Id} was used after it had been replaced and all its readers had left") { Number = "E10" };

    /// <summary>The slot with other flags; what belongs to its frames stays.</summary>
    internal Memslot WithFlags(MemslotFlags flags) => new(AddressSpace, Id, BaseGfn, NPages, UserspaceAddr, flags, Rmap, Gmem, Dirty);

    /// <summary>The slot with other flags, and with or without a log of what is written.</summary>
    internal Memslot WithFlags(MemslotFlags flags, DirtyBitmap? dirty) => new(AddressSpace, Id, BaseGfn, NPages, UserspaceAddr, flags, Rmap, Gmem, dirty);

    /// <summary>The slot with private memory.</summary>
    internal Memslot WithGmem(GmemBinding gmem) => new(AddressSpace, Id, BaseGfn, NPages, UserspaceAddr, Flags, Rmap, gmem, Dirty);
}
