namespace MemoryModel.Mmu;

/// <summary>What a guest does with its memory.</summary>
public enum AccessKind
{
    /// <summary>It reads.</summary>
    Read,

    /// <summary>It writes.</summary>
    Write,

    /// <summary>It fetches an instruction.</summary>
    Fetch,
}
