using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Says whether a wait lies in a loop that tests something before it goes on, without letting go of the lock in between.</summary>
internal static class WaitLoop
{
    /// <param name="wait">The wait.</param>
    /// <param name="acquire">Where the lock was acquired; null for one of the caller.</param>
    /// <param name="isTimed">It ends after a time as well, whatever the condition.</param>
    /// <param name="isRelease">Whether an operation releases a lock.</param>
    /// <returns>True as well for a wait that is not in the graph.</returns>
    public static bool Retests(ControlFlowGraph graph, IOperation wait, IOperation? acquire, bool isTimed, System.Func<IOperation, bool> isRelease)
    {
        if (BlockOf(graph, wait) is not { } waiting)
            return true;
        // A loop through the acquire, where that comes first in a round, is a new section each time.
        var start = acquire is null || acquire.Syntax.SpanStart > wait.Syntax.SpanStart ? null : BlockOf(graph, acquire);
        if (IsTestedAgain(waiting, start == waiting ? null : start))
            return true;
        // Whoever waits for a while and then looks what became of it does not rely on having been woken.
        if (isTimed && TestsNext(waiting, wait))
            return true;
        // What ends its section without looking at anything learns of the condition in the next one; what waits for a time only sleeps.
        return LeavesAtOnce(waiting, wait, isRelease) && (isTimed || IsTestedAgain(waiting, null));
    }

    static bool IsTestedAgain(BasicBlock waiting, BasicBlock? start)
    {
        var behind = new HashSet<BasicBlock>();
        var ahead = new HashSet<BasicBlock>();
        foreach (var next in Successors(waiting))
            Walk(next, start, behind, static block => Successors(block));
        if (!behind.Contains(waiting))
            return false;
        Walk(waiting, start, ahead, static block => Predecessors(block));
        foreach (var block in behind)
        {
            // `while (true)` tests nothing.
            if (block.ConditionKind == ControlFlowConditionKind.None || block.BranchValue is { ConstantValue.HasValue: true } || !ahead.Contains(block))
                continue;
            foreach (var next in Successors(block))
            {
                if (!(behind.Contains(next) && ahead.Contains(next)))
                    return true;
            }
        }

        return false;
    }

    // Nothing is done between the wait and a test, within its section.
    static bool TestsNext(BasicBlock waiting, IOperation wait)
    {
        int next = waiting.Operations.IndexOf(RootOf(wait)) + 1;
        if (next == 0)
            return false;
        var seen = new HashSet<BasicBlock>();
        for (BasicBlock? block = waiting; block is not null && seen.Add(block); next = 0)
        {
            if (next < block.Operations.Length)
                return false;
            if (block.ConditionKind != ControlFlowConditionKind.None)
                return block.BranchValue is not { ConstantValue.HasValue: true };
            if (block.FallThroughSuccessor is not { FinallyRegions.IsEmpty: true } branch)
                return false;
            block = branch.Destination;
        }

        return false;
    }

    static bool LeavesAtOnce(BasicBlock waiting, IOperation wait, System.Func<IOperation, bool> isRelease)
    {
        int next = waiting.Operations.IndexOf(RootOf(wait)) + 1;
        if (next == 0)
            return false;
        var seen = new HashSet<BasicBlock>();
        for (BasicBlock? block = waiting; block is not null && seen.Add(block); next = 0)
        {
            if (next < block.Operations.Length)
                return isRelease(block.Operations[next]);
            if (block.ConditionKind != ControlFlowConditionKind.None || block.FallThroughSuccessor is not { } branch)
                return false;
            // Out of the section, by its finally.
            if (!branch.FinallyRegions.IsEmpty)
                return true;
            block = branch.Destination;
        }

        return false;
    }

