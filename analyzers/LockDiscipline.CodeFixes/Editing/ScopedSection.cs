using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Turns an acquire and its releases into a statement that holds the lock over a block: all releases go, the ways out stay.</summary>
internal static class ScopedSection
{
    /// <summary>The edits, each with what opens the block; null where the code does not fit into one.</summary>
    /// <param name="site">The finding.</param>
    /// <param name="call">The acquire.</param>
    /// <param name="acquire">What it acquires.</param>
    /// <param name="releases">The statements of the function that release the same lock.</param>
    public static IEnumerable<(string Header, TextChange Change)>? Propose(FixSite site, InvocationExpressionSyntax call, LockCall acquire, List<ExpressionStatementSyntax> releases)
    {
        if (call.Parent is not ExpressionStatementSyntax entry || site.Property(DiagnosticProperties.Lock) is not { } text
            || !IsPlain(site.Contracts.Of(acquire.Method).Acquires, acquire) || LCK1004ReleaseFix.Section(site, call) is not { } rest)
        {
            return null;
        }

        return Edit(site, entry, rest, releases) is { } edit ? Write(LockForms.Scopes(site, text, acquire.Mode ?? LockMode.Exclusive, call.SpanStart)) : null;

        IEnumerable<(string, TextChange)> Write(List<LockForm> forms)
        {
            foreach (var form in forms)
            {
                if (form.AllowsAwait || !edit.HasAwait)
                    yield return (form.Header, edit.In(form));
            }
        }
    }

    // The language's own statement stands for the monitor of an object, and for no other method that takes one.
    static bool IsPlain(ImmutableArray<LockClause> acquires, LockCall acquire) =>
        acquires.Length == 1 && acquires[0].Taken is null
        && (acquire.Path.Kind != TermKind.Parameter || acquire.Method.ContainingType is { Name: "Monitor", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } });

    static SectionEdit? Edit(FixSite site, ExpressionStatementSyntax entry, StatementRun rest, List<ExpressionStatementSyntax> releases)
    {
        var layout = site.Layout;
        // The first release at the top level ends the section.
        int end = rest.LastIndex;
        ExpressionStatementSyntax? closing = null;
        for (int i = rest.FirstIndex; i <= rest.LastIndex && closing is null; i++)
        {
            if (rest.Siblings[i] is ExpressionStatementSyntax top && releases.Contains(top))
                (closing, end) = (top, i);
        }

        if (closing is not null && end == rest.FirstIndex)
            return null;
        var body = rest.To(rest.FirstIndex, closing is null ? end : end - 1);
        var last = closing ?? body.Last;
        if (body.HasYieldOrLabel() || layout.HasDirective(entry.SpanStart, last.Span.End) || !layout.StartsLine(entry.SpanStart) || !layout.StartsLine(body.First.SpanStart)
            || layout.EndWithComment(entry) != entry.Span.End || layout.EndWithComment(last) is not { } sectionEnd || layout.EndWithComment(body.Last) is not { } bodyEnd)
        {
            return null;
        }

        var removed = new List<TextSpan>();
        foreach (var inner in releases)
        {
            if (inner == closing || !body.Contains(inner))
                continue;
            // What runs between a release and the way out would run under the lock.
            if (!LCK1004ReleaseFix.LeavesNext(inner) || !layout.StartsLine(inner.SpanStart) || LCK1004ReleaseFix.HasComments(inner))
                return null;
            removed.Add(layout.WholeLines(inner));
        }

        return new SectionEdit(layout, entry, body, closing, bodyEnd, sectionEnd, removed);
    }

    sealed class SectionEdit(Layout layout, StatementSyntax entry, StatementRun body, StatementSyntax? closing, int bodyEnd, int sectionEnd, List<TextSpan> removed)
    {
        public bool HasAwait { get; } = body.HasAwait();

        public TextChange In(LockForm form)
        {
            var step = layout.Step(entry);
            var indent = layout.IndentAt(entry.SpanStart);
            bool bracesEndLines = layout.BracesEndLines(entry);
            var nl = layout.NewLine;
            var text = LCK1004ReleaseFix.Without(layout, Wrapping.Start(layout, body.First), bodyEnd, removed, step);
            var comments = closing is null ? "" : LCK1004ReleaseFix.Comments(layout, bodyEnd, closing, step);
            if (comments.Length > 0)
                text += nl + indent + step + comments;
            var tail = closing is null ? "" : layout.ToString(closing.Span.End, sectionEnd);
            var opening = layout.Lines(indent, form.Opening(bracesEndLines, step)).Substring(indent.Length);
            var whole = opening + nl + indent + step + text + nl + layout.Lines(indent, form.Closing(bracesEndLines, step)) + tail;
            return new TextChange(TextSpan.FromBounds(entry.SpanStart, sectionEnd), whole);
        }
    }
}
