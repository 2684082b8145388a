using LockDiscipline;
using MemoryModel;
using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Ranges;

namespace Samples.AsReviewed;

/// <summary>Invalidations that do not ask what they are about, and pages that go back too early: what the exchange on range flags was to keep from happening. The right form is the sample RangeReasons.</summary>
public static class ReasonMistakes
{
    /// <summary>"When converting a page from shared to private, KVM needs to zap only shared pages. So the callback needs to know": here it does know, and does not ask.</summary>
    [ExcludesLock("kvm.MmuLock", "kvm.Srcu")]
    public static void PrivateContentDestroyedForAnyReason(Kvm kvm, Gfn first, ulong count, InvalidationFilter reason)
    {
        using (kvm.Srcu.Read())
        using (kvm.MmuLock.Write())
        {
            if (kvm.GfnToMemslot(first) is not { } slot) return;
            var range = new SlotGfnRange(slot, GfnRange.FromStartCount(first, count)) { Filter = reason };
            kvm.MmuInvalidateBegin();
            kvm.MmuInvalidateRangeAdd(range.Range);
            bool flush = kvm.UnmapGfnRange(range);
            flush |= PrivateContent.Destroy(kvm, range); // mistake: also when only shared memory is meant
            if (flush) kvm.FlushRemoteTlbs();
            kvm.MmuInvalidateEnd();
        }
    }

    /// <summary>"clean up pages before free'ing them back to the system": here the page goes first. The next owner's write is a fault of the host.</summary>
    [MaySleep]
    public static void FreedBeforeItsRmpEntryIsRestored(Kvm kvm, Rmp rmp, Gfn gfn)
    {
        Result<HostPage> page = kvm.Mm.Memory.AllocPage();
        if (page.IsError) return;
        Pfn pfn = page.Value.Pfn;
        bool assigned = PrivateContent.Assign(rmp, page.Value, gfn.Address);
        PrivateContent.Free(kvm, page.Value); // mistake: still the guest's
        if (assigned) PrivateContent.Restore(rmp, pfn);
    }
}
