using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// Results that are tested together: in <c>a != 0 || b != 0</c> nobody asks for <c>b</c> where <c>a</c> has failed, and the answer tells of a failure all the same.
/// </summary>
internal static class SkippedTests
{
    /// <summary>The state on a branch, without the results whose test it skips because of a failure that it found.</summary>
    /// <param name="contracts">The contracts.</param>
    /// <param name="before">The state before the branch.</param>
    /// <param name="after">The state on it.</param>
    /// <param name="condition">The condition, which tells <paramref name="before"/> and <paramref name="after"/> apart.</param>
    /// <param name="tested">The condition as it stands in the code.</param>
    /// <param name="truth">What it is on this branch.</param>
    public static PathState Drop(ContractSet contracts, PathState before, PathState after, Term condition, IOperation tested, bool truth)
    {
        if (after.Unchecked.IsEmpty || ReferenceEquals(before, after) || !FoundFailure(contracts, before, after, condition))
            return after;
        for (var syntax = tested.Syntax; syntax.Parent is ExpressionSyntax parent; syntax = parent)
        {
            if (parent is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression })
                truth = !truth;
            else if (parent is BinaryExpressionSyntax binary && (truth ? parent.IsKind(SyntaxKind.LogicalOrExpression) : parent.IsKind(SyntaxKind.LogicalAndExpression)))
                after = binary.Left == syntax ? Without(after, binary.Right) : after;
            else if (parent is not (ParenthesizedExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression or (int)SyntaxKind.LogicalAndExpression }) || IsLeft(parent, syntax))
                break;
        }

        return after;
    }

    // The rest is evaluated: what this operand is does not decide.
    static bool IsLeft(SyntaxNode parent, SyntaxNode operand) => parent is BinaryExpressionSyntax binary && binary.Left == operand;

    static bool FoundFailure(ContractSet contracts, PathState before, PathState after, Term term)
    {
        if (term.Kind == TermKind.Operation)
            return (!term.Left!.IsConstant && FoundFailure(contracts, before, after, term.Left)) || (!term.Right!.IsConstant && FoundFailure(contracts, before, after, term.Right));
        return term.Root is { Kind: TermKind.Site, Value: IOperation call } && LostFailures.IsResult(contracts, term, call) && Failure.Of(after, term) == true && Failure.Of(before, term) is null;
    }

    static PathState Without(PathState state, ExpressionSyntax skipped)
    {
        foreach (var result in state.Unchecked)
        {
            if (result.Location is { Kind: TermKind.Parameter, Symbol.Name: var name } && Mentions(skipped, name))
                state = state with { Unchecked = state.Unchecked.Remove(result) };
        }

        return state;
    }

    static bool Mentions(ExpressionSyntax code, string name)
    {
        foreach (var token in code.DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name)
                return true;
        }

        return false;
    }
}
