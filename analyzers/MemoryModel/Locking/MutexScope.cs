using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A mutex held for the length of a <c>using</c>.</summary>
[ScopedLock]
public readonly ref struct MutexScope
{
    private readonly MutexLock _lock;

    /// <summary>Acquires the lock.</summary>
    /// <param name="gate">The lock.</param>
    [AcquiresLock(nameof(gate))]
    public MutexScope(MutexLock gate)
    {
        _lock = gate;
        gate.Lock();
    }

    /// <summary>Releases the lock.</summary>
    [ReleasesLock]
    public void Dispose() => _lock.Unlock();
}
