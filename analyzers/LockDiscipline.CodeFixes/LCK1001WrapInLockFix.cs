using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK1001, LCK1002: takes the lock around the statements that need it.</summary>
/// <remarks>Neighbours that lack the same lock come along, so that they do not end up in one section each.</remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK1001WrapInLockFix)), Shared]
public sealed class LCK1001WrapInLockFix() : RuleFix("LCK1001", "LCK1002")
{
    internal const string Key = "LCK1001.wrap";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Property(DiagnosticProperties.Lock) is not { Length: > 0 } text)
            yield break;
        var mode = ModeOf(site.Diagnostic);
        if (StatementRun.StatementOf(site.Node) is { } statement)
        {
            var run = StatementRun.Of(statement);
            foreach (var (candidate, needed) in Candidates(site, run, text, mode))
            {
                foreach (var form in Forms(site, text, needed, candidate.First.SpanStart, candidate.First))
                {
                    if (Allows(form, candidate) && Wrapping.Around(site.Layout, candidate, form) is { } change)
                        yield return Make(form, text, change);
                    if (candidate == run && Outside(site, run, form) is { } split)
                        yield return Make(form, text, split);
                }
            }
        }
        else if (ExpressionBody(site.Node) is { } expression)
        {
            foreach (var form in Forms(site, text, mode, expression.SpanStart, expression))
            {
                if ((form.AllowsAwait || !StatementRun.HasAwait(expression)) && Wrapping.AroundExpressionBody(site, expression, form) is { } change)
                    yield return Make(form, text, change);
            }
        }
    }

    static Proposal Make(LockForm form, string text, TextChange change) =>
        new(form.Header == "try" ? $"Acquire '{text}' around it" : $"Wrap in '{form.Header}'", Key, change);

    // With the neighbours first; without them where that does not hold.
    static IEnumerable<(StatementRun Run, LockMode Mode)> Candidates(FixSite site, StatementRun run, string text, LockMode mode)
    {
        if (!run.IsEmbedded)
        {
            var (all, strongest) = WithNeighbours(site, run, text, mode);
            yield return (all, strongest);
            var alone = DeclaredUses.Widened(site, run);
            if (alone.FirstIndex != all.FirstIndex || alone.LastIndex != all.LastIndex)
                yield return (alone, mode);
        }

        yield return (run, mode);
    }

    static (StatementRun, LockMode) WithNeighbours(FixSite site, StatementRun run, string text, LockMode mode)
    {
        var lacking = new Dictionary<StatementSyntax, LockMode>();
        foreach (var finding in site.Findings)
        {
            if (finding.Id is not ("LCK1001" or "LCK1002") || !finding.Properties.TryGetValue(DiagnosticProperties.Lock, out var other) || other != text)
                continue;
            if (StatementRun.StatementOf(site.Root.FindNode(finding.Location.SourceSpan, false, true)) is not { } statement)
                continue;
            var needed = ModeOf(finding);
            if (!lacking.TryGetValue(statement, out var known) || known < needed)
                lacking[statement] = needed;
        }

        int first = run.FirstIndex;
        while (first > 0 && lacking.ContainsKey(run.Siblings[first - 1]))
            first--;
        int last = run.LastIndex;
        while (true)
        {
            int widened = DeclaredUses.Widened(site, run.To(first, last)).LastIndex;
            if (widened + 1 < run.Siblings.Count && lacking.ContainsKey(run.Siblings[widened + 1]))
                widened++;
            if (widened == last)
                break;
            last = widened;
        }

        var all = run.To(first, last);
        foreach (var pair in lacking)
        {
            if (all.Contains(pair.Key) && pair.Value > mode)
                mode = pair.Value;
        }

        return (all, mode);
    }

    static TextChange? Outside(FixSite site, StatementRun run, LockForm form)
    {
        if (run.IsEmbedded || !Allows(form, run) || DeclaredUses.Split(site, run.First) is not { } split)
            return null;
        if (Wrapping.Around(site.Layout, run, form) is not { NewText: { } wrapped } change)
            return null;
        // The declaration goes before the block; inside of it only the assignment is left.
        var (declaration, assignment) = split;
        var layout = site.Layout;
        var old = layout.ToString(run.First.SpanStart, run.First.Span.End);
        var step = layout.Step(run.First);
        bool ownLines = change.Span.Start == layout.LineStart(change.Span.Start) && layout.StartsLine(run.First.SpanStart);
        var inBlock = ownLines ? layout.Indented(run.First.SpanStart, run.First.Span.End, step) : old;
        int at = wrapped.LastIndexOf(inBlock, System.StringComparison.Ordinal);
        if (at < 0)
            return null;
        var tail = inBlock.Substring(inBlock.Length - (ownLines ? Indented(layout, run, assignment, step) : assignment).Length);
        wrapped = wrapped.Substring(0, at) + tail + wrapped.Substring(at + inBlock.Length);
        wrapped = ownLines
            ? layout.IndentAt(run.First.SpanStart) + declaration + layout.NewLine + wrapped
            : declaration + " " + wrapped;
        return new TextChange(change.Span, wrapped);
    }

    static string Indented(Layout layout, StatementRun run, string assignment, string step) =>
        layout.Indented(run.First.Span.End - assignment.Length, run.First.Span.End, step);

    static bool Allows(LockForm form, StatementRun run) => !run.HasYieldOrLabel() && (form.AllowsAwait || !run.HasAwait());

    static List<LockForm> Forms(FixSite site, string text, LockMode mode, int position, SyntaxNode code) =>
        LockForms.Of(site, text, mode, position, IsAsync(code));

    static bool IsAsync(SyntaxNode code) => StatementRun.FunctionOf(code) switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.RawKind != 0,
        MethodDeclarationSyntax method => method.Modifiers.Any(Microsoft.CodeAnalysis.CSharp.SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax local => local.Modifiers.Any(Microsoft.CodeAnalysis.CSharp.SyntaxKind.AsyncKeyword),
        CompilationUnitSyntax => true,
        _ => false,
    };

    static LockMode ModeOf(Diagnostic finding) =>
        finding.Properties.TryGetValue(DiagnosticProperties.Mode, out var mode) && mode == DiagnosticProperties.Shared ? LockMode.Shared : LockMode.Exclusive;

    static ExpressionSyntax? ExpressionBody(SyntaxNode node)
    {
        for (SyntaxNode? at = node; at is not null and not StatementSyntax; at = at.Parent)
        {
            if (at is ExpressionSyntax expression && (at.Parent is ArrowExpressionClauseSyntax || (at.Parent is LambdaExpressionSyntax lambda && lambda.ExpressionBody == at)))
                return expression;
        }

        return null;
    }
}
