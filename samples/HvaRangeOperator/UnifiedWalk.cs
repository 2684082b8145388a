using LockDiscipline;
using MemoryModel;
using MemoryModel.Memory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace Samples.HvaRanges;

/// <summary>
/// The one walk for both uses that the review proposed: a flag says whether the lock is needed, and the handler leaves its error beside its result.
/// </summary>
/// <remarks>
/// It works, but what the handler may do depends on a flag, so no contract on the handler's type can say it any more: the notifier's may not sleep,
/// the image loader's must be able to. The error is kept apart from the merged flags: merged, it would be garbage.
/// </remarks>
public static class UnifiedWalk
{
    /// <summary>What the walk does with one slot.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="range">Frames of one slot.</param>
    /// <param name="error">Set to end the walk.</param>
    /// <returns>True when TLBs must be flushed.</returns>
    public delegate bool Handler(Kvm kvm, in SlotGfnRange range, ref Errno error);

    /// <summary>Walks the slots of a range.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="range">The range.</param>
    /// <param name="needLock">True: under the mmu_lock, taken when the first slot is found.</param>
    /// <param name="handler">Called for each slot until it sets an error.</param>
    /// <returns>The handler's error, or Ok; EINVAL for an empty range.</returns>
    [ExcludesLock("kvm.MmuLock")]
    public static Errno Run(Kvm kvm, HvaRange range, bool needLock, Handler handler)
    {
        if (!range.IsValid) return Errno.EINVAL;
        Errno error = Errno.Ok;
        bool locked = false;
        int index = kvm.Srcu.ReadLock();
        for (int i = 0; i < Kvm.AddressSpaceCount && error.IsOk; i++)
        {
            foreach (Memslot slot in kvm.Memslots(i).InHvaRange(range))
            {
                if (!locked && needLock)
                {
                    kvm.MmuLock.WriteLock();
                    locked = true;
                }
                _ = handler(kvm, SlotGfnRange.Clip(slot, range), ref error);
                if (error.IsError) break;
            }
        }
        if (locked) kvm.MmuLock.WriteUnlock();
        kvm.Srcu.ReadUnlock(index);
        return error;
    }
}
