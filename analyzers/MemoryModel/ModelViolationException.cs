namespace MemoryModel;

/// <summary>An invariant of the model is broken: the program under test has a defect that a kernel would answer with a warning, a hang or corrupted memory.</summary>
/// <remarks>Failures that a kernel reports to its caller are values (<see cref="Memory.Errno"/>), never this exception.</remarks>
public sealed class ModelViolationException : Exception
{
    /// <summary>Creates the report of one broken invariant.</summary>
    /// <param name="invariant">Short name of the invariant, such as "lock order".</param>
    /// <param name="task">Name of the task that broke it.</param>
    /// <param name="detail">What happened, in a sentence.</param>
    /// <param name="schedule">The interleaving that led there, when one is being replayed.</param>
    public ModelViolationException(string invariant, string task, string detail, string? schedule = null)
        : base($"{invariant}: {detail} (task {task}{(schedule is null ? "" : $", schedule {schedule}")})")
    {
        Invariant = invariant;
        Task = task;
        Schedule = schedule;
    }

    /// <summary>Short name of the broken invariant.</summary>
    public string Invariant { get; }

    /// <summary>Name of the task that broke it.</summary>
    public string Task { get; }

    /// <summary>The interleaving that led there, or null when the tasks ran freely.</summary>
    public string? Schedule { get; }
}
