using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Tells whether a method keeps an argument: stores it, or makes another object of it. Asked only for what somebody owns, or has alone.</summary>
/// <remarks>On whatever path: a value that may have been kept is no longer the caller's to release.</remarks>
internal static class Keeping
{
    const int MaxDepth = 4;

    public static bool Keeps(FlowHost host, IParameterSymbol parameter, Body caller) => Keeps(host, new List<IParameterSymbol> { parameter }, caller.Graph);

    /// <summary>Whether one of several methods keeps what it gets for its parameter.</summary>
    /// <param name="host">Who asks.</param>
    /// <param name="nearest">The parameters.</param>
    /// <param name="around">The graph in which local functions among the methods are found; null where there are none.</param>
    public static bool Keeps(FlowHost host, List<IParameterSymbol> nearest, ControlFlowGraph? around)
    {
        // Nearest first, each once: arguments are passed on in all directions.
        var seen = new HashSet<IParameterSymbol>(nearest, SymbolEqualityComparer.Default);
        for (int depth = 0; depth <= MaxDepth && nearest.Count > 0; depth++)
        {
            var next = new List<IParameterSymbol>();
            foreach (var taken in nearest)
            {
                var handling = HandlingOf(host, taken, depth == 0 ? around : null);
                if (handling.IsKept)
                    return true;
                foreach (var taker in handling.Takers)
                {
                    if (seen.Add(taker))
                        next.Add(taker);
                }
            }

            nearest = next;
        }

        return false;
    }

    static Handling HandlingOf(FlowHost host, IParameterSymbol parameter, ControlFlowGraph? around)
    {
        // A local function is found through the graph around it only: it is not the same for everybody who asks.
        if (parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.LocalFunction } function)
            return Handling.Of(host, parameter, around ?? GraphAround(host, function));
        return host.Cache.Handlings.TryGet(host, parameter, out var known) ? known : host.Cache.Handlings.Of(host, parameter, static (host, asked) => Handling.Of(host, asked, null));
    }

    static ControlFlowGraph? GraphAround(FlowHost host, IMethodSymbol function) =>
        function.ContainingSymbol is IMethodSymbol outer ? host.GraphOf(outer, GraphAround(host, outer)) : null;

    /// <summary>Whether the method returns the argument itself: then it goes on under the name of the result.</summary>
    public static bool Returns(FlowHost host, IMethodSymbol callee, Body caller, IParameterSymbol parameter)
    {
        if (callee.ReturnsVoid || host.GraphOf(callee.OriginalDefinition, caller.Graph) is not { } graph)
            return false;
        foreach (var block in graph.Blocks)
        {
            if (block.BranchValue is { } value && block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Return
                && (Handling.Is(value, parameter) || value is IFlowCaptureReferenceOperation chosen && IsChosen(graph, chosen.Id, parameter)))
            {
                return true;
            }
        }

        return false;
    }

    // One of the values of `return a ? x : null`.
    static bool IsChosen(ControlFlowGraph graph, CaptureId capture, IParameterSymbol parameter)
    {
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
            {
                if (operation is IFlowCaptureOperation captured && captured.Id.Equals(capture) && Handling.Is(captured.Value, parameter))
                    return true;
            }
        }

        return false;
    }
}
