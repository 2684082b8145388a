using System.Collections.Concurrent;
using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>
/// The run-time validator: knows the locks that each task holds and the order in which classes of locks are taken, and refuses recursion, an order
/// that can deadlock, sleep in atomic context, a release by a task that does not hold the lock, and the wrong SRCU index.
/// </summary>
/// <remarks>
/// <para>On and off: a lock that is created with a validator is watched for its whole life, one created with null never is and pays nothing but a null test.
/// Every check throws <see cref="ModelViolationException"/> before the lock changes hands. Thread-safe.</para>
/// <para>Order is checked for every blocking acquire, shared ones too: readers of the model's locks queue behind a waiting writer, so a shared hold blocks as well.
/// A try-acquire adds no edge, and is never refused: it waits for nobody, not even for its own task. SRCU readers never wait: entering a read section adds no edge, waiting for readers does. The same holds for every section that others wait for the end of (<see cref="WaitedSection"/>).</para>
/// <para>Two locks of one class may be held at a time when the inner one is taken at another level of nesting, which is a class of its own in the order.</para>
/// <para>Source: lockdep-design.rst; for SRCU, kvm/locking.rst.</para>
/// </remarks>
public sealed class Lockdep
{
    private readonly LockOrderGraph _order = new();

    // Readers of RCU and SRCU never wait: their declared place is asked about directly, and makes no path between other locks.
    private readonly ConcurrentDictionary<(LockClass Outer, LockClass Inner), bool> _declaredForReaders = new();

    /// <summary>The order seen so far, as "outer -> inner" lines, sorted by name.</summary>
    public IReadOnlyList<string> Order => _order.Edges();

    /// <summary>True when the current task holds the lock in this mode or a stronger one.</summary>
    /// <param name="gate">A lock created with this validator.</param>
    [TestsLock(nameof(gate))]
    public bool Holds(ILock gate) => HoldsInMode(gate, LockMode.Exclusive);

    /// <summary>True when the current task holds the lock, shared or exclusive.</summary>
    /// <param name="gate">A lock created with this validator.</param>
    [TestsLock(nameof(gate), Shared = true)]
    public bool HoldsAny(ILock gate) => HoldsInMode(gate, LockMode.Shared);

    /// <summary>Declares that the caller may block here.</summary>
    /// <param name="what">What may block, for the message.</param>
    /// <exception cref="ModelViolationException">"sleep in atomic": a spinning lock is held, or the caller is in a non-blocking region.</exception>
    /// <remarks>Source: might_sleep() under CONFIG_DEBUG_ATOMIC_SLEEP.</remarks>
    [MaySleep]
    public void MightSleep(string what) => ModelTask.Current.MightSleep(what);

    /// <summary>At the entry of a member that may block, and that must not be called with some locks held.</summary>
    [MaySleep]
    internal void MightSleep(string what, params ReadOnlySpan<LockBase> excluded)
    {
        ModelTask task = ModelTask.Current;
        task.Begins(what);
        task.MightSleep(what);
        foreach (LockBase gate in excluded)
        {
            int index = task.IndexOf(gate);
            if (index < 0 || task.IsLookingOn) continue;
            // What sleeps and is excluded is what the member takes itself, sooner or later.
            string invariant = gate.IsSpinning || gate is Srcu ? "lock excluded" : "recursive lock";
            throw Violation(invariant, task, $"{what} takes {gate.Class}, or waits for its holders, while {task.Held[index]} is held");
        }
    }

    /// <summary>Begins a region in which the task must not block; regions nest.</summary>
    /// <remarks>Source: non_block_start().</remarks>
    public void NonBlockingStart() => ModelTask.Current.NonBlockingDepth++;

    /// <summary>Ends the innermost region begun by <see cref="NonBlockingStart"/>.</summary>
    /// <exception cref="ModelViolationException">"non-blocking region": none was begun.</exception>
    public void NonBlockingEnd()
    {
        ModelTask task = ModelTask.Current;
        if (task.NonBlockingDepth == 0) throw Violation("non-blocking region", task, "ended but never begun");
        task.NonBlockingDepth--;
    }

    /// <summary>Learns the order that a type's contracts declare, before anybody has taken a lock in it, or against it.</summary>
    /// <param name="owner">An object with locks that say what they are acquired after and before.</param>
    internal void Declare(object owner)
    {
        foreach (DeclaredOrder.Edge edge in DeclaredOrder.Of(owner))
        {
            if (edge.IsForReaders) _declaredForReaders.TryAdd((edge.Outer, edge.Inner), true);
            else _ = _order.Declare(edge.Outer, edge.Inner);
        }
    }

    /// <summary>Before an acquire that may wait.</summary>
    internal void Acquiring(LockBase gate, LockMode mode, int subclass = 0)
    {
        if (!gate.IsSpinning) MightSleep(gate.Class.Name);
        ModelTask task = ModelTask.Current;
        LockClass taken = gate.Class.AtLevel(subclass);
        RefuseRecursion(task, gate, taken, mode);
        AddEdges(task, taken, "acquired");
    }

    /// <summary>After any acquire.</summary>
    internal void Acquired(LockBase gate, LockMode mode, int token = 0, int subclass = 0)
    {
        ModelTask task = ModelTask.Current;
        task.Push(new HeldLock(gate, mode, token, subclass));
        if (mode == LockMode.Exclusive) gate.Owner = task;
    }

