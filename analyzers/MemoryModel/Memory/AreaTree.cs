namespace MemoryModel.Memory;

/// <summary>Immutable tree of disjoint areas, sorted by address: a B-tree, whose nodes have up to 32 entries.</summary>
/// <remarks>
/// Insert and remove copy the path to the root (logarithmic); a look-up allocates nothing, and touches a few lines of memory on each of a few levels where a binary tree touches one for each of many: ten thousand areas are three levels.
/// Null is the tree without an area. Source: the maple tree of lib/maple_tree.c.
/// </remarks>
internal sealed class AreaTree
{
    private const int Fanout = 32;
    private const int Fewest = Fanout / 4;

    // The end of each area, or the greatest end below each child.
    private readonly ulong[] _ends;

    // One of the two, as long as the ends.
    private readonly Vma[]? _areas;
    private readonly AreaTree[]? _children;

    private AreaTree(Vma[] areas)
    {
        _areas = areas;
        _ends = Array.ConvertAll(areas, static area => area.Range.End.Value);
    }

    private AreaTree(AreaTree[] children)
    {
        _children = children;
        _ends = Array.ConvertAll(children, static child => child._ends[^1]);
    }

    private int Count => _ends.Length;

    /// <summary>The first area that ends above a number; it may start above it as well.</summary>
    public static Vma? FirstEndingAbove(AreaTree? node, ulong number)
    {
        while (node is not null)
        {
            int at = SortedNumbers.CountAtOrBelow(node._ends, number);
            if (at == node.Count) return null;
            if (node._areas is { } areas) return areas[at];
            node = node._children![at];
        }
        return null;
    }

    /// <summary>The first area that shares a number with [start, end).</summary>
    public static Vma? FirstOverlap(AreaTree? node, ulong start, ulong end) =>
        FirstEndingAbove(node, start) is { } area && area.Range.Start.Value < end ? area : null;

    /// <summary>The tree with one more area, which meets no other.</summary>
    public static AreaTree Insert(AreaTree? node, Vma area)
    {
        if (node is null) return new AreaTree([area]);
        AreaTree[] halves = node.With(area);
        return halves.Length == 1 ? halves[0] : new AreaTree(halves);
    }

    /// <summary>The tree without an area, which must be in it.</summary>
    public static AreaTree? Remove(AreaTree? node, Vma area)
    {
        AreaTree? rest = node is null ? throw Missing(area) : node.Without(area);
        while (rest is { _children: [var only] }) rest = only;
        return rest;
    }

    /// <summary>This with one more area, as one node or as two.</summary>
    private AreaTree[] With(Vma area)
    {
        int at = SortedNumbers.CountAtOrBelow(_ends, area.Range.Start.Value);
        if (_areas is not null)
        {
            if (at < Count && _areas[at].Range.Start < area.Range.End) throw new ArgumentException($"the area {area} meets {_areas[at]}", nameof(area));
            return Leaves(Replaced(_areas, at, 0, [area]));
        }
        at = Math.Min(at, Count - 1);
        return Inner(Replaced(_children!, at, 1, _children![at].With(area)));
    }

    /// <summary>This without an area; null when it was the last one.</summary>
    private AreaTree? Without(Vma area)
    {
        int at = SortedNumbers.CountAtOrBelow(_ends, area.Range.Start.Value);
        if (at == Count) throw Missing(area);
        if (_areas is not null)
        {
            if (!ReferenceEquals(_areas[at], area)) throw Missing(area);
            return Count == 1 ? null : new AreaTree(Replaced(_areas, at, 1, []));
        }
        AreaTree? child = _children![at].Without(area);
        if (child is null) return Count == 1 ? null : new AreaTree(Replaced(_children, at, 1, []));
        if (child.Count >= Fewest || Count == 1) return new AreaTree(Replaced(_children, at, 1, [child]));
        // With a neighbour, so that few nodes are nearly empty and the tree stays as low as what is in it.
        int first = Math.Max(at - 1, 0);
        AreaTree left = first == at ? child : _children[first];
        AreaTree right = first == at ? _children[at + 1] : child;
        return new AreaTree(Replaced(_children, first, 2, left._areas is null ? Inner([.. left._children!, .. right._children!]) : Leaves([.. left._areas, .. right._areas!])));
    }

    private static AreaTree[] Leaves(Vma[] areas)
    {
        if (areas.Length <= Fanout) return [new AreaTree(areas)];
        int half = areas.Length / 2;
        return [new AreaTree(areas[..half]), new AreaTree(areas[half..])];
    }

    private static AreaTree[] Inner(AreaTree[] children)
    {
        if (children.Length <= Fanout) return [new AreaTree(children)];
        int half = children.Length / 2;
        return [new AreaTree(children[..half]), new AreaTree(children[half..])];
    }

    /// <summary>A copy with some of its items replaced by others.</summary>
    private static T[] Replaced<T>(T[] items, int at, int count, ReadOnlySpan<T> fresh) => [.. items.AsSpan(0, at), .. fresh, .. items.AsSpan(at + count)];

    private static ArgumentException Missing(Vma area) => new($"the area {area} is not in the tree", nameof(area));
}
