using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK1006: calls the variant for callers that hold the lock, or drops the inner acquire together with its release.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK1006DropAcquireFix)), Shared]
public sealed class LCK1006DropAcquireFix() : RuleFix("LCK1006")
{
    internal const string VariantKey = "LCK1006.variant";
    internal const string DropKey = "LCK1006.drop";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Property(DiagnosticProperties.LockedVariant) is { Length: > 0 } variant && site.Call is { } called && NameOf(called) is { } name)
            yield return new Proposal($"Call '{variant}'", VariantKey, new TextChange(name.Span, variant)) { Uncovers = true };
        foreach (var changes in Drops(site))
            yield return new Proposal("Drop the inner acquire", DropKey, changes) { Uncovers = true };
    }

    static SyntaxToken? NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        SimpleNameSyntax name => name.Identifier,
        MemberAccessExpressionSyntax access => access.Name.Identifier,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier,
        _ => null,
    };

    static IEnumerable<TextChange[]> Drops(FixSite site)
    {
        if (site.Expression is not { } acquire || StatementRun.StatementOf(acquire) is not { } statement)
            yield break;
        var layout = site.Layout;
        switch (statement)
        {
            case LockStatementSyntax @lock when @lock.Expression.Contains(acquire):
                foreach (var change in Unwrapping.Of(layout, @lock, @lock.Statement))
                    yield return new[] { change };
                break;
            case UsingStatementSyntax @using when !@using.Statement.Contains(acquire):
                foreach (var change in Unwrapping.Of(layout, @using, @using.Statement))
                    yield return new[] { change };
                break;
            case LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } local when !local.UsingKeyword.IsKind(SyntaxKind.None):
                if (Removal(layout, local) is { } removal)
                    yield return new[] { removal };
                break;
            case ExpressionStatementSyntax when site.Call is { } call && LockCalls.Acquire(site, call) is { } taken:
                foreach (var changes in Pairs(site, statement, taken))
                    yield return changes;
                break;
        }
    }

    static IEnumerable<TextChange[]> Pairs(FixSite site, StatementSyntax statement, LockCall acquire)
    {
        var layout = site.Layout;
        var run = StatementRun.Of(statement);
        if (run.IsEmbedded || run.First != statement || Removal(layout, statement) is not { } first)
            yield break;
        for (int i = run.LastIndex + 1; i < run.Siblings.Count; i++)
        {
            var next = run.Siblings[i];
            if (i == run.LastIndex + 1 && next is TryStatementSyntax { Catches.Count: 0, Finally.Block.Statements: { Count: 1 } last } @try && IsRelease(site, last[0], acquire))
            {
                foreach (var change in Unwrapping.Of(layout, @try, @try.Block))
                    yield return new[] { first, change };
                yield break;
            }

            if (IsRelease(site, next, acquire))
            {
                if (Removal(layout, next) is { } second)
                    yield return new[] { first, second };
                break;
            }
        }

        // Where one release served both, it is the outer's.
        if (site.RelatedCall(0) is { } outer && StatementRun.FunctionOf(outer) is { } function && function == StatementRun.FunctionOf(statement)
            && LockCalls.ReleasesOf(site, function, acquire).Count == 1)
        {
            yield return new[] { first };
        }
    }

    static bool IsRelease(FixSite site, StatementSyntax statement, LockCall acquire) =>
        statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } && LockCalls.Release(site, call) is { } release && release.IsSameLock(acquire);

    // A comment behind it stays, on a line of its own.
    static TextChange? Removal(Layout layout, StatementSyntax statement)
    {
        if (layout.HasDirective(statement.SpanStart, statement.Span.End))
            return null;
        var span = layout.WholeLines(statement);
        if (span == statement.Span)
        {
            int end = span.End;
            while (end < layout.LineEnd(end) && layout.Text[end] == ' ')
                end++;
            span = TextSpan.FromBounds(span.Start, end);
        }

        return new TextChange(span, "");
    }
}
