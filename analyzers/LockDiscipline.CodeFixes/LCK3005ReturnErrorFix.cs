using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK3005: returns the error in place of success.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK3005ReturnErrorFix)), Shared]
public sealed class LCK3005ReturnErrorFix() : RuleFix("LCK3005")
{
    internal const string Key = "LCK3005.return";
    const string Title = "Return the error";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.RelatedExpression(0) is not { } call || site.Node.FirstAncestorOrSelf<ReturnStatementSyntax>() is not { Expression: { } returned } exit
            || StatementRun.FunctionOf(call) is not { } function || function != StatementRun.FunctionOf(exit))
        {
            yield break;
        }

        var whole = ResultOf.Whole(call);
        if (site.Model.GetTypeInfo(whole, site.CancellationToken).Type is not { } type)
            yield break;
        if (ResultOf.Variable(whole) is not { } name)
        {
            name = FreshName.Of(site, whole.SpanStart, "ret");
            if (ErrorExit.Tested(whole) is { } test && test.Statement.Contains(exit) && Failure.Returned(site, exit, type, name) is { } error
                && ErrorExit.AsVariable(site.Layout, whole, test, name) is { } changes)
            {
                changes.Add(new TextChange(returned.Span, error));
                changes.Sort(static (a, b) => a.Span.CompareTo(b.Span));
                yield return new Proposal(Title, Key, changes.ToArray());
            }

            yield break;
        }

        if (Failure.Returned(site, exit, type, name) is not { } value)
            yield break;
        if (returned is ConditionalExpressionSyntax choice)
        {
            // The one of the two with which the finding goes is where it had failed.
            yield return new Proposal(Title, Key, new TextChange(choice.WhenTrue.Span, value));
            yield return new Proposal(Title, Key, new TextChange(choice.WhenFalse.Span, value));
        }
        else if (IsOnBranch(exit, name) || IsAllThatItHolds(function, whole, type, value == name))
        {
            yield return new Proposal(Title, Key, new TextChange(returned.Span, value));
        }
    }

    static bool IsOnBranch(ReturnStatementSyntax exit, string name) =>
        (exit.Parent is BlockSyntax ? exit.Parent.Parent : exit.Parent) is IfStatementSyntax test && VariableUse.Mentions(test.Condition, name);

    // Where success comes by as well, the variable holds nothing but the success that is returned now.
    static bool IsAllThatItHolds(SyntaxNode function, ExpressionSyntax whole, ITypeSymbol type, bool isItself)
    {
        if (!isItself || type.SpecialType != SpecialType.None || whole.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable })
            return false;
        var name = variable.Identifier.ValueText;
        foreach (var node in function.DescendantNodes())
        {
            bool isWrite = node switch
            {
                AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } => left.Identifier.ValueText == name,
                ArgumentSyntax { RefKindKeyword.RawKind: not 0, Expression: IdentifierNameSyntax passed } => passed.Identifier.ValueText == name,
                _ => false,
            };
            if (isWrite)
                return false;
        }

        return true;
    }
}
