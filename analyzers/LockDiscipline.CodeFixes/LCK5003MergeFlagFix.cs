using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK5003: merges the flag of pending work with what it said before, where it was overwritten.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK5003MergeFlagFix)), Shared]
public sealed class LCK5003MergeFlagFix() : RuleFix("LCK5003")
{
    internal const string Key = "LCK5003.merge";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is not { } assignment
            || !assignment.IsKind(SyntaxKind.SimpleAssignmentExpression)
            || assignment.Left.SpanStart != site.Diagnostic.Location.SourceSpan.Start
            || site.Model.GetTypeInfo(assignment.Left, site.CancellationToken).Type is not { SpecialType: SpecialType.System_Boolean })
        {
            yield break;
        }

        yield return new Proposal("Merge with '|='", Key, new TextChange(assignment.OperatorToken.Span, "|="));
    }
}
