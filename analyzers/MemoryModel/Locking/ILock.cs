using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>What every lock of the model has in common, and all that the validator needs to know of one.</summary>
[Lock("lock")]
public interface ILock
{
    /// <summary>The class that the lock belongs to.</summary>
    LockClass Class { get; }

    /// <summary>True when waiting for it burns a processor: its holder must not sleep.</summary>
    bool IsSpinning { get; }
}
