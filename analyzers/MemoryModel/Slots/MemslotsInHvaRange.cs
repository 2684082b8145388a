using MemoryModel.Memory;

namespace MemoryModel.Slots;

/// <summary>The memslots with memory in a range of addresses, for <c>foreach</c>. Allocates nothing.</summary>
public struct MemslotsInHvaRange
{
    private readonly MemslotIndex? _index;
    private readonly IntervalTree<Memslot>? _root;
    private readonly HvaRange _range;
    private IntervalTree<Memslot>? _node;
    private Memslot? _current;
    private int _next;

    internal MemslotsInHvaRange(MemslotIndex index, IntervalTree<Memslot> root, HvaRange range)
    {
        _index = index.IsDisjoint ? index : null;
        _root = root;
        _range = range;
        if (index.IsDisjoint) _next = index.FirstInHvaRange(range);
    }

    /// <summary>The slot at hand; only after <see cref="MoveNext"/> returned true.</summary>
    public readonly Memslot Current => _current!;

    /// <summary>Itself.</summary>
    public readonly MemslotsInHvaRange GetEnumerator() => this;

    /// <summary>Goes on to the next slot.</summary>
    /// <returns>False when there is none.</returns>
    public bool MoveNext()
    {
        if (_index is not null)
        {
            _current = _index.AtBelow(_next++, _range.End);
            return _current is not null;
        }
        _node = _node is null
            ? IntervalTree<Memslot>.FirstOverlap(_root, _range.Start.Value, _range.End.Value)
            : IntervalTree<Memslot>.NextOverlap(_root, _node.Start, _node.Id, _range.Start.Value, _range.End.Value);
        _current = _node?.Item;
        return _current is not null;
    }
}
