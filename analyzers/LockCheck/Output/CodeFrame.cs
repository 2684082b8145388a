using System.Text;
using LockCheck.Analysis;

namespace LockCheck.Output;

/// <summary>Source lines with a mark under the part that is meant.</summary>
internal static class CodeFrame
{
    const int TabWidth = 4;
    /// <summary>The columns of code that are shown of a line, where nothing narrower is asked for.</summary>
    public const int MaxColumns = 120;

    const int LinesShown = 3;
    const string Cut = "...";

    /// <summary>The lines of the frame, without line ends. Empty where the text does not have the place.</summary>
    /// <param name="spot">The place.</param>
    /// <param name="mark">The character to underline with.</param>
    /// <param name="gutter">Columns for the line numbers.</param>
    /// <param name="paint">Colours the mark.</param>
    /// <param name="columns">Columns for the code.</param>
    public static IEnumerable<string> Lines(CodeSpot spot, char mark, int gutter, Func<string, string> paint, int columns = MaxColumns)
    {
        if (spot.Text is not { } text || spot.Start.Line >= text.Lines.Count)
            yield break;
        var last = Math.Min(spot.End.Line, text.Lines.Count - 1);
        // A span that ends at the start of a line does not mean that line.
        if (last > spot.Start.Line && spot.End.Character == 0)
            last--;
        for (var number = spot.Start.Line; number <= last; number++)
        {
            if (number == spot.Start.Line + LinesShown && last > number)
            {
                yield return $"{new string(' ', gutter)} | {Cut} ({last - number + 1} more lines)";
                yield break;
            }
            var line = text.Lines[number].ToString();
            var start = number == spot.Start.Line ? spot.Start.Character : IndentOf(line);
            var end = number == spot.End.Line ? spot.End.Character : line.TrimEnd().Length;
            var (shown, column, width) = Render(line, start, end, columns);
            yield return $"{(number + 1).ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(gutter)} | {shown}".TrimEnd();
            if (width > 0)
                yield return $"{new string(' ', gutter)} | {new string(' ', column)}{paint(new string(mark, width))}";
        }
    }

    /// <summary>Columns that the line numbers of a place need.</summary>
    public static int Gutter(CodeSpot spot) => (Math.Min(spot.End.Line, spot.Start.Line + LinesShown) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture).Length;

    static int IndentOf(string line) => line.Length - line.TrimStart().Length;

    // The line as shown, the column of the marked part and its width. A long line is cut around that part.
    static (string Shown, int Column, int Width) Render(string line, int start, int end, int room)
    {
        start = Math.Clamp(start, 0, line.Length);
        end = Math.Clamp(end, start, line.Length);
        var shown = new List<(string Text, int Width)>(line.Length);
        int column = 0, first = -1, behind = -1;
        for (var i = 0; i < line.Length;)
        {
            if (first < 0 && i >= start)
                first = shown.Count;
            if (behind < 0 && i >= end)
                behind = shown.Count;
            var text = line[i] == '\t' ? new string(' ', TabWidth - column % TabWidth) : null;
            if (text is null)
                text = SafeText.Next(line, ref i);
            else
                i++;
            var width = SafeText.Width(text);
            shown.Add((text, width));
            column += width;
        }
        if (first < 0)
            first = shown.Count;
        if (behind < 0)
            behind = shown.Count;

        // What a long line can best do without is its indentation.
        if (column > room)
        {
            var indent = Math.Min(IndentOf(line), start);
            var blank = 0;
            for (var i = 0; i < indent; i++)
                blank += shown[i].Width;
            shown.RemoveRange(0, indent);
            (first, behind, column) = (first - indent, behind - indent, column - blank);
        }
        var (from, to) = Window(shown, column, first, behind, room);
        var built = new StringBuilder();
        if (from > 0)
            built.Append(Cut);
        int before = from > 0 ? Cut.Length : 0, marked = 0;
        for (var i = from; i < to; i++)
        {
            built.Append(shown[i].Text);
            if (i < first)
                before += shown[i].Width;
            else if (i < behind)
                marked += shown[i].Width;
        }
        if (to < shown.Count)
            built.Append(Cut);
        // An empty place, as at the end of a file, still gets its mark.
        return (built.ToString(), before, Math.Max(marked, 1));
    }

    static (int From, int To) Window(List<(string Text, int Width)> shown, int columns, int first, int behind, int most)
    {
        if (columns <= most)
            return (0, shown.Count);
        most = Math.Max(most - Cut.Length, 1);
        // From the start, if what is meant is seen then; else a quarter of the room for what stands before, so that a reader sees what it belongs to.
        var from = 0;
        var before = 0;
        for (var i = 0; i < behind && before <= most; i++)
            before += shown[i].Width;
        if (before > most)
        {
            most = Math.Max(most - Cut.Length, 1);
            from = first;
            for (var room = most / 4; from > 0 && room >= shown[from - 1].Width; from--)
                room -= shown[from - 1].Width;
        }
        var to = from;
        for (var room = most; to < shown.Count && room >= shown[to].Width; to++)
            room -= shown[to].Width;
        // Room that is left behind the end is given to the front.
        if (to == shown.Count)
        {
            from = to;
            for (var room = most; from > 0 && room >= shown[from - 1].Width; from--)
                room -= shown[from - 1].Width;
            from = Math.Min(from, Math.Max(first, 0));
        }
        return (from, Math.Max(to, Math.Min(behind, from)));
    }
}
