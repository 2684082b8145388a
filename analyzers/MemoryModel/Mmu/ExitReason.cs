namespace MemoryModel.Mmu;

/// <summary>Why a vCPU came back to user space.</summary>
/// <remarks>Source: KVM_EXIT_*.</remarks>
public enum ExitReason
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>The guest touched an address where there is no memory, or wrote memory that is read-only.</summary>
    Mmio,

    /// <summary>The guest touched memory of the wrong kind, or memory that cannot be had. The one exit that comes with an error.</summary>
    MemoryFault,

    /// <summary>The kernel cannot go on: the guest fetches an instruction where there is no memory.</summary>
    InternalError,

    /// <summary>A signal is pending.</summary>
    Interrupted,

    /// <summary>The guest asks for something by hypercall.</summary>
    Hypercall,

    /// <summary>The guest did what its hardware forbids, and gets an exception.</summary>
    Exception,
}
