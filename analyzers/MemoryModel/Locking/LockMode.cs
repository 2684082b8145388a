namespace MemoryModel.Locking;

/// <summary>How a lock is held.</summary>
public enum LockMode
{
    /// <summary>Beside others that hold it shared; for reading.</summary>
    Shared,

    /// <summary>Alone; for writing.</summary>
    Exclusive,
}
