namespace MemoryModel.Memory;

/// <summary>How memory may be remapped.</summary>
/// <remarks>Source: MREMAP_* of mman.h.</remarks>
[Flags]
public enum MremapFlags
{
    /// <summary>Grow or shrink where it is.</summary>
    None = 0,

    /// <summary>May go elsewhere when there is no room.</summary>
    MayMove = 1,

    /// <summary>Goes to the given address; what is there is unmapped.</summary>
    Fixed = 2,

    /// <summary>The old mapping stays, without its pages.</summary>
    DontUnmap = 4,
}
