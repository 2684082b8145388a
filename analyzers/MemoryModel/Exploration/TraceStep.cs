namespace MemoryModel.Exploration;

/// <summary>One step of a schedule.</summary>
/// <param name="Task">Number of the task that took it.</param>
/// <param name="Text">What it did, in words.</param>
public readonly record struct TraceStep(int Task, string Text)
{
    /// <summary>True when another task has to do with the same lock or memory, and one of the two not only reads.</summary>
    public bool ConcernsOthers { get; init; }
}
