namespace MemoryModel.Memory;

/// <summary>Immutable balanced tree of half-open intervals, sorted by start; each subtree knows its greatest end, so that overlaps are found without visiting the rest.</summary>
/// <typeparam name="T">What the intervals stand for.</typeparam>
/// <remarks>
/// An AVL tree. Insert and remove copy the path to the root (logarithmic); lookups allocate nothing. Because a tree never changes, a reader that holds one sees it whole, whatever a writer
/// does meanwhile: this is what makes two sets of memslots under SRCU simple. Source: interval_tree_generic.h, of which this is the functional form.
/// </remarks>
internal sealed class IntervalTree<T> where T : class
{
    private readonly IntervalTree<T>? _left;
    private readonly IntervalTree<T>? _right;
    private readonly int _height;
    private readonly ulong _maxEnd;

    private IntervalTree(IntervalTree<T>? left, ulong start, ulong end, long id, T item, IntervalTree<T>? right)
    {
        _left = left;
        _right = right;
        Start = start;
        End = end;
        Id = id;
        Item = item;
        _height = 1 + Math.Max(Height(left), Height(right));
        _maxEnd = Math.Max(end, Math.Max(MaxEnd(left), MaxEnd(right)));
    }

    /// <summary>First number of this node's interval.</summary>
    public ulong Start { get; }

    /// <summary>The number after its last one.</summary>
    public ulong End { get; }

    /// <summary>Tells intervals of the same start apart.</summary>
    public long Id { get; }

    /// <summary>What the interval stands for.</summary>
    public T Item { get; }

    /// <summary>The tree with one more interval; start and id together must be new.</summary>
    public static IntervalTree<T> Insert(IntervalTree<T>? node, ulong start, ulong end, long id, T item)
    {
        if (node is null) return new IntervalTree<T>(null, start, end, id, item, null);
        int order = Compare(start, id, node);
        if (order == 0) throw new ArgumentException($"interval 0x{start:x} with id {id} is in the tree already", nameof(start));
        return order < 0
            ? Balance(Insert(node._left, start, end, id, item), node, node._right)
            : Balance(node._left, node, Insert(node._right, start, end, id, item));
    }

    /// <summary>The tree without the interval of this start and id, which must be in it.</summary>
    public static IntervalTree<T>? Remove(IntervalTree<T>? node, ulong start, long id)
    {
        if (node is null) throw new ArgumentException($"interval 0x{start:x} with id {id} is not in the tree", nameof(start));
        int order = Compare(start, id, node);
        if (order < 0) return Balance(Remove(node._left, start, id), node, node._right);
        if (order > 0) return Balance(node._left, node, Remove(node._right, start, id));
        if (node._left is null) return node._right;
        if (node._right is null) return node._left;
        IntervalTree<T> next = Leftmost(node._right);
        return Balance(node._left, next, Remove(node._right, next.Start, next.Id));
    }

    /// <summary>In order of start, the first interval that ends above a number; it may start above it as well.</summary>
    public static IntervalTree<T>? FirstEndingAbove(IntervalTree<T>? node, ulong number) => FirstOverlap(node, number, ulong.MaxValue);

    /// <summary>In order of start, the first interval that shares a number with [start, end).</summary>
    public static IntervalTree<T>? FirstOverlap(IntervalTree<T>? node, ulong start, ulong end)
    {
        while (node is not null && node._maxEnd > start)
        {
            if (MaxEnd(node._left) > start)
            {
                // If the left side holds an interval that ends above start and begins below end, it is the answer; if that
                // interval begins at end or later, so does everything to the right of it.
                node = node._left;
                continue;
            }
            if (node.Start >= end) return null;
            if (node.End > start) return node;
            node = node._right;
        }
        return null;
    }

    /// <summary>The next interval after one of this start and id that shares a number with [start, end).</summary>
    public static IntervalTree<T>? NextOverlap(IntervalTree<T>? node, ulong afterStart, long afterId, ulong start, ulong end)
    {
        if (node is null || node._maxEnd <= start) return null;
        if (Compare(afterStart, afterId, node) >= 0) return NextOverlap(node._right, afterStart, afterId, start, end);
        IntervalTree<T>? found = NextOverlap(node._left, afterStart, afterId, start, end);
        if (found is not null) return found;
        if (node.Start >= end) return null;
        return node.End > start ? node : FirstOverlap(node._right, start, end);
    }

    private static int Compare(ulong start, long id, IntervalTree<T> node)
    {
        int order = start.CompareTo(node.Start);
        return order != 0 ? order : id.CompareTo(node.Id);
    }

    private static int Height(IntervalTree<T>? node) => node?._height ?? 0;

    private static ulong MaxEnd(IntervalTree<T>? node) => node?._maxEnd ?? 0;

    private static IntervalTree<T> Leftmost(IntervalTree<T> node)
    {
        while (node._left is { } left) node = left;
        return node;
    }

    /// <summary>A node with the middle's interval over two subtrees whose heights differ by at most two.</summary>
    private static IntervalTree<T> Balance(IntervalTree<T>? left, IntervalTree<T> middle, IntervalTree<T>? right)
    {
        if (left is not null && left._height > Height(right) + 1)
        {
            if (Height(left._left) >= Height(left._right)) return Node(left._left, left, Node(left._right, middle, right));
            IntervalTree<T> inner = left._right!;
            return Node(Node(left._left, left, inner._left), inner, Node(inner._right, middle, right));
        }
        if (right is not null && right._height > Height(left) + 1)
        {
            if (Height(right._right) >= Height(right._left)) return Node(Node(left, middle, right._left), right, right._right);
            IntervalTree<T> inner = right._left!;
            return Node(Node(left, middle, inner._left), inner, Node(inner._right, right, right._right));
        }
        return Node(left, middle, right);
    }

    private static IntervalTree<T> Node(IntervalTree<T>? left, IntervalTree<T> middle, IntervalTree<T>? right) =>
        new(left, middle.Start, middle.End, middle.Id, middle.Item, right);
}
