using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>The graphs of bodies. Lives with the compilation; thread-safe.</summary>
internal sealed class Graphs
{
    readonly Lately<SyntaxNode, ControlFlowGraph?> _known = new();

    /// <summary>The graph of the code of a declaration; null where it has none.</summary>
    public ControlFlowGraph? Of(SemanticModel model, SyntaxNode node, CancellationToken cancel) =>
        _known.TryGet(node, out var known) ? known : _known.Keep(node, BodySource.Graph(model, node, cancel));
}
