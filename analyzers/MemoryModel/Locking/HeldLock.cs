namespace MemoryModel.Locking;

/// <summary>One hold of a lock by a task.</summary>
/// <param name="Lock">The lock.</param>
/// <param name="Mode">How it is held.</param>
/// <param name="Token">What the acquire returned, for locks whose release wants it back (SRCU); 0 otherwise.</param>
public readonly record struct HeldLock(ILock Lock, LockMode Mode, int Token = 0)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Lock.Class.Name} ({(Mode == LockMode.Shared ? "shared" : "exclusive")})";
}
