using LockDiscipline;
using MemoryModel;
using MemoryModel.Memory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace Samples.RangeReasons;

/// <summary>What an unmap does that is not told which kind of memory is meant: it takes out both.</summary>
public static class UnfilteredConversion
{
    /// <summary>Takes everything of some frames out, as a conversion to private would without the filter.</summary>
    [ExcludesLock("kvm.MmuLock", "kvm.Srcu")]
    public static void Unmap(Kvm kvm, Gfn first, ulong count)
    {
        using (kvm.Srcu.Read())
        using (kvm.MmuLock.Write())
        {
            if (kvm.GfnToMemslot(first) is not { } slot) return;
            var range = new SlotGfnRange(slot, GfnRange.FromStartCount(first, count));
            kvm.MmuInvalidateBegin();
            kvm.MmuInvalidateRangeAdd(range.Range);
            if (kvm.UnmapGfnRange(range)) kvm.FlushRemoteTlbs();
            kvm.MmuInvalidateEnd();
        }
    }
}
