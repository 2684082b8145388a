using System.Collections.Generic;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Puts statements before or behind another; under an <c>if</c> or loop without braces it adds them.</summary>
internal static class Insertion
{
    /// <param name="lines">The statements; a line that starts with a tab goes one step in.</param>
    public static List<TextChange> After(Layout layout, StatementSyntax statement, params string[] lines) => Insert(layout, statement, lines, isAfter: true);

    /// <param name="lines">The statements; a line that starts with a tab goes one step in.</param>
    public static List<TextChange> Before(Layout layout, StatementSyntax statement, params string[] lines) => Insert(layout, statement, lines, isAfter: false);

    static List<TextChange> Insert(Layout layout, StatementSyntax statement, string[] lines, bool isAfter)
    {
        var changes = new List<TextChange>();
        bool isEmbedded = !(statement.Parent is BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax or LabeledStatementSyntax);
        int start = statement.SpanStart;
        int? end = layout.EndWithComment(statement);
        if (!layout.StartsLine(start) || end is null)
        {
            var text = string.Join(" ", Trimmed(lines));
            if (isEmbedded)
            {
                changes.Add(new TextChange(new TextSpan(start, 0), isAfter ? "{ " : "{ " + text + " "));
                changes.Add(new TextChange(new TextSpan(statement.Span.End, 0), isAfter ? " " + text + " }" : " }"));
            }
            else
            {
                changes.Add(isAfter
                    ? new TextChange(new TextSpan(statement.Span.End, 0), " " + text)
                    : new TextChange(new TextSpan(start, 0), text + " "));
            }

            return changes;
        }

        var step = layout.Step(statement);
        var indent = layout.IndentAt(start);
        var stepped = new List<string>();
        foreach (var line in lines)
            stepped.Add(line.StartsWith("\t", System.StringComparison.Ordinal) ? step + line.Substring(1) : line);
        var block = layout.Lines(indent, stepped);
        if (isEmbedded)
        {
            var outer = layout.IndentAt(statement.Parent!.SpanStart);
            int first = layout.LineStart(Wrapping.Start(layout, statement));
            var nl = layout.NewLine;
            changes.Add(new TextChange(new TextSpan(first, 0), outer + "{" + nl + (isAfter ? "" : block + nl)));
            changes.Add(new TextChange(new TextSpan(end.Value, 0), (isAfter ? nl + block : "") + nl + outer + "}"));
        }
        else
        {
            changes.Add(isAfter
                ? new TextChange(new TextSpan(end.Value, 0), layout.NewLine + block)
                : new TextChange(new TextSpan(start, 0), block.Substring(indent.Length) + layout.NewLine + indent));
        }

        return changes;
    }

    static IEnumerable<string> Trimmed(string[] lines)
    {
        foreach (var line in lines)
            yield return line.TrimStart('\t');
    }
}
