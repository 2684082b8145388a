namespace MemoryModel.Memory;

/// <summary>What a mapping allows and how it behaves.</summary>
/// <remarks>Source: VM_READ and its like. Neighbouring areas with equal flags are one area.</remarks>
[Flags]
public enum VmaFlags
{
    /// <summary>No access at all.</summary>
    None = 0,

    /// <summary>May be read.</summary>
    Read = 1,

    /// <summary>May be written.</summary>
    Write = 2,

    /// <summary>May be executed.</summary>
    Exec = 4,

    /// <summary>Writes reach whoever else maps the same memory.</summary>
    Shared = 8,

    /// <summary>Pages may be merged with equal ones (KSM).</summary>
    Mergeable = 16,

    /// <summary>Maps memory of a device, which the kernel has no pages for (VM_PFNMAP, VM_IO): the process reaches it, get_user_pages does not. Set by the file that is mapped, never asked for.</summary>
    PfnMap = 32,

    /// <summary>May be read and written: ordinary memory.</summary>
    ReadWrite = Read | Write,
}
