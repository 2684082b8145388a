namespace MemoryModel.Mmu;

/// <summary>What became of a guest's page fault, when it is not an error.</summary>
/// <remarks>Source: RET_PF_* of mmu_internal.h.</remarks>
public enum RetPf
{
    /// <summary>Not decided yet: go on.</summary>
    Continue,

    /// <summary>Something changed meanwhile: let the guest try again.</summary>
    Retry,

    /// <summary>No memory is there, or it may not be written: the instruction is emulated.</summary>
    Emulate,

    /// <summary>The entry at hand says nothing: the slow way has to find out.</summary>
    Invalid,

    /// <summary>The entry is there now.</summary>
    Fixed,

    /// <summary>The entry had been there already.</summary>
    Spurious,
}
