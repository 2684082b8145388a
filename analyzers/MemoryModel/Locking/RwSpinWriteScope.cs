using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A spin lock held exclusively for the length of a <c>using</c>.</summary>
[ScopedLock]
public readonly ref struct RwSpinWriteScope
{
    private readonly RwSpinLock _lock;

    /// <summary>Acquires the lock.</summary>
    /// <param name="gate">The lock.</param>
    [AcquiresLock(nameof(gate))]
    public RwSpinWriteScope(RwSpinLock gate)
    {
        _lock = gate;
        gate.WriteLock();
    }

    /// <summary>Releases the lock.</summary>
    [ReleasesLock]
    public void Dispose() => _lock.WriteUnlock();
}
