using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Ranges;

/// <summary>The walk of the MMU notifiers: every slot with memory in a range, under a mmu_lock that is taken when the first one is found.</summary>
/// <remarks>Source: __kvm_handle_hva_range().</remarks>
public static class NotifierWalk
{
    /// <summary>Calls the handler for the part of each slot in a range, in every address space, and merges what it returns.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="range">A valid range: the notifiers never make another.</param>
    /// <param name="handler">Called for every slot whatever it returned before.</param>
    /// <param name="onLock">Called once under the mmu_lock before the first slot; not at all when there is none.</param>
    /// <param name="flush">Called under the mmu_lock after the last slot when any call returned true.</param>
    /// <returns>True when any call of the handler returned true.</returns>
    /// <remarks>
    /// The mmu_lock is contended, and most notifications concern no slot at all: hence taken on the first hit. A range that meets a slot in both address spaces still takes it once.
    /// Slots are seen by address, INVALID ones too: unmapping must reach those. A range that is empty or turned around is warned of once and does nothing.
    /// </remarks>
    [ExcludesLock("kvm.MmuLock")]
    public static bool Run(Kvm kvm, HvaRange range, NotifierHandler handler, NotifierLockHook? onLock = null, NotifierLockHook? flush = null)
    {
        kvm.MmuLock.AssertNotHeld();
        if (!range.IsValid)
        {
            kvm.Log.WarnOnce("notifier walk over a range that is empty or turned around");
            return false;
        }

        bool ret = false;
        bool locked = false;
        int index = kvm.Srcu.ReadLock();
        for (int i = 0; i < Kvm.AddressSpaceCount; i++)
        {
            foreach (Memslot slot in kvm.Memslots(i).InHvaRange(range))
            {
                SlotGfnRange part = SlotGfnRange.Clip(slot, range);
                slot.Approach(part.Range.Start);
                if (!locked)
                {
                    kvm.MmuLock.WriteLock();
                    locked = true;
                    kvm.Invariants?.EnterScope(kvm, InvalidationFilter.Shared);
                    onLock?.Invoke(kvm);
                }
                ret |= handler(kvm, part);
            }
        }
        if (ret) flush?.Invoke(kvm);
        if (locked) kvm.Invariants?.LeaveScope(kvm);
        if (locked) kvm.MmuLock.WriteUnlock();
        kvm.Srcu.ReadUnlock(index);
        return ret;
    }
}
