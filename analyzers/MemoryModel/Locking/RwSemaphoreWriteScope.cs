using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A semaphore held exclusively for the length of a <c>using</c>.</summary>
[ScopedLock]
public readonly ref struct RwSemaphoreWriteScope
{
    private readonly RwSemaphore _lock;

    /// <summary>Acquires the lock.</summary>
    /// <param name="gate">The lock.</param>
    [AcquiresLock(nameof(gate))]
    public RwSemaphoreWriteScope(RwSemaphore gate)
    {
        _lock = gate;
        gate.WriteLock();
    }

    /// <summary>Releases the lock.</summary>
    [ReleasesLock]
    public void Dispose() => _lock.WriteUnlock();
}
