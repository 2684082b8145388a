using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Ranges;

/// <summary>The HVA range operator: every slot with memory in a range, without the mmu_lock, until an error.</summary>
/// <remarks>
/// Source: kvm_vm_do_hva_range_op() of "KVM: Add HVA range operator" (February to April 2023), for loading a guest's image. It is not the notifier walk with a flag,
/// for three reasons given there: its handler takes a mutex, so the mmu_lock is out of the question; it returns an error, not a wish for a flush; and the first error ends it.
/// It takes part in no invalidation protocol and flushes nothing.
/// </remarks>
public static class HvaRangeOperator
{
    /// <summary>Calls the handler for the part of each slot in a range, in every address space, up to the first error.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="range">The range; may come from user space.</param>
    /// <param name="handler">May sleep.</param>
    /// <returns>
    /// EINVAL, with a warning the first time, for a range that is empty or turned around; otherwise the first error of the handler, or Ok. Ok too when no slot meets the range:
    /// the caller cannot tell that from success. Gaps between slots are passed over; memory that several slots share is handed out once for each.
    /// </returns>
    [ExcludesLock("kvm.MmuLock"), MaySleep]
    public static Errno Apply(Kvm kvm, HvaRange range, [StopsAtFirstError] HvaRangeOperation handler)
    {
        kvm.MmuLock.AssertNotHeld();
        kvm.Mm.Lockdep?.MightSleep("the HVA range operator");
        if (!range.IsValid)
        {
            kvm.Log.WarnOnce("HVA range operator over a range that is empty or turned around");
            return Errno.EINVAL;
        }
        Errno ret = Errno.Ok;
        int index = kvm.Srcu.ReadLock();
        for (int i = 0; i < Kvm.AddressSpaceCount; i++)
        {
            foreach (Memslot slot in kvm.Memslots(i).InHvaRange(range))
            {
                ret = handler(kvm, SlotGfnRange.Clip(slot, range));
                if (ret.IsError) goto Out;
            }
        }

    Out:
        kvm.Srcu.ReadUnlock(index);
        return ret;
    }
}
