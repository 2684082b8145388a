using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A read section of RCU for the length of a <c>using</c>.</summary>
[ScopedLock]
public readonly ref struct RcuScope
{
    private readonly Rcu _lock;

    /// <summary>Begins the section.</summary>
    /// <param name="gate">The domain.</param>
    [AcquiresLock(nameof(gate), Shared = true)]
    public RcuScope(Rcu gate)
    {
        _lock = gate;
        gate.ReadLock();
    }

    /// <summary>Ends the section.</summary>
    [ReleasesLock]
    public void Dispose() => _lock.ReadUnlock();
}
