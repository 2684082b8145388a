using LockDiscipline;
using MemoryModel;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;

namespace Samples.PrivateFaults;

/// <summary>The same fault with the check made for private pages as well. It is what the model itself does; written out here so that something can happen in the middle of it.</summary>
public static class CheckedFault
{
    /// <summary>Handles a fault on private memory.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="gfn">The frame.</param>
    /// <param name="meanwhile">What happens between the look-up and the lock.</param>
    [MaySleep]
    public static RetPf Handle(Guest guest, Gfn gfn, Action meanwhile)
    {
        Kvm kvm = guest.Kvm;
        using (kvm.Srcu.Read())
        {
            PageFault fault = kvm.BeginPageFault(guest.Vcpu, new GuestAccess(gfn.Address, AccessKind.Write, 1));
            fault.MmuSeq = kvm.MmuInvalidateSeq;
            HostPage? page = kvm.FaultinPfnPrivate(guest.Vcpu, fault, out _);
            if (page is null) return RetPf.Invalid;
            meanwhile();
            var outcome = RetPf.Retry;
            using (kvm.MmuLock.Write())
            {
                if (!kvm.IsPageFaultStale(fault) && kvm.MapPage(guest.Vcpu, fault, page).IsOk) outcome = RetPf.Fixed;
            }
            GuestMemfd.PutPfn(kvm, page);
            return outcome;
        }
    }
}
