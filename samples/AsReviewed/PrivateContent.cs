using LockDiscipline;
using MemoryModel;
using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Ranges;

namespace Samples.AsReviewed;

/// <summary>What the two vendors of the exchange on range flags say of private pages, as contracts.</summary>
internal static class PrivateContent
{
    /// <summary>Takes private mappings out. Under TDX their content is lost: "adds the page back to the same GPA, it results in zeroing page and guest needs to accept the page again".</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="range">Frames, and which kind of memory is meant.</param>
    /// <returns>True when TLBs must be flushed.</returns>
    [RequiresLock("kvm.MmuLock"), RequiresTest("range.Filter != InvalidationFilter.Shared")]
    [LeavesPending("tlb flush", WhenReturns = true)]
    public static bool Destroy(Kvm kvm, in SlotGfnRange range) => kvm.UnmapGfnRange(range with { Filter = InvalidationFilter.Private });

    /// <summary>Makes a page a guest's.</summary>
    /// <param name="rmp">The table of owners.</param>
    /// <param name="page">The page.</param>
    /// <param name="gpa">Its address in the guest.</param>
    /// <returns>True when it is the guest's from now on: the host cannot write it.</returns>
    [LeavesPending("RMP entry", WhenReturns = true), MaySleep]
    public static bool Assign(Rmp rmp, HostPage page, Gpa gpa) => rmp.MakePrivate(page.Pfn, gpa, asid: 1, large: false).IsOk;

    /// <summary>Makes a page the host's again. "SNP has unique platform-specific stuff it has to do before free'ing that gmem page back to the host."</summary>
    /// <param name="rmp">The table of owners.</param>
    /// <param name="pfn">The page. Its number is enough: "RMP updates here only need the PFN".</param>
    [Settles("RMP entry")]
    public static void Restore(Rmp rmp, Pfn pfn) => _ = rmp.MakeShared(pfn, large: false);

    /// <summary>Gives a page back to the host, who writes it.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="page">The page.</param>
    [RequiresSettled("RMP entry")]
    public static void Free(Kvm kvm, [Consumes("page reference")] HostPage page) => kvm.Mm.Memory.PutPage(page, PageHolder.Kernel);
}
