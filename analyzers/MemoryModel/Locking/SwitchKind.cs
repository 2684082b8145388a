namespace MemoryModel.Locking;

/// <summary>What a task is about to do where a deterministic scheduler may let another one go first.</summary>
internal enum SwitchKind : byte
{
    /// <summary>It begins.</summary>
    Start,

    /// <summary>It takes a lock, or begins a read section.</summary>
    Acquire,

    /// <summary>It takes a lock if that needs no wait.</summary>
    TryAcquire,

    /// <summary>It releases a lock, or ends a read section.</summary>
    Release,

    /// <summary>It waits until something is so.</summary>
    Wait,

    /// <summary>It reads memory that others change without a lock that both hold.</summary>
    Read,

    /// <summary>It changes such memory.</summary>
    Write,

    /// <summary>It begins anew, because it waits for what others do without knowing what.</summary>
    Yield,
}
