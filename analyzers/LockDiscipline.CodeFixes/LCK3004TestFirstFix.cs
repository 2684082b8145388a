using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK3004: tests the result before its value is read; the test that comes too late is moved up.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK3004TestFirstFix)), Shared]
public sealed class LCK3004TestFirstFix() : RuleFix("LCK3004")
{
    internal const string Key = "LCK3004.test";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        // Where it is known to have failed, no test makes the value good.
        if (site.Property(DiagnosticProperties.Kind) == DiagnosticProperties.Failed || Read(site) is not { } read || StatementRun.StatementOf(read) is not { } statement
            || site.Layout.HasDirective(statement.SpanStart, statement.Span.End) || site.Model.GetTypeInfo(read.Expression, site.CancellationToken).Type is not { } type)
        {
            yield break;
        }

        if (read.Expression is IdentifierNameSyntax result && site.Symbol(result) is ILocalSymbol or IParameterSymbol)
        {
            var name = result.Identifier.Text;
            if (LaterTest(site, statement, name) is { } later && Moving.To(site.Layout, later, statement, isAfter: false) is { } moved)
                yield return new Proposal("Move the test before it", Key, moved);
            if (Test(site, statement, type, name) is { } lines)
                yield return new Proposal("Test for the error first", Key, Insertion.Before(site.Layout, statement, lines).ToArray());
        }
        else if (IsFirst(read.Expression, statement))
        {
            var name = FreshName.Of(site, statement.SpanStart, "ret");
            if (Test(site, statement, type, name) is not { } lines)
                yield break;
            var call = site.Layout.ToString(read.Expression.SpanStart, read.Expression.Span.End);
            var changes = Insertion.Before(site.Layout, statement, $"var {name} = {call};", lines[0], lines[1]);
            changes.Add(new TextChange(read.Expression.Span, name));
            changes.Sort(static (a, b) => a.Span.CompareTo(b.Span));
            yield return new Proposal("Test for the error first", Key, changes.ToArray());
        }
    }

    static MemberAccessExpressionSyntax? Read(FixSite site) =>
        site.Expression as MemberAccessExpressionSyntax ?? (site.Expression as InvocationExpressionSyntax)?.Expression as MemberAccessExpressionSyntax;

    static string[]? Test(FixSite site, StatementSyntax statement, ITypeSymbol type, string name)
    {
        if (Failure.Test(site, type, name, statement.SpanStart) is not { } failed || Failure.Function(site, statement) is not { } method)
            return null;
        if (Failure.Returned(site, statement, type, name) is { } error)
            return new[] { $"if ({failed})", $"\treturn {error};" };
        return Failure.Returned(method) is null && !WayOut.IsIterator(statement) ? new[] { $"if ({failed})", "\treturn;" } : null;
    }

    // The next `if` that asks about nothing but the result, and leaves.
    static IfStatementSyntax? LaterTest(FixSite site, StatementSyntax statement, string name)
    {
        var run = StatementRun.Of(statement);
        if (run.IsEmbedded || run.First != statement)
            return null;
        for (int i = run.LastIndex + 1; i < run.Siblings.Count; i++)
        {
            if (run.Siblings[i] is IfStatementSyntax { Else: null } test && VariableUse.Mentions(test.Condition, name))
                return AsksOnlyAbout(site, test.Condition, name) ? test : null;
        }

        return null;
    }

    static bool AsksOnlyAbout(FixSite site, ExpressionSyntax condition, string name)
    {
        foreach (var node in condition.DescendantNodesAndSelf())
        {
            if (node is AssignmentExpressionSyntax or AwaitExpressionSyntax or SingleVariableDesignationSyntax
                || (node is IdentifierNameSyntax identifier && identifier.Identifier.Text != name && site.Symbol(identifier) is ILocalSymbol))
            {
                return false;
            }
        }

        return true;
    }

    // Nothing in the statement is computed before it.
    static bool IsFirst(ExpressionSyntax value, StatementSyntax statement) => statement switch
    {
        ReturnStatementSyntax { Expression: { } returned } => returned.SpanStart == value.SpanStart,
        ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax, Right: { } right } } => right.SpanStart == value.SpanStart,
        ExpressionStatementSyntax { Expression: { } expression } => expression.SpanStart == value.SpanStart,
        LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0, Declaration.Variables: { Count: 1 } variables } => variables[0].Initializer?.Value.SpanStart == value.SpanStart,
        _ => false,
    };
}
