using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK1004: releases the lock however the code behind the acquire is left, or on the paths that forget it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK1004ReleaseFix)), Shared]
public sealed class LCK1004ReleaseFix() : RuleFix("LCK1004")
{
    internal const string ScopeKey = "LCK1004.scope";
    internal const string FinallyKey = "LCK1004.finally";
    internal const string PathKey = "LCK1004.path";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Call is not { } call || LockCalls.Acquire(site, call) is not { } acquire || StatementRun.FunctionOf(call) is not { } function)
            yield break;
        var releases = LockCalls.ReleasesOf(site, function, acquire);
        var release = releases.Count > 0 ? releases[0].ToString() : LockCalls.WriteRelease(site, acquire, call.SpanStart);
        if (release is null)
            yield break;
        if (ScopedSection.Propose(site, call, acquire, releases) is { } scopes)
        {
            foreach (var (header, inScope) in scopes)
                yield return new Proposal($"Hold it by '{header}'", ScopeKey, inScope);
        }

        if (Section(site, call) is { } rest && InFinally(site.Layout, rest, releases, release) is { } inFinally)
            yield return new Proposal("Release in 'finally'", FinallyKey, inFinally);
        if (ExitEdits.Before(site, function, release, static _ => true) is { } onPaths)
            yield return new Proposal("Release on the path that leaves it held", PathKey, onPaths);
    }

    // The statements that run with the lock: behind the acquire, or where the attempt succeeded.
    internal static StatementRun? Section(FixSite site, InvocationExpressionSyntax call)
    {
        if (StatementRun.StatementOf(call) is not { } statement)
            return null;
        if (statement is IfStatementSyntax { Else: null } test)
        {
            if (test.Condition == call)
            {
                var inside = test.Statement is BlockSyntax { Statements: { Count: > 0 } statements } ? statements[0] : test.Statement;
                if (inside is BlockSyntax)
                    return null;
                var all = StatementRun.Of(inside);
                return all.To(0, all.Siblings.Count - 1);
            }

            if (!(test.Condition is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression, Operand: InvocationExpressionSyntax operand } && operand == call))
                return null;
        }
        else if (statement is not (ExpressionStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 }))
        {
            return null;
        }

        var run = StatementRun.Of(statement);
        return run.IsEmbedded || run.LastIndex + 1 == run.Siblings.Count ? null : run.To(run.LastIndex + 1, run.Siblings.Count - 1);
    }

    static TextChange? InFinally(Layout layout, StatementRun rest, List<ExpressionStatementSyntax> releases, string release)
    {
        // What is released at the top level ends the section; what is released deeper must be on the way out.
        int end = rest.LastIndex;
        for (int i = rest.FirstIndex; i <= rest.LastIndex; i++)
        {
            if (rest.Siblings[i] is ExpressionStatementSyntax top && releases.Contains(top))
            {
                end = i;
                break;
            }
        }

        var section = rest.To(rest.FirstIndex, end);
        var closing = releases.Contains((section.Last as ExpressionStatementSyntax)!) ? section.Last : null;
        var body = closing is null ? section : end == rest.FirstIndex ? null : rest.To(rest.FirstIndex, end - 1);
        if (body is null || body.HasYieldOrLabel() || layout.HasDirective(body.First.FullSpan.Start, section.Last.Span.End))
            return null;
        if (!layout.StartsLine(body.First.SpanStart) || layout.EndWithComment(section.Last) is not { } sectionEnd)
            return null;

        var removed = new List<TextSpan>();
        foreach (var inner in releases)
        {
            if (inner == closing || !body.Contains(inner))
                continue;
            if (!LeavesNext(inner) || !layout.StartsLine(inner.SpanStart) || HasComments(inner))
                return null;
            removed.Add(layout.WholeLines(inner));
        }

        var form = new LockForm("try", allowsAwait: true) { Finally = release };
        var step = layout.Step(body.First);
        var indent = layout.IndentAt(body.First.SpanStart);
        bool bracesEndLines = layout.BracesEndLines(body.First);
        int start = Wrapping.Start(layout, body.First);
        int bodyEnd = layout.EndWithComment(body.Last) ?? body.Last.Span.End;
        var text = Without(layout, start, bodyEnd, removed, step);
        var comments = closing is null ? "" : Comments(layout, bodyEnd, closing, step);
        var nl = layout.NewLine;
        var tail = closing is null ? "" : layout.ToString(closing.Span.End, sectionEnd);
        var finish = layout.Lines(indent, form.Closing(bracesEndLines, step));
        if (comments.Length > 0 || tail.Length > 0)
        {
            int at = finish.LastIndexOf(release, System.StringComparison.Ordinal);
            finish = finish.Substring(0, at) + (comments.Length > 0 ? comments + nl + indent + step : "") + release + tail + finish.Substring(at + release.Length);
        }

        var result = layout.Lines(indent, form.Opening(bracesEndLines, step)) + nl + indent + step + text + nl + finish;
        return new TextChange(TextSpan.FromBounds(layout.LineStart(start), sectionEnd), result);
    }

    internal static string Without(Layout layout, int start, int end, List<TextSpan> removed, string step)
    {
        var text = new System.Text.StringBuilder();
        int position = start;
        foreach (var span in removed)
        {
            if (span.Start > position)
                text.Append(Piece(position, span.Start));
            position = span.End;
        }

        if (position < end)
            text.Append(Piece(position, end));
        return text.ToString();

        // A piece that starts a line is moved with the rest.
        string Piece(int from, int to)
        {
            var piece = layout.Indented(from, to, step);
            return from > start && from == layout.LineStart(from) ? step + piece : piece;
        }
    }

    // Comments between the section and its release stay with the release.
    internal static string Comments(Layout layout, int bodyEnd, StatementSyntax closing, string step)
    {
        int start = Wrapping.Start(layout, closing);
        return start < closing.SpanStart ? layout.Indented(start, closing.SpanStart, step).TrimEnd() : "";
    }

    internal static bool HasComments(SyntaxNode statement)
    {
        foreach (var trivia in statement.GetLeadingTrivia())
        {
            if (!trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia))
                return true;
        }

        foreach (var trivia in statement.GetTrailingTrivia())
        {
            if (!trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia))
                return true;
        }

        return false;
    }

    internal static bool LeavesNext(ExpressionStatementSyntax release)
    {
        var run = StatementRun.Of(release);
        return !run.IsEmbedded && run.LastIndex + 1 < run.Siblings.Count && run.Siblings[run.LastIndex + 1] is ReturnStatementSyntax or ThrowStatementSyntax;
    }
}
