namespace MemoryModel.Locking;

/// <summary>Sections that never wait to begin, and whose end others wait for: no lock, but a place in the order of locks. What is taken inside must not be held by who waits.</summary>
/// <remarks>Source: the annotation of a wait as if it were a lock (lock_map_acquire()). May end on another task than it began on.</remarks>
internal sealed class WaitedSection(string name, Lockdep? lockdep) : LockBase(name, spinning: false, lockdep)
{
    /// <summary>A section begins.</summary>
    public void Enter() => Lockdep?.Acquired(this, LockMode.Shared);

    /// <summary>A section has ended.</summary>
    public void Leave() => Lockdep?.Leaving(this);

    /// <summary>Before a wait until no section is open.</summary>
    public void WaitingForEnd(string what) => Lockdep?.WaitingFor(this, what);

    internal override bool IsFreeFor(LockMode mode) => true;
}
