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

    /// <summary>Notes that the current task has looked something up that is good only while this hold lasts.</summary>
    /// <returns>The same thing.</returns>
    internal T? HandOut<T>(T? thing) where T : class
    {
        if (Lockdep is null || thing is null) return thing;
        ModelTask task = ModelTask.Current;
        int index = task.IndexOf(this);
        if (index >= 0) task.References.HandOut(thing, task.Held[index]);
        return thing;
    }

    /// <summary>Refuses the use of something that was looked up under an earlier hold, which has ended since.</summary>
    /// <exception cref="ModelViolationException">"reference past its lock".</exception>
    internal void AssertFromThisHold(object thing)
    {
        if (Lockdep is null) return;
        ModelTask task = ModelTask.Current;
        int index = task.IndexOf(this);
        if (index >= 0 && !task.IsLookingOn && task.References.IsFromAnotherHold(thing, task.Held[index]))
            throw new ModelViolationException("reference past its lock", task.Name, $"{thing} was looked up under a hold of {Class} that has ended since");
    }

    /// <inheritdoc/>
    public override string ToString() => Class.Name;
}
