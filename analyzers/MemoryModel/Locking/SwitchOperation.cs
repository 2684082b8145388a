namespace MemoryModel.Locking;

/// <summary>One step of a task, as a deterministic scheduler sees it before it happens.</summary>
/// <param name="Kind">What the task is about to do.</param>
/// <param name="IsShared">True when it commutes with other shared steps on the same target: readers of a lock, reads of memory.</param>
/// <param name="Target">The lock, or the owner of the memory; null for a step that concerns nobody else.</param>
/// <param name="Name">Name of the memory within its owner; null for a lock.</param>
/// <param name="Part">Tells parts of the memory apart, such as frames.</param>
/// <param name="Condition">For a wait: when it is over.</param>
/// <param name="State">What the condition is asked of.</param>
internal readonly record struct SwitchOperation(SwitchKind Kind, bool IsShared, object? Target, string? Name, ulong Part, Func<object, bool>? Condition = null, object? State = null)
{
    /// <summary>True when the task can take the step now.</summary>
    public bool IsPossible => Kind switch
    {
        SwitchKind.Acquire => ((LockBase)Target!).IsFreeFor(IsShared ? LockMode.Shared : LockMode.Exclusive),
        SwitchKind.Wait => Condition!(State!),
        _ => true,
    };

    /// <summary>The step in words.</summary>
    public override string ToString()
    {
        string mode = IsShared ? ", shared" : "";
        return Kind switch
        {
            SwitchKind.Start => "begins",
            SwitchKind.Acquire => $"takes {Target}{mode}",
            SwitchKind.TryAcquire => $"tries {Target}{mode}",
            SwitchKind.Release => $"releases {Target}{mode}",
            SwitchKind.Wait => Target is LockBase ? $"waits at {Target} for {Name}" : $"waits on {Name}",
            SwitchKind.Read => $"reads {Name}{PartText}",
            SwitchKind.Write => $"changes {Name}{PartText}",
            _ => "tries again",
        };
    }

    private string PartText => Part == 0 ? "" : $" {Part:x}";
}
