namespace MemoryModel.Mmu;

/// <summary>What one stay in guest mode came to.</summary>
internal enum GuestStep
{
    /// <summary>The access is complete.</summary>
    Done,

    /// <summary>No entry, or one that does not allow the access.</summary>
    PageFault,

    /// <summary>There is an entry, but the machine's hardware objects.</summary>
    ProtectionFault,

    /// <summary>The guest gets an exception.</summary>
    Exception,
}
