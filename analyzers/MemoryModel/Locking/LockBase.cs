namespace MemoryModel.Locking;

/// <summary>Identity of a lock and its line to the validator. With the validator off, each step costs one test against null.</summary>
public abstract class LockBase : ILock
{
    private protected LockBase(string name, bool spinning, Lockdep? lockdep)
    {
        Class = new LockClass(name);
        IsSpinning = spinning;
        Lockdep = lockdep;
    }

    /// <inheritdoc/>
    public LockClass Class { get; }

    /// <inheritdoc/>
    public bool IsSpinning { get; }

    /// <summary>The validator that watches this lock, or null when validation is off.</summary>
    public Lockdep? Lockdep { get; }

    /// <summary>The task that holds it exclusively. Kept by the validator alone, for its messages.</summary>
    internal ModelTask? Owner { get; set; }

    /// <summary>True when taking it in this mode would not wait. For a deterministic scheduler, which runs one task at a time.</summary>
    internal abstract bool IsFreeFor(LockMode mode);

    /// <inheritdoc/>
    public override string ToString() => Class.Name;
}
