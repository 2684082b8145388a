using System.Collections.Generic;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Takes the statements behind a <c>lock</c> or <c>using</c> into its block.</summary>
internal static class WiderSection
{
    /// <summary>The edit that ends the section behind <paramref name="use"/>; null where that is no statement behind the section, or the layout is in the way.</summary>
    public static TextChange[]? Of(FixSite site, StatementSyntax section, StatementSyntax use)
    {
        var body = section switch
        {
            LockStatementSyntax @lock => @lock.Statement,
            UsingStatementSyntax @using => @using.Statement,
            _ => null,
        };
        while (use.Parent is StatementSyntax outer && use.Parent != section.Parent)
            use = outer;
        var run = StatementRun.Of(section);
        int last = IndexOf(run, use);
        if (body is null || run.IsEmbedded || last <= run.LastIndex)
            return null;
        var moved = DeclaredUses.Widened(site, run.To(run.LastIndex + 1, last));
        var layout = site.Layout;
        if (moved.HasYieldOrLabel() || layout.HasDirective(section.SpanStart, moved.Last.Span.End) || !layout.StartsLine(moved.First.SpanStart)
            || layout.EndWithComment(section) is not { } sectionEnd || layout.EndWithComment(moved.Last) is not { } end)
        {
            return null;
        }

        return body is BlockSyntax block ? IntoBlock(layout, section, block, moved, sectionEnd, end) : WithBraces(layout, section, body, moved, sectionEnd, end);
    }

    static TextChange[]? IntoBlock(Layout layout, StatementSyntax section, BlockSyntax block, StatementRun moved, int sectionEnd, int end)
    {
        int brace = block.CloseBraceToken.SpanStart;
        // A comment behind the brace speaks of the whole section.
        if (!layout.StartsLine(brace) || sectionEnd != block.CloseBraceToken.Span.End)
            return null;
        var gone = new TextChange(TextSpan.FromBounds(layout.LineStart(brace), layout.Text.Lines.GetLineFromPosition(brace).EndIncludingLineBreak), "");
        return [gone, Moved(layout, section, moved, sectionEnd, end)];
    }

    static TextChange[]? WithBraces(Layout layout, StatementSyntax section, StatementSyntax body, StatementRun moved, int sectionEnd, int end)
    {
        if (!layout.StartsLine(body.SpanStart))
            return null;
        var header = body.GetFirstToken().GetPreviousToken();
        var opening = layout.BracesEndLines(section)
            ? new TextChange(new TextSpan(header.Span.End, 0), " {")
            : new TextChange(new TextSpan(layout.LineStart(Wrapping.Start(layout, body)), 0), layout.IndentAt(section.SpanStart) + "{" + layout.NewLine);
        return [opening, Moved(layout, section, moved, sectionEnd, end)];
    }

    // From the line behind the section on.
    static TextChange Moved(Layout layout, StatementSyntax section, StatementRun moved, int sectionEnd, int end)
    {
        var step = layout.Step(moved.First);
        int start = layout.Text.Lines.GetLineFromPosition(sectionEnd).EndIncludingLineBreak;
        bool isBlank = layout.IsBlank(start, layout.LineEnd(start));
        var text = (isBlank ? "" : step) + layout.Indented(start, end, step) + layout.NewLine + layout.IndentAt(section.SpanStart) + "}";
        return new TextChange(TextSpan.FromBounds(start, end), text);
    }

    static int IndexOf(StatementRun run, StatementSyntax statement)
    {
        for (int i = 0; i < run.Siblings.Count; i++)
        {
            if (run.Siblings[i] == statement)
                return i;
        }

        return -1;
    }
}
