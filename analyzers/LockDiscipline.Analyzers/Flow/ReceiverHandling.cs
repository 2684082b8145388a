using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What the code of a method does with the object that it is called on. Asked only for what somebody has to give back.</summary>
/// <remarks>No contract can say it of a receiver, so the code speaks, of visible methods too; on whatever path, as in <see cref="Keeping"/>.</remarks>
/// <param name="IsKept">It disposes it, stores it, or hands it to somebody who takes it over; itself or by another method of the object.</param>
/// <param name="IsReturned">It returns it, on some path at least.</param>
/// <param name="IsSureToReturn">It returns nothing else.</param>
internal sealed record ReceiverHandling(bool IsKept, bool IsReturned, bool IsSureToReturn)
{
    const int MaxDepth = 4;

    static readonly ReceiverHandling s_none = new(false, false, false);

    public static ReceiverHandling Of(FlowHost host, IMethodSymbol method) =>
        host.Cache.Receivers.TryGet(host, method, out var known) ? known : host.Cache.Receivers.Of(host, method, Find);

    static ReceiverHandling Find(FlowHost host, IMethodSymbol method)
    {
        if (host.GraphOf(method, null) is not { } graph)
            return s_none;
        var (isReturned, isSure) = Returns(graph);
        return new ReceiverHandling(Keeps(host, method), isReturned, isSure);
    }

    // Nearest first, each once.
    static bool Keeps(FlowHost host, IMethodSymbol method)
    {
        var seen = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default) { method };
        var nearest = new List<IMethodSymbol> { method };
        var takers = new List<IParameterSymbol>();
        for (int depth = 0; depth <= MaxDepth && nearest.Count > 0; depth++)
        {
            var next = new List<IMethodSymbol>();
            foreach (var called in nearest)
            {
                if (host.GraphOf(called, null) is not { } graph)
                    continue;
                var scan = new Scan(host, takers, next, seen);
                foreach (var block in graph.Blocks)
                {
                    foreach (var operation in block.Operations)
                    {
                        if (scan.Keeps(operation))
                            return true;
                    }

                    if (block.BranchValue is { } value && scan.Keeps(value))
                        return true;
                }
            }

            nearest = next;
        }

        return takers.Count > 0 && Keeping.Keeps(host, takers, null);
    }

    static (bool IsReturned, bool IsSure) Returns(ControlFlowGraph graph)
    {
        bool isReturned = false, isSure = true;
        foreach (var block in graph.Blocks)
        {
            if (block.BranchValue is not { } value || block.FallThroughSuccessor?.Semantics != ControlFlowBranchSemantics.Return)
                continue;
            isReturned |= IsThis(value);
            isSure &= IsThis(value);
        }

        return (isReturned, isReturned && isSure);
    }

    static bool IsThis(IOperation? value)
    {
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        return value is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance };
    }

    readonly struct Scan(FlowHost host, List<IParameterSymbol> takers, List<IMethodSymbol> next, HashSet<IMethodSymbol> seen)
    {
        public bool Keeps(IOperation operation)
        {
            switch (operation)
            {
                case ISimpleAssignmentOperation { Target: IMemberReferenceOperation or IArrayElementReferenceOperation or IParameterReferenceOperation { Parameter.RefKind: not RefKind.None } } stored when IsThis(stored.Value):
                    return true;
                case IObjectCreationOperation creation when IsGiven(creation.Arguments):
                    return true;
                case IInvocationOperation { Instance: { } instance } call when IsThis(instance):
                    var callee = call.TargetMethod.OriginalDefinition;
                    if (IsDispose(callee))
                        return true;
                    if (seen.Add(callee))
                        next.Add(callee);
                    break;
                case IInvocationOperation call when IsGiven(call.Arguments):
                    return true;
            }

            foreach (var child in operation.ChildOperations)
            {
                if (Keeps(child))
                    return true;
            }

            return false;
        }

        // `Dispose(bool)` is what `Dispose()` does.
        static bool IsDispose(IMethodSymbol callee) =>
            Evaluator.IsDispose(callee) || callee is { Name: "Dispose", Parameters: { Length: 1 } parameters } && parameters[0].Type.SpecialType == SpecialType.System_Boolean;

        bool IsGiven(ImmutableArray<IArgumentOperation> arguments)
        {
            foreach (var argument in arguments)
            {
                if (argument.Parameter?.OriginalDefinition is not { } taker || !IsThis(argument.Value))
                    continue;
                if (argument.Parent is IObjectCreationOperation || taker.Type is ITypeParameterSymbol || host.Contracts.Of(taker).Protocol?.Consumes is not null)
                    return true;
                takers.Add(taker);
            }

            return false;
        }
    }
}
