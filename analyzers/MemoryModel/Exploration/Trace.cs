using System.Globalization;
using System.Text;

namespace MemoryModel.Exploration;

/// <summary>What happened in a schedule, a column for each task, time going down.</summary>
public sealed class Trace
{
    internal Trace(IReadOnlyList<string> tasks, IReadOnlyList<TraceStep> steps, IReadOnlyList<TraceStep> stuck)
    {
        Tasks = tasks;
        Steps = steps;
        Stuck = stuck;
    }

    /// <summary>Names of the tasks.</summary>
    public IReadOnlyList<string> Tasks { get; }

    /// <summary>The steps, first to last.</summary>
    public IReadOnlyList<TraceStep> Steps { get; }

    /// <summary>In a deadlock, the step that each task waits to take, in order of task; else nothing.</summary>
    public IReadOnlyList<TraceStep> Stuck { get; }

    /// <summary>The columns as text. Lines end with a line feed.</summary>
    public override string ToString()
    {
        int[] widths = [.. Tasks.Select((name, task) => Steps.Where(step => step.Task == task).Select(static step => step.Text.Length).Append(name.Length).Max())];
        int numbers = Steps.Count.ToString(CultureInfo.InvariantCulture).Length;
        var text = new StringBuilder();
        AppendRow(text, new string(' ', numbers), widths, task => Tasks[task]);
        AppendRow(text, new string('-', numbers), widths, task => new string('-', widths[task]));
        for (int i = 0; i < Steps.Count; i++)
        {
            TraceStep step = Steps[i];
            AppendRow(text, (i + 1).ToString(CultureInfo.InvariantCulture).PadLeft(numbers), widths, task => task == step.Task ? step.Text : "");
        }
        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, string number, int[] widths, Func<int, string> cell)
    {
        int start = text.Length;
        text.Append(number);
        for (int task = 0; task < widths.Length; task++) text.Append(" | ").Append(cell(task).PadRight(widths[task]));
        while (text.Length > start && text[^1] == ' ') text.Length--;
        text.Append('\n');
    }
}
