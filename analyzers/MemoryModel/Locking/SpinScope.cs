using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A spin lock held for the length of a <c>using</c>.</summary>
[ScopedLock]
public readonly ref struct SpinScope
{
    private readonly SpinningLock _lock;

    /// <summary>Acquires the lock.</summary>
    /// <param name="gate">The lock.</param>
    [AcquiresLock(nameof(gate))]
    public SpinScope(SpinningLock gate)
    {
        _lock = gate;
        gate.Lock();
    }

    /// <summary>Releases the lock.</summary>
    [ReleasesLock]
    public void Dispose() => _lock.Unlock();
}
