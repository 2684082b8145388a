namespace MemoryModel.Memory;

/// <summary>Sees every page that becomes free, while validation is on.</summary>
internal interface IPageObserver
{
    /// <summary>A page is free from now on; nobody may be able to reach it.</summary>
    void PageFreed(HostPage page);
}
