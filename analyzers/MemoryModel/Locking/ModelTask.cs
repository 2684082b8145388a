using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>One flow of control of the model: a vCPU, an ioctl, a kernel thread. Each thread runs one task at a time.</summary>
/// <remarks>An instance belongs to its thread; only <see cref="Name"/> may be read from others.</remarks>
public sealed class ModelTask
{
    [ThreadStatic]
    private static ModelTask? t_current;

    private readonly List<HeldLock> _held = [];
    private readonly ReferenceLedger _references = new();
    private readonly TaskHistory _history = new();
    private long _acquires;

    private ModelTask(string name) => Name = name;

    /// <summary>The task of this thread; a thread that was given none gets one named after it.</summary>
    public static ModelTask Current => t_current ??= new ModelTask($"thread {Environment.CurrentManagedThreadId}");

    /// <summary>Name for messages.</summary>
    public string Name { get; }

    /// <summary>Locks held now, in the order in which they were taken. Empty when validation is off.</summary>
    public IReadOnlyList<HeldLock> Held => _held;

    /// <summary>What it did last, the oldest first: operations that it began, locks that it took and released. Empty when validation is off.</summary>
    public IReadOnlyList<string> History => _history.ToList();

    /// <summary>References that must not outlive a hold, and references to pages that the task owes.</summary>
    internal ReferenceLedger References => _references;

    /// <summary>True while the checker of invariants looks at everything on this task's thread: what it looks at, the task does not use.</summary>
    internal bool IsLookingOn { get; set; }

    /// <summary>How many nested regions forbid sleeping although no spinning lock is held.</summary>
    internal int NonBlockingDepth { get; set; }

    /// <summary>Runs a body as a task of its own on this thread, and checks that it returns without a lock.</summary>
    /// <param name="name">Name for messages.</param>
    /// <param name="body">What the task does.</param>
    /// <exception cref="ModelViolationException">The body returned while it still held a lock that is validated ("held at return"), or had a reference to a page of a validated machine ("E4").</exception>
    /// <remarks>Source: lockdep's check "lock held when returning to user space".</remarks>
    public static void Run(string name, Action body)
    {
        ModelTask? outer = t_current;
        var task = new ModelTask(name);
        t_current = task;
        try
        {
            body();
        }
        finally
        {
            t_current = outer;
        }
        // A section that others wait for may end on another task.
        task._held.RemoveAll(static held => held.Lock is WaitedSection);
        if (task._held.Count > 0)
            throw new ModelViolationException("held at return", name, $"returned with {string.Join(", ", task._held)}") { History = task.History };
        if (task._references.FirstOwned is { } owed) throw new ModelViolationException("E4", name, $"returned with a reference to {owed} that it never put") { History = task.History };
    }

    /// <summary>Refuses to block while a spinning lock is held, or where blocking is forbidden. Never does where validation is off: nothing is known to be held there.</summary>
    /// <param name="what">What may block, for the message.</param>
    /// <exception cref="ModelViolationException">"sleep in atomic".</exception>
    [MaySleep]
    internal void MightSleep(string what)
    {
        foreach (HeldLock held in _held)
        {
            if (held.Lock.IsSpinning) throw new ModelViolationException("sleep in atomic", Name, $"{what} may sleep while {held} is held");
        }
        if (NonBlockingDepth > 0) throw new ModelViolationException("sleep in atomic", Name, $"{what} may sleep where blocking is forbidden");
    }

    internal void Push(HeldLock held)
    {
        _held.Add(held with { Since = ++_acquires });
        _history.Add(held.Mode == LockMode.Shared ? "takes, shared," : "takes", held.Class);
    }

    internal void RemoveAt(int index)
    {
        _history.Add("releases", _held[index].Class);
        _held.RemoveAt(index);
    }

    /// <summary>Notes an operation that it begins.</summary>
    internal void Begins(string what) => _history.Add("begins", what);

    internal void Replace(int index, HeldLock held) => _held[index] = held;

    /// <summary>Position of the latest hold of a lock, in any mode; -1 when it is not held.</summary>
    internal int IndexOf(ILock gate)
    {
        for (int i = _held.Count - 1; i >= 0; i--)
        {
            if (ReferenceEquals(_held[i].Lock, gate)) return i;
        }
        return -1;
    }
}
