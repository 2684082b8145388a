using LockDiscipline;
using MemoryModel;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace Samples.AsReviewed;

/// <summary>Operations on a range of host addresses with the mistakes that the review of the operator was about. One mistake in each method; the right form is the sample HvaRangeOperator.</summary>
public static class RangeMistakes
{
    /// <summary>"It also can't be called with the MMU lock held because it needs to take a mutex": the image loader's handler, put under the walk of the notifiers.</summary>
    public static bool MutexInAHandlerUnderTheMmuLock(Kvm kvm, HvaRange range, MutexLock directMap) =>
        NotifierWalk.Run(kvm, range, (Kvm _, in SlotGfnRange slotRange) =>
        {
            directMap.Lock(); // mistake: may sleep under a spinning lock
            bool large = slotRange.Range.Count > 1;
            directMap.Unlock();
            return large;
        });

    /// <summary>"This handler wants to return an error code": here nobody looks at it.</summary>
    [ExcludesLock("kvm.MmuLock"), MaySleep]
    public static void HandlerErrorIgnored(Kvm kvm, HvaRange range, HvaRangeOperation handler)
    {
        int index = kvm.Srcu.ReadLock();
        foreach (Memslot slot in kvm.Memslots().InHvaRange(range))
        {
            handler(kvm, SlotGfnRange.Clip(slot, range)); // mistake: the error is dropped
        }
        kvm.Srcu.ReadUnlock(index);
    }

    /// <summary>"after ret |= handler(xxx)": flags can be merged that way, errors cannot. Of two different ones it makes a third.</summary>
    [ExcludesLock("kvm.MmuLock"), MaySleep]
    public static Errno ErrorsMergedWithOr(Kvm kvm, HvaRange range, HvaRangeOperation handler)
    {
        Errno ret = Errno.Ok;
        int index = kvm.Srcu.ReadLock();
        foreach (Memslot slot in kvm.Memslots().InHvaRange(range))
        {
            ret |= handler(kvm, SlotGfnRange.Clip(slot, range)); // mistake: an error is merged before it was tested
        }
        kvm.Srcu.ReadUnlock(index);
        return ret;
    }

    /// <summary>The posted operator has one exit, which ends the read section whatever the handler returned. Here the error leaves by its own way.</summary>
    [ExcludesLock("kvm.MmuLock"), MaySleep]
    public static Errno SrcuNotReleasedOnTheErrorPath(Kvm kvm, HvaRange range, HvaRangeOperation handler)
    {
        int index = kvm.Srcu.ReadLock();
        foreach (Memslot slot in kvm.Memslots().InHvaRange(range))
        {
            Errno ret = handler(kvm, SlotGfnRange.Clip(slot, range));
            if (ret.IsError) return ret; // mistake: the read section never ends, and no memslot can be changed any more
        }
        kvm.Srcu.ReadUnlock(index);
        return Errno.Ok;
    }

    /// <summary>"This handler wants to terminate at the first error": here each error is logged, and the walk goes on.</summary>
    [ExcludesLock("kvm.MmuLock"), MaySleep]
    public static Errno WalkGoesOnAfterAFailure(Kvm kvm, HvaRange range, [StopsAtFirstError] HvaRangeOperation handler)
    {
        Errno last = Errno.Ok;
        using (kvm.Srcu.Read())
        {
            foreach (Memslot slot in kvm.Memslots().InHvaRange(range))
            {
                Errno ret = handler(kvm, SlotGfnRange.Clip(slot, range)); // mistake: called again after it failed
                if (ret.IsOk) continue;
                kvm.Log.Error($"{slot}: {ret}");
                last = ret;
            }
        }
        return last;
    }
}
