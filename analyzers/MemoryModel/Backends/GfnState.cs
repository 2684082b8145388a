namespace MemoryModel.Backends;

/// <summary>What a guest frame is to the Ultravisor.</summary>
/// <remarks>Source: the table of life cycle states in book3s_hv_uvmem.c.</remarks>
public enum GfnState
{
    /// <summary>Ordinary memory of the hypervisor.</summary>
    Normal,

    /// <summary>In secure memory.</summary>
    Secure,

    /// <summary>Belongs to the secure guest, but its content is in ordinary memory for the time being.</summary>
    SecurePagedOut,

    /// <summary>Ordinary memory that a secure guest shares with the hypervisor.</summary>
    Shared,
}
