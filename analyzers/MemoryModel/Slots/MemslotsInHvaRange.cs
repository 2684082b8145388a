using MemoryModel.Memory;

namespace MemoryModel.Slots;

/// <summary>The memslots with memory in a range of addresses, for <c>foreach</c>. Allocates nothing.</summary>
public struct MemslotsInHvaRange
{
    private readonly IntervalTree<Memslot>? _root;
    private readonly HvaRange _range;
    private IntervalTree<Memslot>? _node;

    internal MemslotsInHvaRange(IntervalTree<Memslot>? root, HvaRange range)
    {
        _root = root;
        _range = range;
    }

    /// <summary>The slot at hand; only after <see cref="MoveNext"/> returned true.</summary>
    public readonly Memslot Current => _node!.Item;

    /// <summary>Itself.</summary>
    public readonly MemslotsInHvaRange GetEnumerator() => this;

    /// <summary>Goes on to the next slot.</summary>
    /// <returns>False when there is none.</returns>
    public bool MoveNext()
    {
        _node = _node is null
            ? IntervalTree<Memslot>.FirstOverlap(_root, _range.Start.Value, _range.End.Value)
            : IntervalTree<Memslot>.NextOverlap(_root, _node.Start, _node.Id, _range.Start.Value, _range.End.Value);
        return _node is not null;
    }
}
