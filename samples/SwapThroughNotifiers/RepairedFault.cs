using LockDiscipline;
using MemoryModel;
using MemoryModel.Memory;
using MemoryModel.Mmu;

namespace Samples.Swapping;

/// <summary>The repair: invalidations are counted before the page is looked up, and the count is asked again under the lock. It is what the model itself does; written out here so that something can happen in the middle of it.</summary>
public static class RepairedFault
{
    /// <summary>Handles a fault.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="meanwhile">What happens between the look-up and the lock.</param>
    [MaySleep]
    public static RetPf Fault(Guest guest, Action meanwhile)
    {
        Kvm kvm = guest.Kvm;
        using (kvm.Srcu.Read())
        {
            PageFault fault = kvm.BeginPageFault(guest.Vcpu, new GuestAccess(Guest.Address(0), AccessKind.Write, 1));
            fault.MmuSeq = kvm.MmuInvalidateSeq;
            HostPage? page = kvm.FaultinPfnShared(guest.Vcpu, fault, out _);
            if (page is null) return RetPf.Invalid;
            meanwhile();
            var outcome = RetPf.Retry;
            using (kvm.MmuLock.Write())
            {
                if (!kvm.IsPageFaultStale(fault) && kvm.MapPage(guest.Vcpu, fault, page).IsOk) outcome = RetPf.Fixed;
            }
            kvm.ReleasePfnClean(page);
            return outcome;
        }
    }
}
