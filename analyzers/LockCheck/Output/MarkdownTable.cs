using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace LockCheck.Output;

/// <summary>Lays a table out in columns, narrowing the widest where it does not fit.</summary>
internal static class MarkdownTable
{
    const string Gap = "  ";
    const int MinColumn = 8;

    /// <summary>The lines of the table.</summary>
    public static IEnumerable<string> Lines(Table table, int width, Terminal terminal)
    {
        var rows = table.OfType<TableRow>().Select(r => (r.IsHeader, Cells: r.OfType<TableCell>().Select(c => Read(c, r.IsHeader)).ToArray())).ToList();
        var columns = rows.Select(r => r.Cells.Length).DefaultIfEmpty(0).Max();
        var widths = new int[columns];
        foreach (var (_, cells) in rows)
        {
            for (var i = 0; i < cells.Length; i++)
                widths[i] = Math.Max(widths[i], cells[i].Width);
        }
        Narrow(widths, width - Gap.Length * Math.Max(columns - 1, 0));

        foreach (var (isHeader, cells) in rows)
        {
            var wrapped = cells.Select((c, i) => c.Wrap(Math.Max(widths[i], 1), terminal)).ToArray();
            var height = wrapped.Select(c => c.Count).DefaultIfEmpty(0).Max();
            for (var line = 0; line < height; line++)
                yield return Join(wrapped, line, widths);
            if (isHeader)
                yield return string.Join(Gap, widths.Select(w => new string('-', w)));
        }
    }

    static void Narrow(int[] widths, int room)
    {
        while (widths.Sum() > room)
        {
            var widest = Array.IndexOf(widths, widths.Max());
            if (widths[widest] <= MinColumn)
                return;
            widths[widest]--;
        }
    }

    static string Join(List<(string Text, int Width)>[] cells, int line, int[] widths)
    {
        var joined = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            var (text, width) = line < cells[i].Count ? cells[i][line] : ("", 0);
            joined.Append(text).Append(' ', Math.Max(widths[i] - width, 0));
            if (i + 1 < cells.Length)
                joined.Append(Gap);
        }
        return joined.ToString().TrimEnd();
    }

    static StyledText Read(TableCell cell, bool isHeader)
    {
        var text = cell.OfType<LeafBlock>().FirstOrDefault();
        return text is null ? new() : MarkdownInlines.Read(text, isHeader ? Style.Bold : null);
    }
}
