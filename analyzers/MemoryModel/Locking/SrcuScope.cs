using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>A read section for the length of a <c>using</c>; it keeps the index.</summary>
[ScopedLock]
public readonly ref struct SrcuScope
{
    private readonly Srcu _lock;
    private readonly int _index;

    /// <summary>Begins the section.</summary>
    /// <param name="gate">The domain.</param>
    [AcquiresLock(nameof(gate), Shared = true)]
    public SrcuScope(Srcu gate)
    {
        _lock = gate;
        _index = gate.ReadLock();
    }

    /// <summary>Ends the section.</summary>
    [ReleasesLock]
    public void Dispose() => _lock.ReadUnlock(_index);
}