    /// <summary>Before a release, in the mode that is released.</summary>
    internal void Releasing(LockBase gate, LockMode mode)
    {
        ModelTask task = ModelTask.Current;
        int index = task.IndexOf(gate);
        if (index < 0) throw NotHeld(task, gate);
        if (task.Held[index].Mode != mode)
            throw Violation("wrong mode", task, $"{task.Held[index]} released as {(mode == LockMode.Shared ? "shared" : "exclusive")}");
        gate.Owner = null;
        task.RemoveAt(index);
    }

    /// <summary>Before the end of a read section that was begun with this token.</summary>
    internal void ReleasingToken(LockBase gate, int token)
    {
        ModelTask task = ModelTask.Current;
        int index = task.IndexOf(gate);
        if (index < 0) throw NotHeld(task, gate);
        for (; index >= 0; index--)
        {
            if (ReferenceEquals(task.Held[index].Lock, gate) && task.Held[index].Token == token) break;
        }
        if (index < 0) throw Violation("wrong token", task, $"{gate.Class} released with index {token}, which belongs to none of its open sections");
        task.RemoveAt(index);
    }

    /// <summary>Before an exclusive hold becomes a shared one.</summary>
    internal void Downgrading(LockBase gate)
    {
        ModelTask task = ModelTask.Current;
        int index = task.IndexOf(gate);
        if (index < 0) throw NotHeld(task, gate);
        if (task.Held[index].Mode != LockMode.Exclusive) throw Violation("wrong mode", task, $"{task.Held[index]} cannot be downgraded");
        gate.Owner = null;
        task.Replace(index, task.Held[index] with { Mode = LockMode.Shared });
    }

    /// <summary>At the end of a section that was begun without a wait; it may have been begun by another task, or before the validator saw it.</summary>
    internal void Leaving(LockBase gate)
    {
        ModelTask task = ModelTask.Current;
        int index = task.IndexOf(gate);
        if (index >= 0) task.RemoveAt(index);
    }

    /// <summary>Before a wait for all earlier holders: the wait takes its place in the order, as an acquire would.</summary>
    internal void WaitingFor(LockBase gate, string what)
    {
        MightSleep(what);
        ModelTask task = ModelTask.Current;
        if (task.IndexOf(gate) >= 0) throw Violation("waits for itself", task, $"{what} inside a read section of {gate.Class}");
        AddEdges(task, gate.Class, "waited for");
    }

    internal void AssertHeld(LockBase gate, LockMode mode)
    {
        ModelTask task = ModelTask.Current;
        if (HoldsInMode(gate, mode) || task.IsLookingOn) return;
        throw Violation("lock required", task, $"{gate.Class} must be held {(mode == LockMode.Shared ? "at least shared" : "exclusive")}, held are: {HeldNames(task)}");
    }

    internal void AssertNotHeld(LockBase gate)
    {
        ModelTask task = ModelTask.Current;
        if (task.IndexOf(gate) >= 0 && !task.IsLookingOn) throw Violation("lock excluded", task, $"{gate.Class} must not be held here");
    }

    private static bool HoldsInMode(ILock gate, LockMode mode)
    {
        ModelTask task = ModelTask.Current;
        int index = task.IndexOf(gate);
        return index >= 0 && task.Held[index].Mode >= mode;
    }

    private static void RefuseRecursion(ModelTask task, LockBase gate, LockClass taken, LockMode mode)
    {
        foreach (HeldLock held in task.Held)
        {
            if (ReferenceEquals(held.Lock, gate))
                throw Violation("recursive lock", task, $"{gate.Class} acquired {(mode == LockMode.Shared ? "shared" : "exclusive")} while {held} is held");
            if (held.Class == taken)
                throw Violation("recursive lock", task, $"a second lock of class {taken} acquired while one is held: their order is not known");
        }
    }

    private void RefuseDeclared(ModelTask task, LockClass taken)
    {
        if (_declaredForReaders.IsEmpty) return;
        foreach (HeldLock held in task.Held)
        {
            if (_declaredForReaders.ContainsKey((taken, held.Class)))
                throw WrongOrder(task, held, taken, "acquired", "which is declared to be acquired after it");
        }
    }

    private void AddEdges(ModelTask task, LockClass taken, string verb)
    {
        RefuseDeclared(task, taken);
        // The innermost first: it is the nearest to what is wrong.
        for (int i = task.Held.Count - 1; i >= 0; i--)
        {
            LockClass outer = task.Held[i].Class;
            if (outer == taken) continue;
            string? reverse = _order.Add(outer, taken, task.Name);
            if (reverse is not null)
                throw WrongOrder(task, task.Held[i], taken, verb, $"but earlier: {reverse}");
        }
    }

    private static ModelViolationException NotHeld(ModelTask task, LockBase gate) => gate.Owner is { } owner
        ? Violation("unlock by wrong task", task, $"{gate.Class} is held by {owner.Name}")
        : Violation("not held", task, $"{gate.Class} released by a task that does not hold it");

    /// <summary>Against the order: inside a read section, or a section that others wait for the end of, it is what those would wait for for ever.</summary>
    private static ModelViolationException WrongOrder(ModelTask task, in HeldLock held, LockClass taken, string verb, string why)
    {
        ModelViolationException violation = Violation("lock order", task, $"{taken} {verb} while {held.Class} is held, {why}");
        if (held.Lock is Srcu or Rcu or WaitedSection) violation.Number = "E26";
        else if (verb != "acquired") violation.Number = "E28";
        return violation;
    }

    private static string HeldNames(ModelTask task) => task.Held.Count == 0 ? "none" : string.Join(", ", task.Held);

    private static ModelViolationException Violation(string invariant, ModelTask task, string detail) => new(invariant, task.Name, detail);
}
