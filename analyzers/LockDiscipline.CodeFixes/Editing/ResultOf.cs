using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>Finds what becomes of the result of a call.</summary>
internal static class ResultOf
{
    /// <summary>The whole expression whose value is the result of <paramref name="call"/>: awaited, in brackets, behind a <c>?.</c>.</summary>
    public static ExpressionSyntax Whole(ExpressionSyntax call)
    {
        var whole = call;
        while (true)
        {
            switch (whole.Parent)
            {
                case ParenthesizedExpressionSyntax or AwaitExpressionSyntax or PostfixUnaryExpressionSyntax:
                case ConditionalAccessExpressionSyntax access when access.WhenNotNull == whole:
                    whole = (ExpressionSyntax)whole.Parent;
                    continue;
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax configure }:
                    whole = configure;
                    continue;
                default:
                    return whole;
            }
        }
    }

    /// <summary>The name of the variable that the statement puts the result in; null where it does not.</summary>
    public static string? Variable(ExpressionSyntax whole) => whole.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax } } variable } => variable.Identifier.Text,
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax left, Parent: ExpressionStatementSyntax } assignment when assignment.Right == whole => left.Identifier.Text,
        _ => null,
    };
}