    /// <summary>
    /// Whether the section does nothing after the wait but to set what was waited for back to a constant, and to take along what it was: one that woke up for nothing goes on
    /// early, which may be right, as nothing here relies on the condition.
    /// </summary>
    /// <param name="isRelease">Whether an operation releases a lock.</param>
    public static bool OnlyResets(ControlFlowGraph graph, IOperation wait, System.Func<IOperation, bool> isRelease)
    {
        if (BlockOf(graph, wait) is not { } waiting || !IsConditional(graph, wait))
            return false;
        int next = waiting.Operations.IndexOf(RootOf(wait)) + 1;
        if (next == 0)
            return false;
        bool resets = false;
        var seen = new HashSet<BasicBlock>();
        for (BasicBlock? block = waiting; block is not null && seen.Add(block); next = 0)
        {
            for (; next < block.Operations.Length; next++)
            {
                var operation = block.Operations[next];
                if (isRelease(operation))
                    return resets;
                if (operation is ISimpleAssignmentOperation { Target: ILocalReferenceOperation, Value: IFieldReferenceOperation { Type.IsValueType: true } })
                    continue;
                if (operation is not IExpressionStatementOperation { Operation: ISimpleAssignmentOperation { Target: IMemberReferenceOperation, Value.ConstantValue.HasValue: true } })
                    return false;
                resets = true;
            }

            if (block.ConditionKind != ControlFlowConditionKind.None || block.BranchValue is { ConstantValue.HasValue: false } and not ILocalReferenceOperation)
                return false;
            // Out of the section, by its finally, or out of the body.
            if (block.FallThroughSuccessor is not { FinallyRegions.IsEmpty: true, Destination: { Kind: not BasicBlockKind.Exit } destination })
                return resets;
            block = destination;
        }

        return false;
    }

    /// <summary>What is done right before the wait, on every way to it; null where the wait begins a block.</summary>
    public static IOperation? Before(ControlFlowGraph graph, IOperation wait) =>
        BlockOf(graph, wait) is { } waiting && waiting.Operations.IndexOf(RootOf(wait)) is > 0 and var index ? waiting.Operations[index - 1] : null;

    /// <summary>Whether the result of the wait decides at once how it goes on.</summary>
    public static bool IsTest(ControlFlowGraph graph, IOperation wait) =>
        BlockOf(graph, wait) is { ConditionKind: not ControlFlowConditionKind.None, BranchValue: { } value } && ReferenceEquals(value, RootOf(wait));

    /// <summary>Whether a test decides, within the body, that the wait is reached.</summary>
    public static bool IsConditional(ControlFlowGraph graph, IOperation wait)
    {
        var reached = new HashSet<BasicBlock>();
        if (BlockOf(graph, wait) is not { } waiting)
            return false;
        Walk(graph.Blocks[0], waiting, reached, static block => Successors(block));
        return reached.Contains(graph.Blocks[graph.Blocks.Length - 1]);
    }

    static void Walk(BasicBlock from, BasicBlock? end, HashSet<BasicBlock> seen, System.Func<BasicBlock, IEnumerable<BasicBlock>> next)
    {
        var work = new Stack<BasicBlock>();
        work.Push(from);
        while (work.Count > 0)
        {
            var block = work.Pop();
            if (block == end || !seen.Add(block))
                continue;
            foreach (var other in next(block))
                work.Push(other);
        }
    }

    static IEnumerable<BasicBlock> Successors(BasicBlock block)
    {
        if (block.ConditionalSuccessor?.Destination is { } conditional)
            yield return conditional;
        if (block.FallThroughSuccessor?.Destination is { } fallThrough)
            yield return fallThrough;
    }

    static IEnumerable<BasicBlock> Predecessors(BasicBlock block)
    {
        foreach (var branch in block.Predecessors)
            yield return branch.Source;
    }

    static IOperation RootOf(IOperation operation)
    {
        while (operation.Parent is { } parent)
            operation = parent;
        return operation;
    }

    static BasicBlock? BlockOf(ControlFlowGraph graph, IOperation operation)
    {
        var root = RootOf(operation);
        foreach (var block in graph.Blocks)
        {
            if (ReferenceEquals(block.BranchValue, root) || block.Operations.Contains(root))
                return block;
        }

        return null;
    }
}
