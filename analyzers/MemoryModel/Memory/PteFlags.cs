namespace MemoryModel.Memory;

/// <summary>What a page table entry allows and has seen.</summary>
[Flags]
public enum PteFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>May be written through.</summary>
    Writable = 1,

    /// <summary>Was used since this was last cleared.</summary>
    Accessed = 2,

    /// <summary>Was written through.</summary>
    Dirty = 4,

    /// <summary>Stands for a page with a hardware error: a touch gets EHWPOISON.</summary>
    Poisoned = 8,

    /// <summary>Leads to a page that may not even be read, for as long as its area does not allow it (PROT_NONE).</summary>
    NoAccess = 16,

    /// <summary>Leads to memory that is no page of the kernel's (pte_special): nobody takes it for one.</summary>
    Special = 32,
}
