namespace MemoryModel.Slots;

/// <summary>How dirty logs are read.</summary>
/// <remarks>Source: KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2.</remarks>
[Flags]
public enum DirtyLogProtect
{
    /// <summary>Reading the log clears it and protects the pages again.</summary>
    None = 0,

    /// <summary>Reading the log only reads; clearing is a call of its own.</summary>
    Manual = 1,

    /// <summary>A log begins with every page marked. Only with <see cref="Manual"/>.</summary>
    InitiallySet = 2,
}
