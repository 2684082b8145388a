namespace MemoryModel.Exploration;

/// <summary>One of the tasks of a <see cref="Trial"/>.</summary>
/// <param name="Name">Name for traces and messages.</param>
/// <param name="Body">What it does. It must return whatever the others do, or be blocked by them.</param>
public sealed record TrialTask(string Name, Action Body);
