using System.Collections.Generic;

namespace LockDiscipline.CodeFixes;

/// <summary>One way to hold a lock over some code. Immutable.</summary>
/// <param name="header">What opens the block: <c>lock (x)</c>, <c>using (x.Read())</c> or <c>try</c>.</param>
/// <param name="allowsAwait">The lock may be held over an <c>await</c>.</param>
internal sealed class LockForm(string header, bool allowsAwait)
{
    public string Header { get; } = header;

    public bool AllowsAwait { get; } = allowsAwait;

    /// <summary>Statements before the block, the acquire for instance.</summary>
    public IReadOnlyList<string> Before { get; set; } = System.Array.Empty<string>();

    /// <summary>The first statement in the block.</summary>
    public string? Inside { get; set; }

    /// <summary>The one statement of the <c>finally</c>.</summary>
    public string? Finally { get; set; }

    /// <summary>It takes more than one statement, so that braces are needed under an <c>if</c>.</summary>
    public bool IsSeveral => Before.Count > 0;

    /// <summary>The lines that open the block.</summary>
    public List<string> Opening(bool bracesEndLines, string step)
    {
        var lines = new List<string>(Before);
        Open(lines, Header, bracesEndLines);
        if (Inside is not null)
            lines.Add(step + Inside);
        return lines;
    }

    /// <summary>The lines that close it.</summary>
    public List<string> Closing(bool bracesEndLines, string step)
    {
        var lines = new List<string>();
        if (Finally is null)
        {
            lines.Add("}");
            return lines;
        }

        if (bracesEndLines)
        {
            lines.Add("} finally {");
        }
        else
        {
            lines.Add("}");
            lines.Add("finally");
            lines.Add("{");
        }

        lines.Add(step + Finally);
        lines.Add("}");
        return lines;
    }

    /// <summary>All of it on one line.</summary>
    public string OnOneLine(string body)
    {
        var before = Before.Count == 0 ? "" : string.Join(" ", Before) + " ";
        var inside = Inside is null ? "" : Inside + " ";
        var text = $"{before}{Header} {{ {inside}{body} }}";
        return Finally is null ? text : $"{text} finally {{ {Finally} }}";
    }

    static void Open(List<string> lines, string header, bool bracesEndLines)
    {
        if (bracesEndLines)
        {
            lines.Add(header + " {");
        }
        else
        {
            lines.Add(header);
            lines.Add("{");
        }
    }
}
