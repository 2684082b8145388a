using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Takes the statements out of a <c>lock</c>, <c>using</c> or <c>try</c>.</summary>
internal static class Unwrapping
{
    /// <summary>The edits that leave only <paramref name="body"/> of <paramref name="statement"/>: without its braces, and with them.</summary>
    public static IEnumerable<TextChange> Of(Layout layout, StatementSyntax statement, StatementSyntax body)
    {
        if (layout.HasDirective(statement.SpanStart, statement.Span.End) || HasComment(layout, statement, body))
            yield break;
        if (StatementRun.Of(statement) is { IsEmbedded: false } && layout.StartsLine(statement.SpanStart))
        {
            var step = layout.Step(body is BlockSyntax { Statements: { Count: > 0 } statements } ? statements[0] : body);
            if (body is not BlockSyntax block)
            {
                int start = Wrapping.Start(layout, body);
                yield return new TextChange(statement.Span, layout.Outdented(start, body.Span.End, step));
            }
            else if (block.Statements.Count > 0 && layout.IsBlank(block.OpenBraceToken.Span.End, layout.LineEnd(block.OpenBraceToken.Span.End)) && layout.StartsLine(block.CloseBraceToken.SpanStart))
            {
                int start = layout.Text.Lines.GetLineFromPosition(block.OpenBraceToken.SpanStart).EndIncludingLineBreak;
                int end = layout.LineStart(block.CloseBraceToken.SpanStart);
                end = layout.LineEnd(end - 1);
                // The first line's own white space goes too: the statement's stands there already.
                int first = start + layout.IndentAt(start).Length;
                yield return new TextChange(statement.Span, layout.Outdented(first, end, step));
            }
        }

        yield return new TextChange(statement.Span, layout.Outdented(body.SpanStart, body.Span.End, body is BlockSyntax ? "" : layout.Step(body)));
    }

    // What is written around the body goes; comments there would go with it.
    static bool HasComment(Layout layout, StatementSyntax statement, StatementSyntax body)
    {
        foreach (var trivia in statement.DescendantTrivia())
        {
            bool isWithin = trivia.SpanStart >= statement.SpanStart && trivia.Span.End <= statement.Span.End;
            bool isAround = trivia.SpanStart < body.SpanStart || trivia.SpanStart >= body.Span.End;
            bool isCode = trivia.IsKind(SyntaxKind.WhitespaceTrivia) || trivia.IsKind(SyntaxKind.EndOfLineTrivia);
            bool isLeading = body is not BlockSyntax && trivia.SpanStart >= Wrapping.Start(layout, body);
            if (isWithin && isAround && !isCode && !isLeading)
                return true;
        }

        return false;
    }
}
