using System.Collections.Immutable;
using LockCheck.Output;

namespace LockCheck.Graphs;

/// <summary>A rectangle on the drawing.</summary>
internal readonly record struct Box(int X, int Y, int Width, int Height)
{
    /// <summary>The middle, from the left.</summary>
    public int Center => X + (Width / 2);

    /// <summary>Whether two have a point in common.</summary>
    public bool Meets(Box other) => X < other.X + other.Width && other.X < X + Width && Y < other.Y + other.Height && other.Y < Y + Height;
}

/// <summary>
/// Places of nodes and labels: what is held stands above what is taken under it. The same graph is laid out the same way each time.
/// </summary>
internal sealed class LockGraphLayout
{
    const int BoxHeight = 30;
    const int RowHeight = 120;
    const int NodeCharacter = 8;
    const int LabelCharacter = 6;
    const int LabelHeight = 14;
    const int Gap = 40;

    readonly Dictionary<LockNode, int> _layers = [];

    /// <summary>Lays a graph out.</summary>
    public LockGraphLayout(LockGraph graph)
    {
        Faint = graph.Implied();
        AssignLayers(graph);
        PlaceNodes(graph);
        CenterRows();
        PlaceLabels(graph);
        Width = Nodes.Values.Concat(Labels.Values).Select(b => b.X + b.Width).DefaultIfEmpty(0).Max() + Gap;
        Height = Nodes.Values.Concat(Labels.Values).Select(b => b.Y + b.Height).DefaultIfEmpty(0).Max() + Gap;
    }

    /// <summary>Where each lock stands.</summary>
    public Dictionary<LockNode, Box> Nodes { get; } = [];

    /// <summary>Edges that are drawn faintly, and without a label.</summary>
    public HashSet<LockGraphEdge> Faint { get; }

    /// <summary>Where the label of each edge stands; no two of them overlap.</summary>
    public Dictionary<LockGraphEdge, Box> Labels { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The whole width.</summary>
    public int Width { get; }

    /// <summary>The whole height.</summary>
    public int Height { get; }

    // Edges that lead back, found by going down from each node in order, do not count: without them there is no way round.
    void AssignLayers(LockGraph graph)
    {
        var next = graph.Edges.Where(e => e.Held != e.Taken).ToLookup(e => e.Held);
        var back = new HashSet<LockGraphEdge>(ReferenceEqualityComparer.Instance);
        var state = new Dictionary<LockNode, bool>();
        foreach (var root in graph.Nodes.OrderBy(n => graph.Edges.Any(e => e.Taken == n && e.Held != n)))
        {
            if (state.TryAdd(root, false))
                Visit(root);
        }
        foreach (var node in graph.Nodes)
            _layers[node] = 0;
        for (var round = 0; round < graph.Nodes.Length; round++)
        {
            foreach (var edge in graph.Edges.Where(e => e.Held != e.Taken && !back.Contains(e)))
                _layers[edge.Taken] = Math.Max(_layers[edge.Taken], _layers[edge.Held] + 1);
        }

        // Without recursion, as a chain of locks may be long.
        void Visit(LockNode start)
        {
            var stack = new Stack<(LockNode Node, IEnumerator<LockGraphEdge> Edges)>();
            stack.Push((start, next[start].GetEnumerator()));
            while (stack.TryPeek(out var top))
            {
                if (!top.Edges.MoveNext())
                {
                    state[top.Node] = true;
                    stack.Pop();
                }
                else if (state.TryAdd(top.Edges.Current.Taken, false))
                {
                    stack.Push((top.Edges.Current.Taken, next[top.Edges.Current.Taken].GetEnumerator()));
                }
                else if (!state[top.Edges.Current.Taken])
                {
                    back.Add(top.Edges.Current);
                }
            }
        }
    }

    void PlaceNodes(LockGraph graph)
    {
        foreach (var row in graph.Nodes.GroupBy(n => _layers[n]).OrderBy(g => g.Key))
        {
            var x = Gap;
            // Below the middle of what leads here.
            foreach (var node in row.OrderBy(n => graph.Edges.Where(e => e.Taken == n && Nodes.ContainsKey(e.Held)).Select(e => (double)Nodes[e.Held].Center).DefaultIfEmpty(0).Average()).ThenBy(n => n.Name, StringComparer.Ordinal))
            {
                var width = (SafeText.Width(SafeText.Escape(node.Name)) * NodeCharacter) + 24;
                Nodes[node] = new(x, Gap + (row.Key * RowHeight), width, BoxHeight);
                x += width + Gap;
            }
        }
    }

    void CenterRows()
    {
        var width = Nodes.Values.Select(b => b.X + b.Width).DefaultIfEmpty(0).Max();
        foreach (var row in Nodes.GroupBy(n => n.Value.Y).ToList())
        {
            var shift = (width - row.Max(n => n.Value.X + n.Value.Width)) / 2;
            foreach (var (node, box) in row)
                Nodes[node] = box with { X = box.X + shift };
        }
    }

    void PlaceLabels(LockGraph graph)
    {
        foreach (var edge in graph.Edges.Where(e => !Faint.Contains(e)))
        {
            var (from, to) = (Nodes[edge.Held], Nodes[edge.Taken]);
            var width = SafeText.Width(SafeText.Escape(LockGraphText.LabelOf(edge))) * LabelCharacter;
            var label = edge.Held == edge.Taken
                ? new Box(from.X + from.Width + 8, from.Y + BoxHeight, width, LabelHeight)
                : new Box(Math.Max(((from.Center + to.Center) / 2) + (IsDown(edge) ? 6 : 30), 0), ((from.Y + to.Y + BoxHeight) / 2) - (LabelHeight / 2), width, LabelHeight);
            while (Labels.Values.Concat(Nodes.Values).FirstOrDefault(label.Meets) is { Width: > 0 } other)
                label = label with { Y = other.Y + other.Height + 1 };
            Labels[edge] = label;
        }
    }

    /// <summary>Whether an edge leads downwards, as an order without cycles does.</summary>
    public bool IsDown(LockGraphEdge edge) => _layers[edge.Taken] > _layers[edge.Held];
}
