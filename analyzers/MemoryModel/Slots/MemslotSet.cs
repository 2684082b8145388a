using System.Collections.Immutable;
using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;

namespace MemoryModel.Slots;

/// <summary>One of the two sets of memslots of an address space. While it is the active one it does not change.</summary>
/// <remarks>
/// Source: struct kvm_memslots. An address space has two sets, alike when idle: an update edits the inactive one, makes it the active one, waits for
/// readers, and then edits the other. Each set is made of immutable trees, so a reader is never shown half an edit.
/// </remarks>
public sealed class MemslotSet
{
    /// <summary>Set in <see cref="Generation"/> while an update waits for readers of the old set.</summary>
    public const ulong UpdateInProgress = 1UL << 63;

    private IntervalTree<Memslot>? _byGfn;
    private IntervalTree<Memslot>? _byHva;
    private ImmutableDictionary<int, Memslot> _byId = ImmutableDictionary<int, Memslot>.Empty;

    // Made when first asked for, and again after an edit. Two readers may make it at a time; they make the same.
    private MemslotIndex? _index;

    // Null when validation is off.
    private readonly Kvm? _validated;

    internal MemslotSet(Kvm kvm, ulong generation)
    {
        if (kvm.Mm.Lockdep is not null) _validated = kvm;
        Generation = generation;
    }

    /// <summary>Number of the update that made it what it is; never the same in two address spaces of one machine.</summary>
    public ulong Generation { get; private set; }

    /// <summary>Number of slots.</summary>
    public int Count => _byId.Count;

    /// <summary>The slots by number, for the checker of invariants.</summary>
    internal ImmutableDictionary<int, Memslot> ById => _byId;

    /// <summary>The slot of a number, INVALID ones too.</summary>
    /// <param name="id">Number within the address space.</param>
    /// <returns>The slot or null.</returns>
    public Memslot? FindById(int id)
    {
        AssertReadable();
        return _byId.GetValueOrDefault(id);
    }

    /// <summary>The slot that holds a frame, INVALID ones too.</summary>
    /// <param name="gfn">Any frame.</param>
    /// <returns>The slot or null. Logarithmic in the number of slots.</returns>
    /// <remarks>Source: search_memslots().</remarks>
    public Memslot? FindByGfn(Gfn gfn)
    {
        AssertReadable();
        return _byGfn is null ? null : Index.FindByGfn(gfn);
    }

    /// <summary>Every slot with memory in a range of addresses, in order of address, INVALID ones too. Several may share the same memory.</summary>
    /// <param name="range">A valid range.</param>
    /// <remarks>Source: kvm_for_each_memslot_in_hva_range(). Each step is logarithmic in the number of slots.</remarks>
    public MemslotsInHvaRange InHvaRange(HvaRange range)
    {
        AssertReadable();
        return _byHva is null ? default : new MemslotsInHvaRange(Index, _byHva, range);
    }

    /// <summary>Every slot with a frame in a range, in order of frame, INVALID ones too.</summary>
    /// <param name="range">A valid range.</param>
    /// <remarks>Source: kvm_for_each_memslot_in_gfn_range(). Each step is logarithmic in the number of slots.</remarks>
    public IEnumerable<Memslot> InGfnRange(GfnRange range)
    {
        AssertReadable();
        IntervalTree<Memslot>? node = IntervalTree<Memslot>.FirstOverlap(_byGfn, range.Start.Value, range.End.Value);
        while (node is not null)
        {
            yield return node.Item;
            node = IntervalTree<Memslot>.NextOverlap(_byGfn, node.Start, node.Id, range.Start.Value, range.End.Value);
        }
    }

    /// <summary>Every slot, in order of frame.</summary>
    public IReadOnlyList<Memslot> ToList()
    {
        AssertReadable();
        return Slots();
    }

    private List<Memslot> Slots()
    {
        var slots = new List<Memslot>(_byId.Count);
        IntervalTree<Memslot>? node = IntervalTree<Memslot>.FirstEndingAbove(_byGfn, 0);
        while (node is not null)
        {
            slots.Add(node.Item);
            node = IntervalTree<Memslot>.FirstEndingAbove(_byGfn, node.End);
        }
        return slots;
    }

    /// <summary>The slot that probably holds a frame, for whoever only wants to have it near: good for nothing else, as the set may be anybody's by now.</summary>
    internal Memslot? Foresee(Gfn gfn) => Volatile.Read(ref _index)?.FindByGfn(gfn);

    private MemslotIndex Index
    {
        get
        {
            MemslotIndex? index = Volatile.Read(ref _index);
            if (index is null) Volatile.Write(ref _index, index = new MemslotIndex(Slots()));
            return index;
        }
    }

    /// <summary>True when some other slot has a frame of the range.</summary>
    internal bool OverlapsOther(GfnRange range, int id)
    {
        IntervalTree<Memslot>? node = IntervalTree<Memslot>.FirstOverlap(_byGfn, range.Start.Value, range.End.Value);
        while (node is not null)
        {
            if (node.Item.Id != id) return true;
            node = IntervalTree<Memslot>.NextOverlap(_byGfn, node.Start, node.Id, range.Start.Value, range.End.Value);
        }
        return false;
    }

    /// <summary>Puts one slot in place of another in an inactive set; null on either side for a new or a deleted one.</summary>
    /// <remarks>Source: kvm_replace_memslot().</remarks>
    [RequiresLock("kvm.SlotsArchLock")]
    internal void Replace(Kvm kvm, Memslot? old, Memslot? fresh)
    {
        kvm.SlotsArchLock.AssertHeld();
        if (_validated is not null && (ReferenceEquals(kvm.PeekSlots(0), this) || ReferenceEquals(kvm.PeekSlots(1), this)))
            throw new ModelViolationException("E10", ModelTask.Current.Name, "a set of memslots was changed while readers see it");
        Volatile.Write(ref _index, null);
        if (old is not null)
        {
            _byId = _byId.Remove(old.Id);
            _byHva = IntervalTree<Memslot>.Remove(_byHva, old.UserspaceAddr.Value, old.Id);
            _byGfn = IntervalTree<Memslot>.Remove(_byGfn, old.BaseGfn.Value, 0);
        }
        if (fresh is not null)
        {
            _byId = _byId.Add(fresh.Id, fresh);
            _byHva = IntervalTree<Memslot>.Insert(_byHva, fresh.UserspaceAddr.Value, fresh.HvaRange.End.Value, fresh.Id, fresh);
            _byGfn = IntervalTree<Memslot>.Insert(_byGfn, fresh.BaseGfn.Value, fresh.GfnRange.End.Value, 0, fresh);
        }
    }

    /// <summary>Refuses who is neither in a read section nor changing memslots: an update may be editing the set.</summary>
    private void AssertReadable()
    {
        if (_validated is not { } kvm || ModelTask.Current.IsLookingOn || kvm.Mm.Lockdep!.Holds(kvm.SlotsLock)) return;
        kvm.Srcu.AssertHeldShared();
    }

    [RequiresLock("kvm.SlotsLock")]
    internal void SetGeneration(Kvm kvm, ulong generation)
    {
        kvm.SlotsLock.AssertHeld();
        Generation = generation;
    }
}
