namespace MemoryModel.PrivateMemory;

/// <summary>What kind of memory a guest frame is.</summary>
/// <remarks>Source: KVM_MEMORY_ATTRIBUTE_*.</remarks>
[Flags]
public enum MemoryAttributes : ulong
{
    /// <summary>Shared: what the process has mapped too.</summary>
    None = 0,

    /// <summary>Private: from the slot's guest_memfd.</summary>
    Private = 1UL << 3,
}
