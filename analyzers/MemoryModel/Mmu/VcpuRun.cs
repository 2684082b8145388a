using MemoryModel.Memory;

namespace MemoryModel.Mmu;

/// <summary>What a vCPU tells user space about its last exit.</summary>
/// <remarks>Source: struct kvm_run. Belongs to the thread that runs the vCPU. After an error other than EFAULT and EHWPOISON it is stale.</remarks>
public sealed class VcpuRun
{
    /// <summary>Why the vCPU came back.</summary>
    public ExitReason ExitReason { get; set; }

    /// <summary>The address in the guest. For a memory fault the first byte of the page, for MMIO the very address.</summary>
    public Gpa Gpa { get; set; }

    /// <summary>Bytes: of a memory fault, a page; of MMIO, the length of the access; of a hypercall, the length of the range.</summary>
    public ulong Size { get; set; }

    /// <summary>For a memory fault: the access was private.</summary>
    public bool IsPrivate { get; set; }

    /// <summary>For MMIO: the guest writes.</summary>
    public bool IsWrite { get; set; }

    /// <summary>For MMIO: what it writes.</summary>
    public ulong Data { get; set; }
}
