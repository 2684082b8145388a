namespace MemoryModel.Locking;

/// <summary>Which class of lock was taken, or waited for, while which other was held; refuses the edge that would close a cycle.</summary>
/// <remarks>Thread-safe. Edges stay for the life of the graph: two halves of a deadlock need not run at the same time to be found.</remarks>
internal sealed class LockOrderGraph
{
    private readonly Lock _gate = new();
    private readonly Dictionary<LockClass, Dictionary<LockClass, string>> _after = [];

    private const string Declared = "declared";

    /// <summary>Adds an order that nobody has taken locks in yet.</summary>
    /// <returns>As <see cref="Add"/>.</returns>
    public string? Declare(LockClass outer, LockClass inner) => Add(outer, inner, Declared);

    /// <summary>Adds "held, then taken".</summary>
    /// <param name="held">The class that was held.</param>
    /// <param name="taken">The class that was taken, or waited for, meanwhile.</param>
    /// <param name="witness">Who did it, kept with the first occurrence for messages.</param>
    /// <returns>Null when the order is sound; otherwise the path, in words, that leads from <paramref name="taken"/> back to <paramref name="held"/>.</returns>
    public string? Add(LockClass held, LockClass taken, string witness)
    {
        lock (_gate)
        {
            if (_after.TryGetValue(held, out Dictionary<LockClass, string>? edges) && edges.TryGetValue(taken, out string? known))
            {
                if (ReferenceEquals(known, Declared)) edges[taken] = witness;
                return null;
            }
            List<LockClass>? path = FindPath(taken, held);
            if (path is not null) return Describe(path);
            if (edges is null) _after.Add(held, edges = []);
            edges.Add(taken, witness);
            return null;
        }
    }

    /// <summary>Every edge that was taken as "outer -> inner", sorted.</summary>
    public IReadOnlyList<string> Edges()
    {
        var result = new List<string>();
        lock (_gate)
        {
            foreach ((LockClass held, Dictionary<LockClass, string> edges) in _after)
            {
                foreach ((LockClass taken, string witness) in edges)
                {
                    if (!ReferenceEquals(witness, Declared)) result.Add($"{held} -> {taken}");
                }
            }
        }
        result.Sort(StringComparer.Ordinal);
        return result;
    }

    /// <summary>A shortest path along the edges, both ends included. Breadth first.</summary>
    private List<LockClass>? FindPath(LockClass from, LockClass to)
    {
        if (from == to) return [from];
        var cameFrom = new Dictionary<LockClass, LockClass> { [from] = from };
        var queue = new Queue<LockClass>();
        queue.Enqueue(from);
        while (queue.TryDequeue(out LockClass? node))
        {
            if (!_after.TryGetValue(node, out Dictionary<LockClass, string>? edges)) continue;
            foreach (LockClass next in edges.Keys)
            {
                if (!cameFrom.TryAdd(next, node)) continue;
                if (next == to) return Unwind(cameFrom, from, to);
                queue.Enqueue(next);
            }
        }
        return null;
    }

    private static List<LockClass> Unwind(Dictionary<LockClass, LockClass> cameFrom, LockClass from, LockClass to)
    {
        var path = new List<LockClass> { to };
        for (LockClass node = to; node != from;) path.Add(node = cameFrom[node]);
        path.Reverse();
        return path;
    }

    private string Describe(List<LockClass> path)
    {
        var words = new List<string>();
        for (int i = 0; i + 1 < path.Count; i++) words.Add($"{path[i]} -> {path[i + 1]} ({_after[path[i]][path[i + 1]]})");
        return string.Join(", ", words);
    }
}
