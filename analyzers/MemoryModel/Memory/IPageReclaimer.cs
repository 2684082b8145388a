namespace MemoryModel.Memory;

/// <summary>Cleans a page up before it goes back to the host.</summary>
/// <remarks>Source: free_folio() of address_space_operations.</remarks>
internal interface IPageReclaimer
{
    /// <summary>The last reference has gone; afterwards the page is free.</summary>
    void FreePage(HostPage page);
}
