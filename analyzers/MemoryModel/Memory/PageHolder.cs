namespace MemoryModel.Memory;

/// <summary>Why somebody holds a reference to a page. The count of a page is the sum over its holders, and each reference is dropped in the name that it was taken in.</summary>
/// <remarks>Source: the users of get_page() that matter to guest memory. The kernel keeps only the sum; the names are what makes a wrong or a missing put visible.</remarks>
public enum PageHolder
{
    /// <summary>A page table entry of a process: one for each entry that maps the page.</summary>
    PageTable,

    /// <summary>Somebody who called get_user_pages and has not put the page yet.</summary>
    GetUserPages,

    /// <summary>A shadow page table entry, in machines that pin what they map (2008).</summary>
    Spte,

    /// <summary>The guest_memfd, or other file, whose page it is.</summary>
    PageCache,

    /// <summary>Somebody who asked a guest_memfd for the page and has not put it yet.</summary>
    Gmem,

    /// <summary>An entry of a secure EPT.</summary>
    SecureEpt,

    /// <summary>The swap cache.</summary>
    SwapCache,

    /// <summary>Kernel code that has allocated it, or taken it out of a table, and has not handed it on.</summary>
    Kernel,
}
