using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace LockDiscipline.Analyzers.Flow;

// Whether code is worth solving, by what stands in it and what it calls.
internal sealed partial class FlowHost
{
    /// <summary>Whether there can be findings in a body: something in it has a contract, or it calls a helper that has an effect on its callers.</summary>
    /// <param name="owner">Whose body it is.</param>
    /// <param name="graph">Its code.</param>
    public bool IsOfConcern(ISymbol owner, ControlFlowGraph graph)
    {
        var concerned = ConcernedIn(owner, graph);
        return concerned.Own == Concern.Locks || CallsHelper(concerned) || TakesPairs(concerned) || (concerned.GivesCode && RunsUnderLock(concerned));
    }

    // A local function is part of the code around it.
    bool ConcernsCallers(IMethodSymbol method, ControlFlowGraph graph)
    {
        if (method.MethodKind == MethodKind.LocalFunction)
            return true;
        var concerned = ConcernedIn(method, graph);
        return concerned.Own == Concern.Locks || CallsHelper(concerned);
    }

    bool CallsHelper(Concerned concerned)
    {
        foreach (var callee in concerned.Calls)
        {
            if (SummaryOf(callee, caller: null).HasEffect)
                return true;
        }

        return false;
    }

    bool TakesPairs(Concerned concerned)
    {
        foreach (var callee in concerned.Calls)
        {
            if (!PairsOf(callee, caller: null).IsEmpty)
                return true;
        }

        return false;
    }

    bool RunsUnderLock(Concerned concerned)
    {
        foreach (var callee in concerned.Calls)
        {
            if (RunsUnderLock(callee))
                return true;
        }

        return false;
    }

    /// <summary>Whether a method runs what it is given with a lock held.</summary>
    public bool RunsUnderLock(IMethodSymbol method)
    {
        if (!TakesCode(method))
            return false;
        foreach (var invoked in ReachOf(method, caller: null).Invokes)
        {
            if (!invoked.Locks.IsEmpty)
                return true;
        }

        return false;
    }

    static bool TakesCode(IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters)
        {
            if (parameter.Type.TypeKind == TypeKind.Delegate)
                return true;
        }

        return false;
    }

    // What is of no concern to locks waits for none, unless something that it calls does.
    bool MayWait(IMethodSymbol method, ControlFlowGraph graph)
    {
        var concerned = ConcernedIn(method, graph);
        if (concerned.Own != Concern.None)
            return true;
        foreach (var callee in concerned.Calls)
        {
            if (!ReferenceEquals(ReachOf(callee, caller: null), Reach.Nothing))
                return true;
        }

        return false;
    }

    static bool Always(IMethodSymbol method, ControlFlowGraph graph) => true;

    Concerned ConcernedIn(ISymbol owner, ControlFlowGraph graph)
    {
        var node = graph.OriginalOperation.Syntax;
        return Cache.Concerned.TryGetValue(node, out var known) ? known : Cache.Concerned.GetOrAdd(node, Concerned.Of(Cache, owner, graph.OriginalOperation));
    }
}
