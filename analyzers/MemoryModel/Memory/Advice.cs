namespace MemoryModel.Memory;

/// <summary>What a process says of its memory.</summary>
/// <remarks>Source: MADV_* of mman.h.</remarks>
public enum Advice
{
    /// <summary>The content is not needed: the pages go away, and the next touch finds zeros.</summary>
    DontNeed,

    /// <summary>Pages may be merged with equal ones.</summary>
    Mergeable,

    /// <summary>Pages may not be merged; merged ones become separate again.</summary>
    Unmergeable,

    /// <summary>Large pages are welcome. The model has one page size: nothing happens.</summary>
    HugePage,

    /// <summary>Make large pages now. The model has one page size: EINVAL.</summary>
    Collapse,
}
