namespace MemoryModel.Locking;

/// <summary>One hold of a lock by a task.</summary>
/// <param name="Lock">The lock.</param>
/// <param name="Mode">How it is held.</param>
/// <param name="Token">What the acquire returned, for locks whose release wants it back (SRCU); 0 otherwise.</param>
/// <param name="Subclass">The level of nesting that it was taken at.</param>
public readonly record struct HeldLock(ILock Lock, LockMode Mode, int Token = 0, int Subclass = 0)
{
    /// <summary>Number of the acquire among its task's; a downgrade keeps it.</summary>
    internal long Since { get; init; }

    /// <summary>The class that it counts as.</summary>
    public LockClass Class => Lock.Class.AtLevel(Subclass);

    /// <inheritdoc/>
    public override string ToString() => $"{Class} ({(Mode == LockMode.Shared ? "shared" : "exclusive")})";
}
