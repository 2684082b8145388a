using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// An error that ends a loop within another one, whose next round makes the same calls for something else:
/// <c>foreach (row) foreach (x) { ret = F(x); if (ret != 0) break; }</c>. That round is no second attempt.
/// </summary>
/// <remarks>Only where the outer loop runs over something that the inner one uses, and decides nothing between its rounds.</remarks>
internal static class OuterRounds
{
    /// <summary>What <see cref="Mark.What"/> says of an error that has left its loop as any other end of it does.</summary>
    public const string Left = "left";

    /// <summary>Whether the block is part of the outer loop, behind the one that the error has ended.</summary>
    public static bool IsBehind(Mark failed, BasicBlock block) =>
        SyntaxOf(block) is { } at && Loops(failed.At.Syntax) is var (inner, outer) && outer.Span.Contains(at.Span) && !inner.Span.Contains(at.Span);

    /// <summary>Whether the block belongs to every further round: it is in the inner loop, or before or behind it without a condition.</summary>
    public static bool IsInEach(Mark failed, BasicBlock block)
    {
        if (SyntaxOf(block) is not { } at || Loops(failed.At.Syntax) is not var (inner, outer) || !outer.Span.Contains(at.Span))
            return false;
        for (var node = at; node != outer; node = node.Parent!)
        {
            if (node == inner)
                return true;
            if (node is StatementSyntax and not (BlockSyntax or ExpressionStatementSyntax or LocalDeclarationStatementSyntax) || node is SwitchExpressionSyntax or ConditionalExpressionSyntax)
                return false;
        }

        return true;
    }

    static SyntaxNode? SyntaxOf(BasicBlock block) =>
        block.Operations.IsEmpty ? block.BranchValue?.Syntax : block.Operations[0].Syntax;

    // The two innermost loops around a call, if the inner one uses what the outer one runs over.
    static (SyntaxNode Inner, SyntaxNode Outer)? Loops(SyntaxNode call)
    {
        SyntaxNode? inner = null;
        for (var node = call.Parent; node is not null and not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax); node = node.Parent)
        {
            if (node is not (ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax))
                continue;
            if (inner is not null)
                return RunsOverFor(node, inner) ? (inner, node) : null;
            inner = node;
        }

        return null;
    }

    static bool RunsOverFor(SyntaxNode outer, SyntaxNode inner)
    {
        switch (outer)
        {
            case ForEachStatementSyntax each:
                return Mentions(inner, each.Identifier.ValueText);
            case ForStatementSyntax { Incrementors.Count: > 0, Declaration: { } declaration }:
                foreach (var variable in declaration.Variables)
                {
                    if (Mentions(inner, variable.Identifier.ValueText))
                        return true;
                }

                return false;
            default:
                return false;
        }
    }

    static bool Mentions(SyntaxNode code, string name)
    {
        foreach (var token in code.DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name)
                return true;
        }

        return false;
    }
}
