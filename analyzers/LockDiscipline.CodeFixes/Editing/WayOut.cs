using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>Writes the statements that leave a loop or a function.</summary>
internal static class WayOut
{
    /// <summary>The statements that leave with the error in <paramref name="name"/>: by a <c>return</c>, or out of the loop, which is for where more has to be done behind it.</summary>
    public static IEnumerable<string> Leaving(FixSite site, StatementSyntax statement, ITypeSymbol type, string name)
    {
        if (Failure.Returned(site, statement, type, name) is { } value)
            yield return $"return {value};";
        // In a switch it would leave that.
        if (Loop(statement) is { } loop && statement.FirstAncestorOrSelf<SwitchStatementSyntax>() is var choice && (choice is null || choice.Contains(loop)))
            yield return "break;";
    }

    /// <summary>The statement that leaves out the rest where nothing has to be handed back: for the next round of a loop, or for good; null where the function has a result.</summary>
    public static string? Skipping(FixSite site, StatementSyntax statement)
    {
        if (Loop(statement) is not null)
            return "continue;";
        if (Failure.Function(site, statement) is not { } method)
            return null;
        return IsIterator(statement) ? "yield break;" : Failure.Returned(method) is null ? "return;" : null;
    }

    /// <summary>The innermost loop of the function around a statement.</summary>
    public static StatementSyntax? Loop(SyntaxNode statement)
    {
        for (SyntaxNode? outer = statement.Parent; outer is not null and not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax); outer = outer.Parent)
        {
            if (outer is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax)
                return (StatementSyntax)outer;
        }

        return null;
    }

    /// <summary>A <c>return</c> has nothing to say in an iterator.</summary>
    public static bool IsIterator(SyntaxNode node)
    {
        if (StatementRun.FunctionOf(node) is { } function)
        {
            foreach (var inner in function.DescendantNodes(n => n == function || n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
            {
                if (inner is YieldStatementSyntax)
                    return true;
            }
        }

        return false;
    }
}
