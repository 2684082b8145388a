using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK3002: leaves with the error before another result takes its place.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK3002CheckBeforeOverwriteFix)), Shared]
public sealed class LCK3002CheckBeforeOverwriteFix() : RuleFix("LCK3002")
{
    internal const string Key = "LCK3002.check";
    internal const string KeepKey = "LCK3002.keep";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is not { Parent: ExpressionStatementSyntax overwriting, Left: IdentifierNameSyntax variable } assignment
            || site.Model.GetTypeInfo(variable, site.CancellationToken).Type is not { } type
            || site.Symbol(variable) is not (ILocalSymbol or IParameterSymbol)
            || Failure.Test(site, type, variable.Identifier.Text, variable.SpanStart) is not { } test)
        {
            yield break;
        }

        if (site.Property(DiagnosticProperties.Kind) == DiagnosticProperties.Failed)
        {
            // Lost to the next round of an outer loop: that has to end as well.
            if (site.RelatedCall(0) is { } own && overwriting.Contains(own) && WayOut.Loop(overwriting) is { } inner && !IsDirty(site, inner))
            {
                foreach (var leave in WayOut.Leaving(site, inner, type, variable.Identifier.Text))
                    yield return new Proposal(TitleOf(leave), Key, Insertion.After(site.Layout, inner, $"if ({test})", "\t" + leave).ToArray());
            }
            else if (!IsDirty(site, overwriting))
                yield return KeepFirst(site, overwriting, assignment, variable.Identifier.Text, test);
            yield break;
        }

        var earlier = site.RelatedCall(0) is { } call && ResultOf.Variable(ResultOf.Whole(call)) == variable.Identifier.Text
            ? StatementRun.StatementOf(call)
            : null;
        if (earlier is not null && StatementRun.FunctionOf(earlier) != StatementRun.FunctionOf(overwriting))
            earlier = null;
        foreach (var leave in WayOut.Leaving(site, overwriting, type, variable.Identifier.Text))
        {
            string[] lines = { $"if ({test})", "\t" + leave };
            var title = TitleOf(leave);
            bool isMerge = !assignment.IsKind(SyntaxKind.SimpleAssignmentExpression);
            if (earlier is not null && !(isMerge && earlier == overwriting) && !IsDirty(site, earlier))
                yield return new Proposal(title, Key, Insertion.After(site.Layout, earlier, lines).ToArray());
            if (IsDirty(site, overwriting))
                continue;
            if (isMerge)
            {
                // After the check nothing is left to merge with.
                var plain = new TextChange(assignment.OperatorToken.Span, "=");
                var after = Insertion.After(site.Layout, overwriting, lines);
                after.Add(plain);
                yield return Make(title, after);
                if (earlier is not null && earlier != overwriting && !IsDirty(site, earlier))
                {
                    after.AddRange(Insertion.After(site.Layout, earlier, lines));
                    yield return Make(title, after);
                }
            }

            yield return Make(title, Insertion.Before(site.Layout, overwriting, lines));
            yield return Make(title, Insertion.After(site.Layout, overwriting, lines));
        }
    }

    static string TitleOf(string leave) => leave == "break;" ? "Leave the loop with the error" : "Check and return the error";

    // The later result counts only where there was no error before: what has to be done on the way out is done in either case.
    static Proposal KeepFirst(FixSite site, StatementSyntax overwriting, AssignmentExpressionSyntax assignment, string name, string test)
    {
        var later = FreshName.Of(site, overwriting.SpanStart, "later");
        var changes = Insertion.After(site.Layout, overwriting, $"if ({Failure.Not(test)})", $"\t{name} = {later};");
        changes.Add(new TextChange(assignment.Left.Span, "var " + later));
        changes.Sort(static (a, b) => a.Span.CompareTo(b.Span));
        return new Proposal("Keep the first error", KeepKey, changes.ToArray());
    }

    static Proposal Make(string title, List<TextChange> changes)
    {
        changes.Sort(static (a, b) => a.Span.CompareTo(b.Span));
        return new Proposal(title, Key, changes.ToArray());
    }

    static bool IsDirty(FixSite site, StatementSyntax statement) => site.Layout.HasDirective(statement.SpanStart, statement.Span.End);
}
