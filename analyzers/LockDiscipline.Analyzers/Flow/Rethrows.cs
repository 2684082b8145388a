using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Finds the <c>throw;</c> by which a block hands an exception on: the graph keeps the branch and not the statement.</summary>
internal static class Rethrows
{
    /// <summary>The statement, as both come in the order of the source; null where that cannot be told.</summary>
    public static IOperation? At(ControlFlowGraph graph, BasicBlock block)
    {
        int index = 0, count = 0;
        foreach (var other in graph.Blocks)
        {
            if (other.FallThroughSuccessor?.Semantics is not ControlFlowBranchSemantics.Rethrow || other.FallThroughSuccessor.Source.ConditionKind != ControlFlowConditionKind.None)
                continue;
            if (other.Ordinal < block.Ordinal)
                index++;
            count++;
        }

        var throws = new List<IOperation>();
        Collect(graph.OriginalOperation, throws);
        return throws.Count == count && index < count ? throws[index] : null;
    }

    static void Collect(IOperation operation, List<IOperation> throws)
    {
        foreach (var child in operation.ChildOperations)
        {
            if (child is IAnonymousFunctionOperation or ILocalFunctionOperation)
                continue;
            if (child is IThrowOperation { Exception: null })
                throws.Add(child);
            Collect(child, throws);
        }
    }
}
