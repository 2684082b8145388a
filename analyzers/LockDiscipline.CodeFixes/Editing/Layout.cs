using System;
using System.Collections.Generic;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>How a document is laid out: line ends, indentation, and where braces stand. New code follows it; old code keeps its own.</summary>
internal sealed class Layout
{
    public Layout(SourceText text, SyntaxNode root, int position)
    {
        Text = text;
        Root = root;
        var line = text.Lines.GetLineFromPosition(position);
        if (line.EndIncludingLineBreak == line.End && line.LineNumber > 0)
            line = text.Lines[line.LineNumber - 1];
        NewLine = line.EndIncludingLineBreak == line.End ? "\n" : text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak));
    }

    public SourceText Text { get; }

    public SyntaxNode Root { get; }

    /// <summary>The line end in use around the finding.</summary>
    public string NewLine { get; }

    public string ToString(int start, int end) => Text.ToString(TextSpan.FromBounds(start, end));

    /// <summary>The white space that the line of <paramref name="position"/> starts with.</summary>
    public string IndentAt(int position)
    {
        var line = Text.Lines.GetLineFromPosition(position);
        int end = line.Start;
        while (end < line.End && Text[end] is ' ' or '\t')
            end++;
        return ToString(line.Start, end);
    }

    public int LineStart(int position) => Text.Lines.GetLineFromPosition(position).Start;

    /// <summary>Where the line ends, without its line break.</summary>
    public int LineEnd(int position) => Text.Lines.GetLineFromPosition(position).End;

    /// <summary>Only white space stands before <paramref name="position"/> on its line.</summary>
    public bool StartsLine(int position) => IsBlank(LineStart(position), position);

    public bool IsBlank(int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (!char.IsWhiteSpace(Text[i]))
                return false;
        }

        return true;
    }

    /// <summary>The end of <paramref name="node"/> with the comment behind it on its line; null where other code follows on that line.</summary>
    public int? EndWithComment(SyntaxNode node)
    {
        var last = node.GetLastToken(includeZeroWidth: true);
        int end = last.Span.End;
        foreach (var trivia in last.TrailingTrivia)
        {
            if (trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia))
                end = trivia.Span.End;
        }

        return IsBlank(end, LineEnd(end)) ? end : null;
    }

    /// <summary>One step of indentation, as the code around <paramref name="node"/> takes it.</summary>
    public string Step(SyntaxNode node)
    {
        for (var inner = node; inner is not null; inner = inner.Parent)
        {
            if (inner.Parent is not (BlockSyntax or TypeDeclarationSyntax or SwitchSectionSyntax) || !StartsLine(inner.SpanStart))
                continue;
            var mine = IndentAt(inner.SpanStart);
            var outer = IndentAt(inner.Parent.GetLastToken().SpanStart);
            if (inner.Parent is SwitchSectionSyntax)
                outer = IndentAt(inner.Parent.SpanStart);
            if (mine.Length > outer.Length && mine.StartsWith(outer, StringComparison.Ordinal))
                return mine.Substring(outer.Length);
        }

        return IndentAt(node.SpanStart).IndexOf('\t') >= 0 ? "\t" : "    ";
    }

    /// <summary>Braces open at the end of a line, not on one of their own.</summary>
    public bool BracesEndLines(SyntaxNode node)
    {
        for (SyntaxNode? outer = node; outer is not null; outer = outer.Parent)
        {
            var brace = outer switch
            {
                BlockSyntax block => block.OpenBraceToken,
                TypeDeclarationSyntax type => type.OpenBraceToken,
                _ => default,
            };
            if (brace.IsKind(SyntaxKind.OpenBraceToken) && IsBlank(brace.Span.End, LineEnd(brace.Span.End)))
                return !StartsLine(brace.SpanStart);
        }

        return false;
    }

    /// <summary>The text from <paramref name="start"/> to <paramref name="end"/>, every line behind the first moved right by <paramref name="step"/>.</summary>
    /// <remarks>Lines inside of strings stay: their white space is content.</remarks>
    public string Indented(int start, int end, string step) => Shift(start, end, line => step + line);

    /// <summary>The same text with every line behind the first moved left by <paramref name="step"/>.</summary>
    public string Outdented(int start, int end, string step) =>
        Shift(start, end, line => line.StartsWith(step, StringComparison.Ordinal) ? line.Substring(step.Length) : line);

    string Shift(int start, int end, Func<string, string> move)
    {
        var text = new StringBuilder();
        for (int position = start; position < end;)
        {
            var line = Text.Lines.GetLineFromPosition(position);
            int stop = Math.Min(line.EndIncludingLineBreak, end);
            var piece = ToString(position, stop);
            bool moves = position == line.Start && position > start && !IsBlank(position, Math.Min(line.End, end)) && !IsInString(position);
            text.Append(moves ? move(piece) : piece);
            position = stop;
        }

        return text.ToString();
    }

    bool IsInString(int position)
    {
        var token = Root.FindToken(position);
        if (token.SpanStart < position && token.Span.End > position)
            return true;
        for (var node = token.Parent; node is ExpressionSyntax or InterpolatedStringContentSyntax or InterpolationFormatClauseSyntax or ArgumentSyntax or ArgumentListSyntax; node = node.Parent)
        {
            if (node is InterpolatedStringExpressionSyntax && node.SpanStart < position && node.Span.End > position)
                return true;
        }

        return false;
    }

    /// <summary>Lines joined, each with <paramref name="indent"/>; empty ones stay empty.</summary>
    public string Lines(string indent, IEnumerable<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            if (text.Length > 0)
                text.Append(NewLine);
            if (line.Length > 0)
                text.Append(indent).Append(line);
        }

        return text.ToString();
    }

    /// <summary>Whether a preprocessor directive stands between the two positions.</summary>
    public bool HasDirective(int start, int end)
    {
        foreach (var trivia in Root.DescendantTrivia(TextSpan.FromBounds(start, end), descendIntoTrivia: false))
        {
            if ((trivia.IsDirective || trivia.IsKind(SyntaxKind.DisabledTextTrivia)) && trivia.SpanStart >= start && trivia.SpanStart < end)
                return true;
        }

        return false;
    }

    /// <summary>The lines of <paramref name="statement"/> from end to end.</summary>
    public TextSpan Lines(StatementSyntax statement) => TextSpan.FromBounds(LineStart(statement.SpanStart), Text.Lines.GetLineFromPosition(statement.Span.End).EndIncludingLineBreak);

    /// <summary>The span to take out so that <paramref name="statement"/> leaves no empty line behind.</summary>
    public TextSpan WholeLines(StatementSyntax statement)
    {
        int start = statement.SpanStart;
        int end = statement.Span.End;
        if (StartsLine(start) && IsBlank(end, LineEnd(end)))
        {
            start = LineStart(start);
            end = Text.Lines.GetLineFromPosition(end).EndIncludingLineBreak;
        }

        return TextSpan.FromBounds(start, end);
    }
}
