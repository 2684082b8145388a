namespace MemoryModel.Exploration;

/// <summary>What is wrong with a schedule.</summary>
/// <param name="Invariant">Short name of the broken invariant: the one of a <see cref="ModelViolationException"/>, "deadlock", "livelock", or the type of another exception.</param>
/// <param name="Task">The task that broke it, or the tasks that are blocked.</param>
/// <param name="Message">What happened, in a sentence or more.</param>
/// <param name="Schedule">The schedule, to be run again.</param>
/// <param name="Trace">What happened in it, step by step.</param>
public sealed record Failure(string Invariant, string Task, string Message, Schedule Schedule, Trace Trace)
{
    /// <summary>Number of the invariant, E1 to E28 as in docs/model.md; null for what is none of them.</summary>
    public string? Number => ModelViolationException.NumberOf(Invariant);

    /// <summary>The seed that the schedule was drawn from; null when it was not drawn.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Message, schedule and trace.</summary>
    public override string ToString() => $"{Message}\n{(Seed is { } seed ? $"seed {seed}\n" : "")}schedule {Schedule}\n{Trace}";
}
