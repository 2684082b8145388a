using MemoryModel.Exploration;

namespace MemoryModel.Pictures;

/// <summary>A row of a drawn trace: a step, or several that concern nobody but their task.</summary>
/// <param name="Task">Number of the task.</param>
/// <param name="Number">Number of the step, from 1; null for several.</param>
/// <param name="Text">What happens.</param>
internal readonly record struct TraceRow(int Task, int? Number, string Text)
{
    /// <summary>The rows of a trace.</summary>
    public static IReadOnlyList<TraceRow> Of(Trace trace, bool whole)
    {
        var rows = new List<TraceRow>();
        for (int i = 0; i < trace.Steps.Count; i++)
        {
            TraceStep step = trace.Steps[i];
            if (whole || step.ConcernsOthers)
            {
                rows.Add(new TraceRow(step.Task, i + 1, step.Text));
                continue;
            }
            int end = i;
            while (end < trace.Steps.Count && trace.Steps[end].Task == step.Task && !trace.Steps[end].ConcernsOthers) end++;
            rows.Add(new TraceRow(step.Task, null, end - i == 1 ? "(a step of its own)" : $"({end - i} steps of its own)"));
            i = end - 1;
        }
        rows.AddRange(trace.Stuck.Select(static step => new TraceRow(step.Task, null, $"stuck: {step.Text}")));
        return rows;
    }
}
