namespace MemoryModel.Locking;

/// <summary>All locks that play the same part, such as the mmap lock of every address space: order is a matter between classes, not instances.</summary>
/// <param name="Name">The kernel's name of it, such as "mmap_lock". Two classes of one name and subclass are the same class.</param>
/// <param name="Subclass">0, or the level at which a lock is taken inside another of the same name: 1 for a child inside its parent.</param>
/// <remarks>Source: lockdep-design.rst ("lock-class", "nested locking").</remarks>
public sealed record LockClass(string Name, int Subclass = 0)
{
    /// <summary>Number of subclasses that a class has, itself included.</summary>
    /// <remarks>Source: MAX_LOCKDEP_SUBCLASSES.</remarks>
    public const int MaxSubclasses = 8;

    /// <summary>The class of locks of this name that are taken at a level of nesting.</summary>
    /// <param name="subclass">The level, below <see cref="MaxSubclasses"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such level.</exception>
    public LockClass AtLevel(int subclass)
    {
        if (subclass == Subclass) return this;
        ArgumentOutOfRangeException.ThrowIfNegative(subclass);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(subclass, MaxSubclasses);
        return new LockClass(Name, subclass);
    }

    /// <inheritdoc/>
    public override string ToString() => Subclass == 0 ? Name : $"{Name}/{Subclass}";
}
