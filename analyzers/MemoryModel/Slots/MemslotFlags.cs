namespace MemoryModel.Slots;

/// <summary>Flags of a memslot, as user space gives them, and the one that the kernel adds.</summary>
/// <remarks>Source: KVM_MEM_* of the UAPI and KVM_MEMSLOT_INVALID.</remarks>
[Flags]
public enum MemslotFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Keep track of written pages.</summary>
    LogDirtyPages = 1,

    /// <summary>The guest may not write.</summary>
    ReadOnly = 2,

    /// <summary>Private memory comes from a guest_memfd. Only for <see cref="Kvm.SetUserMemoryRegion2"/>, and not together with the others.</summary>
    GuestMemfd = 4,

    /// <summary>The slot is being deleted or moved: still found by frame number, but translates nothing.</summary>
    Invalid = 1u << 16,
}
