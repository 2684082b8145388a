namespace MemoryModel.PrivateMemory;

/// <summary>What fallocate(2) is to do.</summary>
/// <remarks>Source: FALLOC_FL_*.</remarks>
[Flags]
public enum FallocateMode
{
    /// <summary>Allocate, and grow the file if need be. A guest_memfd does not grow.</summary>
    None = 0,

    /// <summary>The file keeps its size.</summary>
    KeepSize = 1,

    /// <summary>Give the memory up. Only with <see cref="KeepSize"/>.</summary>
    PunchHole = 2,

    /// <summary>Take a range out and close the gap: not supported.</summary>
    CollapseRange = 8,

    /// <summary>Make a range zero: not supported.</summary>
    ZeroRange = 16,
}
