namespace MemoryModel.Memory;

/// <summary>What is special about a page of a guest's private memory: who decides what the host may do with it, and who is told when it goes back.</summary>
internal sealed class PageHooks
{
    /// <summary>See <see cref="HostPage.Guard"/>.</summary>
    public IPageGuard? Guard { get; set; }

    /// <summary>See <see cref="HostPage.Reclaimer"/>.</summary>
    public IPageReclaimer? Reclaimer { get; set; }
}
