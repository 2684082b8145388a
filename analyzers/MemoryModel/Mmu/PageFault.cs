using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Mmu;

/// <summary>A guest's page fault while it is being handled. Each vCPU has one, which is used again and again.</summary>
/// <remarks>Source: struct kvm_page_fault. Belongs to the thread that runs the vCPU.</remarks>
public sealed class PageFault
{
    /// <summary>The frame.</summary>
    public Gfn Gfn { get; internal set; }

    /// <summary>The guest writes.</summary>
    public bool IsWrite { get; internal set; }

    /// <summary>The guest fetches an instruction.</summary>
    public bool IsFetch { get; internal set; }

    /// <summary>The access is to private memory.</summary>
    public bool IsPrivate { get; internal set; }

    /// <summary>Nobody touches it: it is mapped ahead.</summary>
    public bool IsPrefetch { get; internal set; }

    /// <summary>The slot of the frame, if there is one. Good inside the read section that the fault is handled in.</summary>
    public Memslot? Slot { get; internal set; }

    /// <summary>Generation of the memslots.</summary>
    public ulong Generation { get; internal set; }

    /// <summary>The root that the entry goes into.</summary>
    public ShadowRoot Root { get; internal set; } = null!;

    /// <summary>The count of invalidations before the page was looked up.</summary>
    public ulong MmuSeq { get; set; }

    /// <summary>The page that was found may be mapped writable.</summary>
    public bool MapWritable { get; internal set; }
}
