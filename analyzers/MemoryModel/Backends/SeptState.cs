namespace MemoryModel.Backends;

/// <summary>What a frame is in a secure page table.</summary>
/// <remarks>Source: the states of a secure EPT entry in the TDX module's specification.</remarks>
public enum SeptState
{
    /// <summary>Nothing is there.</summary>
    Free,

    /// <summary>A page was added while the guest runs: it has to accept it first.</summary>
    Pending,

    /// <summary>The guest uses it.</summary>
    Mapped,

    /// <summary>No vCPU begins to use it any more.</summary>
    Blocked,

    /// <summary>The same, of a page that was never accepted.</summary>
    PendingBlocked,
}
