using System.Collections.Concurrent;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>The graphs of bodies that were asked for lately: a helper's is asked for by those who call it, and for its own findings. Lives with the compilation; thread-safe.</summary>
internal sealed class Graphs
{
    /// <summary>A few dozen megabytes at most; where there are more, those that are asked for again are made again.</summary>
    const int MaxKept = 1024;

    readonly ConcurrentDictionary<SyntaxNode, ControlFlowGraph?> _known = new();
    int _count;

    /// <summary>The graph of the code of a declaration; null where it has none.</summary>
    public ControlFlowGraph? Of(SemanticModel model, SyntaxNode node, CancellationToken cancel)
    {
        if (_known.TryGetValue(node, out var known))
            return known;
        var graph = BodySource.Graph(model, node, cancel);
        if (Interlocked.Increment(ref _count) > MaxKept)
        {
            _known.Clear();
            _count = 0;
        }

        return _known.GetOrAdd(node, graph);
    }
}
