namespace MemoryModel.Memory;

/// <summary>Why a range of an address space is being invalidated.</summary>
/// <remarks>Source: enum mmu_notifier_event.</remarks>
public enum MmuEvent
{
    /// <summary>It is unmapped, or moved elsewhere.</summary>
    Unmap,

    /// <summary>Its entries are cleared or replaced, and fault again.</summary>
    Clear,

    /// <summary>Its areas get other permissions.</summary>
    ProtectVma,

    /// <summary>Entries are write-protected.</summary>
    ProtectPage,

    /// <summary>Pages go to other memory.</summary>
    Migrate,

    /// <summary>The address space goes away.</summary>
    Release,
}
