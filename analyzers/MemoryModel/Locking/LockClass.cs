namespace MemoryModel.Locking;

/// <summary>All locks that play the same part, such as the mmap lock of every address space: order is a matter between classes, not instances.</summary>
/// <param name="Name">The kernel's name of it, such as "mmap_lock". Two classes of one name are the same class.</param>
/// <remarks>Source: lockdep-design.rst ("lock-class").</remarks>
public sealed record LockClass(string Name)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
