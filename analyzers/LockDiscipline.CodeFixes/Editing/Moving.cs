using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Moves whole statements; the text follows the indentation of the place it comes to.</summary>
internal static class Moving
{
    /// <summary>The edit that puts <paramref name="statement"/>, with the comments that belong to it, before or behind <paramref name="edge"/>; null where one of them shares its lines.</summary>
    public static TextChange[]? To(Layout layout, StatementSyntax statement, StatementSyntax edge, bool isAfter)
    {
        if (!layout.StartsLine(statement.SpanStart) && !layout.StartsLine(edge.SpanStart) && layout.LineStart(statement.SpanStart) == layout.LineStart(edge.Span.End))
            return OnOneLine(layout, statement, edge, isAfter);
        int start = Wrapping.Start(layout, statement);
        if (!layout.StartsLine(statement.SpanStart) || layout.EndWithComment(statement) is not { } end || !layout.StartsLine(edge.SpanStart)
            || layout.EndWithComment(edge) is not { } edgeEnd || layout.HasDirective(System.Math.Min(start, edge.SpanStart), System.Math.Max(end, edgeEnd)))
        {
            return null;
        }

        var from = layout.IndentAt(statement.SpanStart);
        var to = layout.IndentAt(edge.SpanStart);
        string text;
        if (from.StartsWith(to, System.StringComparison.Ordinal))
            text = layout.Outdented(start, end, from.Substring(to.Length));
        else if (to.StartsWith(from, System.StringComparison.Ordinal))
            text = layout.Indented(start, end, to.Substring(from.Length));
        else
            return null;
        var gone = new TextChange(TextSpan.FromBounds(layout.LineStart(start), layout.Text.Lines.GetLineFromPosition(end).EndIncludingLineBreak), "");
        if (isAfter)
        {
            // Behind the edge on the same line nothing but a comment stands.
            return new[] { gone, new TextChange(new TextSpan(edgeEnd, 0), layout.NewLine + to + text) };
        }

        int before = layout.LineStart(Wrapping.Start(layout, edge));
        return new[] { new TextChange(new TextSpan(before, 0), to + text + layout.NewLine), gone };
    }

    static TextChange[]? OnOneLine(Layout layout, StatementSyntax statement, StatementSyntax edge, bool isAfter)
    {
        int start = statement.GetFirstToken().GetPreviousToken().Span.End;
        if (!layout.IsBlank(start, statement.SpanStart) || statement.SpanStart == edge.SpanStart)
            return null;
        var text = layout.ToString(statement.SpanStart, statement.Span.End);
        var gone = new TextChange(TextSpan.FromBounds(start, statement.Span.End), "");
        return isAfter
            ? new[] { gone, new TextChange(new TextSpan(edge.Span.End, 0), " " + text) }
            : new[] { new TextChange(new TextSpan(edge.SpanStart, 0), text + " "), gone };
    }
}
