using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Errors that a branch has found and about which nothing was done yet: marks of kind <see cref="MarkKind.Failed"/>.</summary>
/// <remarks>
/// Done because of an error is what is run on its branch only; what is run however the test came out is not. A further
/// decision on that branch, and another round of a loop, count as something done: a retry, a fallback. Not a round of an outer loop (see <see cref="OuterRounds"/>).
/// </remarks>
internal static class LostFailures
{
    /// <summary>Marks what a branch found to be an error: the path on which the condition, as it is written, is true.</summary>
    /// <param name="condition">The condition, which tells <paramref name="before"/> and <paramref name="after"/> apart.</param>
    /// <param name="other">Where the path without the error goes on.</param>
    public static PathState Find(ContractSet contracts, PathState before, PathState after, Term condition, BasicBlock other)
    {
        return ReferenceEquals(before, after) ? after : FindIn(contracts, before, after, condition, other);
    }

    static PathState FindIn(ContractSet contracts, PathState before, PathState after, Term term, BasicBlock other)
    {
        if (term.Kind == TermKind.Operation)
            return FindIn(contracts, before, FindIn(contracts, before, after, term.Left!, other), term.Right!, other);
        if (term.Root is not { Kind: TermKind.Site, Value: IOperation call } || !IsResult(contracts, term, call)
            || Failure.Of(before, term) is not null || Failure.Of(after, term) != true || IsTold(after, term) || IsStored(after, term))
        {
            return after;
        }

        return after.Add(new Mark(MarkKind.Failed, "", term, Term.Constant(other.Ordinal), call));
    }

    /// <summary>Whether the branch where the condition has this value is the one where it is true as written.</summary>
    public static bool IsTrueAsWritten(IOperation condition, bool value)
    {
        for (var syntax = condition.Syntax; syntax.Parent is ExpressionSyntax parent; syntax = parent)
        {
            if (parent is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression })
                value = !value;
            else if (parent is not ParenthesizedExpressionSyntax)
                break;
        }

        return value;
    }

    /// <summary>A test for one particular error is a decision about it.</summary>
    public static bool IsTold(PathState state, Term result)
    {
        foreach (var fact in state.Facts.Matching(result.Bit))
        {
            if (fact.Value && Conditions.IsOneOf(fact.Key, result))
                return true;
        }

        return Conditions.KnownValue(state, result) is not null;
    }

    /// <summary>The paths as they are in a block that does something: that may be because of an error.</summary>
    public static PathSet Enter(Body body, BasicBlock block, PathSet set)
    {
        var paths = set.Paths;
        for (int i = 0; i < paths.Length; i++)
        {
            foreach (var mark in paths[i].Marks)
            {
                if (mark.Kind != MarkKind.Failed)
                    continue;
                if (IsLeftBehind(body, mark, block))
                    paths = paths.SetItem(i, Leave(paths[i], mark));
                else if ((mark.What.Length == 0 || !OuterRounds.IsInEach(mark, block)) && !body.IsSureAfter((int)(long)mark.Under!.Value!, block))
                    paths = paths.SetItem(i, paths[i].Remove(mark));
            }
        }

        return paths == set.Paths ? set : new PathSet(paths, set.IsCapped);
    }

    /// <summary>The path at the head of a loop: another round is something done about an error, but for one of an outer loop.</summary>
    public static PathState NextRound(Body body, PathState path, BasicBlock head)
    {
        foreach (var mark in path.Marks)
        {
            if (mark.Kind != MarkKind.Failed)
                continue;
            if (IsLeftBehind(body, mark, head))
                path = Leave(path, mark);
            else if (mark.What.Length == 0 || !OuterRounds.IsInEach(mark, head))
                path = path.Remove(mark);
        }

        return path;
    }

    // From here on nothing tells its path from the one without it.
    static bool IsLeftBehind(Body body, Mark failed, BasicBlock block) =>
        failed.What.Length == 0 && OuterRounds.IsBehind(failed, block) && body.IsSureAfter((int)(long)failed.Under!.Value!, block);

    static PathState Leave(PathState path, Mark failed) => path with { Marks = path.Marks.Replace(failed, failed with { What = OuterRounds.Left }) };

    /// <summary>Whether the block does more than to go on, or to give a value back.</summary>
    public static bool Acts(BasicBlock block)
    {
        if (block.ConditionKind != ControlFlowConditionKind.None || block.BranchValue is { } value && !IsAtHand(value))
            return true;
        foreach (var operation in block.Operations)
        {
            if (operation is not IFlowCaptureOperation capture || !IsGivenBack(capture.Syntax))
                return true;
        }

        return false;
    }

    // Nothing is done to get it.
    static bool IsAtHand(IOperation value)
    {
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        return value.ConstantValue.HasValue || value is IDefaultValueOperation or ILocalReferenceOperation or IParameterReferenceOperation or IFlowCaptureReferenceOperation
            or IFieldReferenceOperation or IPropertyReferenceOperation or IInstanceReferenceOperation;
    }

    // One of the values of `return a ? b : c`. Anywhere else, what the test chose is used.
    static bool IsGivenBack(SyntaxNode chosen)
    {
        for (var at = chosen.Parent; at is not null; at = at.Parent)
        {
            if (at is ReturnStatementSyntax or ArrowExpressionClauseSyntax)
                return true;
            if (at is not (ConditionalExpressionSyntax or ParenthesizedExpressionSyntax or CastExpressionSyntax or SwitchExpressionSyntax or SwitchExpressionArmSyntax))
                return false;
        }

        return false;
    }

    /// <summary>Whether a value that a call gave, or a part of it, must be checked.</summary>
    public static bool IsResult(ContractSet contracts, Term term, IOperation call)
    {
        if (term.Kind == TermKind.Member)
            return term.Symbol is IFieldSymbol or IPropertySymbol && contracts.MustCheck(term.Symbol is IFieldSymbol field ? field.Type : ((IPropertySymbol)term.Symbol).Type);
        var type = call.Type;
        if (type is INamedTypeSymbol { Arity: 1, Name: "Task" or "ValueTask" } task)
            type = task.TypeArguments[0];
        return contracts.MustCheck(type) || contracts.IsResult(type) || (call is IInvocationOperation { TargetMethod: { } callee } && contracts.Of(callee).MustCheck);
    }

    // Where others find it, it is not lost.
    static bool IsStored(PathState state, Term result)
    {
        foreach (var entry in state.Store.Matching(result.Bit))
        {
            if (entry.Value.Equals(result) && entry.Key.Kind is TermKind.Member or TermKind.Static or TermKind.Element && entry.Key.Root.Kind != TermKind.Capture)
                return true;
        }

        return false;
    }
}
