using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK3001: tests the result and returns the error, or says by a discard that it does not matter.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK3001CheckResultFix)), Shared]
public sealed class LCK3001CheckResultFix() : RuleFix("LCK3001")
{
    internal const string CheckKey = "LCK3001.check";
    internal const string DiscardKey = "LCK3001.discard";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Expression is not { } call)
            yield break;
        var whole = ResultOf.Whole(call);
        if (StatementRun.StatementOf(whole) is { } statement && !site.Layout.HasDirective(statement.SpanStart, statement.Span.End)
            && Check(site, whole, statement) is { } check)
        {
            yield return new Proposal("Check and return the error", CheckKey, check.ToArray());
        }

        if (Discard(site, whole) is { } discard)
            yield return new Proposal("Discard the result", DiscardKey, discard);
    }

    static List<TextChange>? Check(FixSite site, ExpressionSyntax whole, StatementSyntax statement)
    {
        var type = site.Model.GetTypeInfo(whole, site.CancellationToken).Type;
        if (type is null || Failure.Function(site, whole) is not { } method || !SymbolEqualityComparer.Default.Equals(Failure.Returned(method), type))
            return null;
        var name = ResultOf.Variable(whole);
        bool isNew = name is null;
        if (isNew && !(whole.Parent is ExpressionStatementSyntax))
            return null;
        name ??= FreshName.Of(site, whole.SpanStart, "ret");
        if (Failure.Test(site, type, name, whole.SpanStart) is not { } test)
            return null;
        var changes = Insertion.After(site.Layout, statement, $"if ({test})", $"\treturn {name};");
        if (!isNew)
            return changes;
        ErrorExit.Declare(changes, whole, name);
        return changes;
    }

    static TextChange? Discard(FixSite site, ExpressionSyntax whole)
    {
        if (!site.Model.LookupSymbols(whole.SpanStart, name: "_").IsEmpty)
            return null;
        switch (whole.Parent)
        {
            case ExpressionStatementSyntax or ArrowExpressionClauseSyntax or LambdaExpressionSyntax:
            case ForStatementSyntax loop when loop.Condition != whole:
                return new TextChange(new TextSpan(whole.SpanStart, 0), "_ = ");
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax local } } }
                when local.UsingKeyword.IsKind(SyntaxKind.None) && !site.Layout.HasDirective(local.SpanStart, whole.SpanStart):
                return new TextChange(TextSpan.FromBounds(local.SpanStart, whole.SpanStart), "_ = ");
            default:
                return null;
        }
    }
}
