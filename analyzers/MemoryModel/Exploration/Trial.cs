namespace MemoryModel.Exploration;

/// <summary>What is explored: some tasks over a state that is made anew for every schedule.</summary>
/// <remarks>Everything that the tasks share must be made together with the trial, and nothing may depend on time, chance or threads: a task that comes by the same answers again must do the same again.</remarks>
public sealed class Trial
{
    /// <summary>Creates a trial.</summary>
    /// <param name="tasks">What runs side by side: at least one task, at most <see cref="MaxTasks"/>.</param>
    /// <exception cref="ArgumentException">There are none, or too many.</exception>
    public Trial(params IReadOnlyList<TrialTask> tasks)
    {
        if (tasks.Count is 0 or > MaxTasks) throw new ArgumentException($"a trial has 1 to {MaxTasks} tasks", nameof(tasks));
        Tasks = tasks;
    }

    /// <summary>Most tasks that a trial can have.</summary>
    public const int MaxTasks = 8;

    /// <summary>The tasks.</summary>
    public IReadOnlyList<TrialTask> Tasks { get; }

    /// <summary>Called when all tasks have returned; throws when something is wrong.</summary>
    public Action? AtEnd { get; init; }

    /// <summary>Called between steps at which no task holds a spinning lock; throws when something is wrong. Sees every state that some explored schedule comes by. Needs a validator on the locks.</summary>
    public Action? WhenQuiet { get; init; }
}
