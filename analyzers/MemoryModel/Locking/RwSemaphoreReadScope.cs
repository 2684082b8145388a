using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A semaphore held shared for the length of a <c>using</c>.</summary>
[ScopedLock]
public readonly ref struct RwSemaphoreReadScope
{
    private readonly RwSemaphore _lock;

    /// <summary>Acquires the lock.</summary>
    /// <param name="gate">The lock.</param>
    [AcquiresLock(nameof(gate), Shared = true)]
    public RwSemaphoreReadScope(RwSemaphore gate)
    {
        _lock = gate;
        gate.ReadLock();
    }

    /// <summary>Releases the lock.</summary>
    [ReleasesLock]
    public void Dispose() => _lock.ReadUnlock();
}
