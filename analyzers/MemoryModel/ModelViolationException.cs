using MemoryModel.Locking;

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
        Number = NumberOf(invariant);
        History = ModelTask.Current.History;
    }

    /// <summary>Short name of the broken invariant: its number, for what the tables of memory must agree on; a few words, for a rule of locks.</summary>
    public string Invariant { get; }

    /// <summary>Number of the invariant, E1 to E28 as in docs/model.md; null for a contract of the interface that none of them is about.</summary>
    public string? Number { get; internal set; }

    /// <summary>Name of the task that broke it.</summary>
    public string Task { get; }

    /// <summary>The interleaving that led there, or null when the tasks ran freely.</summary>
    public string? Schedule { get; }

    /// <summary>What the task had done last, the oldest first: operations that it began, locks that it took and released. What the others did meanwhile is in the trace of an exploration.</summary>
    public IReadOnlyList<string> History { get; internal init; }

    /// <summary>The report of any exception, and the history.</summary>
    public override string ToString() => History.Count == 0 ? base.ToString() : $"{base.ToString()}\nhistory of {Task}: {string.Join("; ", History)}";

    /// <summary>The number of an invariant by its name.</summary>
    internal static string? NumberOf(string invariant) => invariant switch
    {
        "page reference" => "E4",
        "lock order" or "recursive lock" => "E24",
        "sleep in atomic" => "E25",
        "waits for itself" => "E26",
        "held at return" or "not held" or "unlock by wrong task" or "wrong mode" or "wrong token" => "E27",
        "deadlock" => "E28",
        ['E', >= '0' and <= '9', ..] => invariant,
        _ => null,
    };
}
