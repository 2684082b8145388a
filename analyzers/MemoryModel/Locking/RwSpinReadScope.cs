using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A spin lock held shared for the length of a <c>using</c>.</summary>
[ScopedLock]
public readonly ref struct RwSpinReadScope
{
    private readonly RwSpinLock _lock;

    /// <summary>Acquires the lock.</summary>
    /// <param name="gate">The lock.</param>
    [AcquiresLock(nameof(gate), Shared = true)]
    public RwSpinReadScope(RwSpinLock gate)
    {
        _lock = gate;
        gate.ReadLock();
    }

    /// <summary>Releases the lock.</summary>
    [ReleasesLock]
    public void Dispose() => _lock.ReadUnlock();
}
