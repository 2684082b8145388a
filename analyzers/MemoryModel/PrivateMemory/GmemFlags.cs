namespace MemoryModel.PrivateMemory;

/// <summary>What a guest_memfd can do besides giving a guest private memory.</summary>
/// <remarks>Source: GUEST_MEMFD_FLAG_*.</remarks>
[Flags]
public enum GmemFlags
{
    /// <summary>Nothing: the host cannot reach it.</summary>
    None = 0,

    /// <summary>It can be mapped.</summary>
    Mmap = 1,

    /// <summary>Its memory is shared at first: a mapping of it can be touched, and a guest's shared memory comes from it too.</summary>
    InitShared = 2,
}
