using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>Finds the steps of a sequence in a function, by the contracts of what is called or read.</summary>
internal static class SequenceSteps
{
    /// <summary>The calls and reads of the function that are that step, in order.</summary>
    public static IEnumerable<ExpressionSyntax> In(FixSite site, SyntaxNode function, SequenceStep step, string sequence)
    {
        foreach (var node in function.DescendantNodes(n => n == function || n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
        {
            bool isWhole = node is InvocationExpressionSyntax or MemberAccessExpressionSyntax { Parent: not InvocationExpressionSyntax }
                || node is IdentifierNameSyntax { Parent: not (MemberAccessExpressionSyntax or InvocationExpressionSyntax) };
            if (isWhole && site.Symbol(node) is IMethodSymbol or IPropertySymbol && Of(site, site.Symbol(node)!, step, sequence) is not null)
                yield return (ExpressionSyntax)node;
        }
    }

    /// <summary>What the member says of that step; null where it is none.</summary>
    public static SequenceClause? Of(FixSite site, ISymbol member, SequenceStep step, string sequence)
    {
        foreach (var clause in site.Contracts.Of((member as IMethodSymbol)?.ReducedFrom ?? member).Protocol?.Sequence ?? [])
        {
            if (clause.Step == step && clause.Name == sequence)
                return clause;
        }

        return null;
    }

    /// <summary>The object that a member is called or read on, as written; empty for one of the type itself.</summary>
    public static string Receiver(ExpressionSyntax step) =>
        (step is InvocationExpressionSyntax call ? call.Expression : step) is MemberAccessExpressionSyntax access ? access.Expression.ToString() : "";

    /// <summary>The statement that does nothing but keep what the step gave; null where it is used otherwise.</summary>
    public static StatementSyntax? Kept(ExpressionSyntax step) => ResultOf.Whole(step).Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } local } } } => local,
        AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax statement } => statement,
        _ => null,
    };

    /// <summary>Where it is kept, as an expression.</summary>
    public static ExpressionSyntax? Target(StatementSyntax kept) => kept switch
    {
        LocalDeclarationStatementSyntax local => Microsoft.CodeAnalysis.CSharp.SyntaxFactory.IdentifierName(local.Declaration.Variables[0].Identifier.Text),
        ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment } => assignment.Left,
        _ => null,
    };
}
