using MemoryModel.Memory;

namespace MemoryModel.Backends;

/// <summary>A page of secure memory that holds a guest frame.</summary>
/// <remarks>Source: struct kvmppc_uvmem_page_pvt. All but the frame numbers belongs to the <see cref="Ultravisor.UvmemLock"/> of its owner.</remarks>
public sealed class SecurePage : DevicePage
{
    internal SecurePage(Pfn pfn, Ultravisor owner, Gfn gfn) : base(pfn, owner) => Gfn = gfn;

    /// <summary>The guest frame whose content it holds.</summary>
    public Gfn Gfn { get; }

    /// <summary>True: nobody wants the content any more; paging it out need not copy it.</summary>
    public bool SkipPageOut { get; internal set; }

    /// <summary>True: when the page goes, the frame has no state any more, instead of being paged out.</summary>
    public bool RemoveGfn { get; internal set; }
}
