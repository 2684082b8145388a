using MemoryModel.Memory;

namespace MemoryModel.Slots;

/// <summary>Where a range of guest memory is in the process, as long as the memslots do not change.</summary>
/// <remarks>Source: struct gfn_to_hva_cache. Belongs to whoever uses it.</remarks>
public sealed class GfnToHvaCache
{
    /// <summary>First byte in the guest.</summary>
    public Gpa Gpa { get; internal set; }

    /// <summary>Bytes.</summary>
    public ulong Length { get; internal set; }

    /// <summary>Generation of the memslots that it was looked up in.</summary>
    public ulong Generation { get; internal set; }

    /// <summary>What the last look-up came to: EINVAL, EFAULT. Such a range cannot be read until memslots change.</summary>
    public Errno Error { get; internal set; }

    /// <summary>First byte in the process; null when the range is more than a page.</summary>
    public Hva? Hva { get; internal set; }
}
