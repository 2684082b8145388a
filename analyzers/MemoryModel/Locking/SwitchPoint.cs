using System.Runtime.CompilerServices;

namespace MemoryModel.Locking;

/// <summary>Where a deterministic scheduler may let another task go first: every lock, every wait, and memory that is changed without a lock that all its readers hold.</summary>
/// <remarks>While no exploration runs in the process, a switch point costs a test of one word. While one does, threads that are not part of it pay a look at a thread-static field besides.</remarks>
internal static class SwitchPoint
{
    private static int s_explorations;

    [ThreadStatic]
    private static ISwitchScheduler? t_scheduler;

    /// <summary>The scheduler of this thread's task; null when it runs freely.</summary>
    public static ISwitchScheduler? Scheduler => s_explorations == 0 ? null : t_scheduler;

    /// <summary>An exploration begins in this process.</summary>
    public static void Begin() => Interlocked.Increment(ref s_explorations);

    /// <summary>An exploration has ended.</summary>
    public static void End() => Interlocked.Decrement(ref s_explorations);

    /// <summary>Puts this thread under a scheduler, or under none.</summary>
    /// <returns>The one that it was under.</returns>
    public static ISwitchScheduler? Use(ISwitchScheduler? scheduler)
    {
        ISwitchScheduler? before = t_scheduler;
        t_scheduler = scheduler;
        return before;
    }

    /// <summary>Before a lock is taken, however long that takes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Acquire(LockBase gate, LockMode mode)
    {
        if (s_explorations != 0) Announce(SwitchKind.Acquire, gate, null, 0, mode == LockMode.Shared);
    }

    /// <summary>Before a lock is taken if it is free.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TryAcquire(LockBase gate, LockMode mode)
    {
        if (s_explorations != 0) Announce(SwitchKind.TryAcquire, gate, null, 0, mode == LockMode.Shared);
    }

    /// <summary>Before a lock is released.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Release(LockBase gate, LockMode mode)
    {
        if (s_explorations != 0) Announce(SwitchKind.Release, gate, null, 0, mode == LockMode.Shared);
    }

    /// <summary>Before memory is read that others change without a lock that both hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Read(object owner, string name, ulong part = 0)
    {
        if (s_explorations != 0) Announce(SwitchKind.Read, owner, name, part, isShared: true);
    }

    /// <summary>Before such memory is changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(object owner, string name, ulong part = 0)
    {
        if (s_explorations != 0) Announce(SwitchKind.Write, owner, name, part, isShared: false);
    }

    /// <summary>Before a wait: returns when the condition holds, if a scheduler is in charge; at once otherwise.</summary>
    /// <param name="owner">The lock that the condition is changed under, or the owner of the memory that it looks at.</param>
    /// <param name="name">Name of that memory; null for a lock.</param>
    /// <param name="state">What the condition is asked of.</param>
    /// <param name="condition">When the wait is over.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Wait(object owner, string? name, object state, Func<object, bool> condition)
    {
        if (s_explorations != 0) t_scheduler?.Before(new SwitchOperation(SwitchKind.Wait, IsShared: false, owner, name, 0, condition, state));
    }

    /// <summary>Before something is tried again that can only succeed when others have moved.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Yield()
    {
        if (s_explorations != 0) Announce(SwitchKind.Yield, null, null, 0, isShared: true);
    }

    private static void Announce(SwitchKind kind, object? target, string? name, ulong part, bool isShared) =>
        t_scheduler?.Before(new SwitchOperation(kind, isShared, target, name, part));
}
