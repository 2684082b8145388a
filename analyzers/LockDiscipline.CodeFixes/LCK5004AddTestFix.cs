using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK5004: tests what the call needs, and leaves or passes the call over where it does not hold.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK5004AddTestFix)), Shared]
public sealed class LCK5004AddTestFix() : RuleFix("LCK5004")
{
    internal const string LeaveKey = "LCK5004.leave";
    internal const string WrapKey = "LCK5004.wrap";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        // Where it is known not to hold, the call is wrong, whatever is tested.
        if (site.Property(DiagnosticProperties.Kind) == DiagnosticProperties.Failed || site.Property(DiagnosticProperties.What) is not { } text
            || site.Call is not { } call || CallCondition.Of(site, call, text) is not { } condition)
        {
            yield break;
        }

        var wrap = new LockForm($"if ({condition})", allowsAwait: true);
        var wrapTitle = $"Call it only where '{condition}'";
        if (StatementRun.StatementOf(call) is not { } statement)
        {
            if (ResultOf.Whole(call) is { Parent: ArrowExpressionClauseSyntax or LambdaExpressionSyntax } body && Wrapping.AroundExpressionBody(site, body, wrap) is { } inBody)
                yield return new Proposal(wrapTitle, WrapKey, inBody);
            yield break;
        }

        if (site.Layout.HasDirective(statement.SpanStart, statement.Span.End))
            yield break;
        if (WayOut.Skipping(site, statement) is { } skip)
        {
            var title = skip == "continue;" ? $"Go on with the next one unless '{condition}'" : $"Return unless '{condition}'";
            yield return new Proposal(title, LeaveKey, Insertion.Before(site.Layout, statement, $"if ({CallCondition.Negated(condition)})", "\t" + skip).ToArray());
        }

        if (statement is ExpressionStatementSyntax && ResultOf.Whole(call).Parent == statement && Wrapping.Around(site.Layout, StatementRun.Of(statement), wrap) is { } around)
            yield return new Proposal(wrapTitle, WrapKey, around);
    }
}
