using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK4005: tests that the match contains the address, where it is tested for null or before the use.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK4005TestMatchFix)), Shared]
public sealed class LCK4005TestMatchFix() : RuleFix("LCK4005")
{
    internal const string Key = "LCK4005.test";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Node is not IdentifierNameSyntax { Identifier.Text: var name } use || site.RelatedCall(0) is not { } lookUp || StatementRun.FunctionOf(use) is not { } function
            || function != StatementRun.FunctionOf(lookUp) || Test(site, lookUp, name, use.SpanStart) is not { } test)
        {
            yield break;
        }

        var title = $"Test '{test}'";
        // The test for null that is next to the use.
        var tests = new List<ExpressionSyntax>();
        foreach (var node in function.DescendantNodes())
        {
            if (node is ExpressionSyntax expression && expression.Span.End > lookUp.SpanStart && expression.Span.End <= use.SpanStart && IsNull(expression, name) is not null)
                tests.Insert(0, expression);
        }

        foreach (var found in tests)
        {
            var text = found.ToString();
            text = IsNull(found, name) == true ? $"{text} || !{test}" : $"{text} && {test}";
            bool isAlone = found.Parent is IfStatementSyntax or WhileStatementSyntax
                || (found.Parent is BinaryExpressionSyntax binary && binary.IsKind(IsNull(found, name) == true ? SyntaxKind.LogicalOrExpression : SyntaxKind.LogicalAndExpression));
            yield return new Proposal(title, Key, new TextChange(found.Span, isAlone ? text : $"({text})"));
        }

        if (StatementRun.StatementOf(use) is not { } statement || site.Layout.HasDirective(statement.SpanStart, statement.Span.End))
            yield break;
        // A match that is kept over a loop is to be looked up anew, which is not for a test to say.
        if (WayOut.Loop(statement) is { } loop && !loop.Contains(lookUp))
            yield break;
        if (WayOut.Skipping(site, statement) is { } skip)
            yield return new Proposal(title, Key, Insertion.Before(site.Layout, statement, $"if ({name} is null || !{test})", "\t" + skip).ToArray());
    }

    // `v.Contains(address)`, by the one test that the type has, for what the look-up was asked for.
    static string? Test(FixSite site, InvocationExpressionSyntax lookUp, string name, int position)
    {
        if (site.Model.GetOperation(lookUp, site.CancellationToken) is not IInvocationOperation { Type: { } type } call
            || site.Contracts.Of(call.TargetMethod).Protocol?.NearestTo is not { } parameter)
        {
            return null;
        }

        string? address = null;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Name == parameter)
                address = (argument.Syntax as ArgumentSyntax)?.Expression.ToString();
        }

        string? test = null;
        foreach (var member in site.Model.LookupSymbols(position, type))
        {
            if (member is not IMethodSymbol { IsStatic: false, Parameters.Length: 1, ReturnType.SpecialType: SpecialType.System_Boolean } method
                || site.Contracts.Of(method).Protocol is not { IsContainmentTest: true })
            {
                continue;
            }

            if (test is not null)
                return null;
            test = $"{name}.{method.Name}({address})";
        }

        return address is null ? null : test;
    }

    // True for a test that it is null, false for one that it is not; null for anything else.
    static bool? IsNull(ExpressionSyntax expression, string name)
    {
        switch (expression)
        {
            case BinaryExpressionSyntax { Left: IdentifierNameSyntax left, Right: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NullLiteralExpression } } comparison
                when left.Identifier.Text == name && (comparison.IsKind(SyntaxKind.EqualsExpression) || comparison.IsKind(SyntaxKind.NotEqualsExpression)):
                return comparison.IsKind(SyntaxKind.EqualsExpression);
            case IsPatternExpressionSyntax { Expression: IdentifierNameSyntax tested, Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.NullLiteralExpression } } when tested.Identifier.Text == name:
                return true;
            case IsPatternExpressionSyntax { Expression: IdentifierNameSyntax tested, Pattern: UnaryPatternSyntax { Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.NullLiteralExpression } } } when tested.Identifier.Text == name:
                return false;
            case IsPatternExpressionSyntax { Pattern: RecursivePatternSyntax { Designation: SingleVariableDesignationSyntax matched } } when matched.Identifier.Text == name:
                return false;
            default:
                return null;
        }
    }
}
