using System.Globalization;
using System.Text;
using MemoryModel.Exploration;

namespace MemoryModel.Pictures;

/// <summary>Writes a trace in columns that fit a terminal: a column for each task, time going down.</summary>
public static class TraceText
{
    private const int MinColumn = 12;

    /// <summary>The text. Lines end with a line feed.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="width">Columns to write in.</param>
    /// <param name="whole">False: of the steps that concern nobody but their task only the number is told.</param>
    public static string Draw(Trace trace, int width = 80, bool whole = false)
    {
        IReadOnlyList<TraceRow> rows = TraceRow.Of(trace, whole);
        int numbers = Math.Max(1, trace.Steps.Count.ToString(CultureInfo.InvariantCulture).Length);
        int column = Math.Max(MinColumn, ((width - numbers) / trace.Tasks.Count) - 3);
        column = Math.Min(column, rows.Select(static row => row.Text.Length).Concat(trace.Tasks.Select(static task => task.Length)).Max());
        var text = new StringBuilder();
        Append(text, "", numbers, task => trace.Tasks[task], trace.Tasks.Count, column);
        Append(text, new string('-', numbers), numbers, _ => new string('-', column), trace.Tasks.Count, column);
        foreach (TraceRow row in rows)
        {
            string number = row.Number is { } step ? step.ToString(CultureInfo.InvariantCulture) : "";
            foreach (string line in Wrap(row.Text, column))
            {
                Append(text, number, numbers, task => task == row.Task ? line : "", trace.Tasks.Count, column);
                number = "";
            }
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, string number, int numbers, Func<int, string> cell, int tasks, int column)
    {
        var line = new StringBuilder(number.PadLeft(numbers));
        for (int task = 0; task < tasks; task++) line.Append(" | ").Append(cell(task).PadRight(column));
        text.Append(line.ToString().TrimEnd()).Append('\n');
    }

    /// <summary>Breaks a line between words; what is longer than a line is cut.</summary>
    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (string word in text.Split(' '))
        {
            string rest = word;
            if (line.Length > 0 && line.Length + 1 + rest.Length > width)
            {
                yield return line.ToString();
                line.Clear().Append("  ");
            }
            else if (line.Length > 0)
            {
                line.Append(' ');
            }
            while (line.Length + rest.Length > width)
            {
                int room = width - line.Length;
                yield return line.ToString() + rest[..room];
                rest = rest[room..];
                line.Clear();
            }
            line.Append(rest);
        }
        yield return line.ToString();
    }
}
