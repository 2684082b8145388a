namespace MemoryModel.Mmu;

/// <summary>What a vCPU has to do before it enters the guest again.</summary>
/// <remarks>Source: KVM_REQ_*.</remarks>
[Flags]
internal enum VcpuRequests
{
    None = 0,

    /// <summary>Forget every translation.</summary>
    FlushTlb = 1,

    /// <summary>Go to another root, and forget every translation.</summary>
    LoadRoots = 2,
}
