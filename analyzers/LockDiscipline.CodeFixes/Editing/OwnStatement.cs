using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>Finds calls that are a statement of their own.</summary>
internal static class OwnStatement
{
    /// <summary>The statement that consists of the call at the finding, or of a local initialised with it; null where more hangs on the call.</summary>
    public static StatementSyntax? Of(FixSite site)
    {
        if (site.Expression is not { } call)
            return null;
        var whole = ResultOf.Whole(call);
        return whole.Parent switch
        {
            ExpressionStatementSyntax statement => statement,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Parent: ExpressionStatementSyntax discard } => discard,
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } local } } } => local,
            _ => null,
        };
    }
}
