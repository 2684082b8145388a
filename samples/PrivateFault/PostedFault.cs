using LockDiscipline;
using MemoryModel;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;

namespace Samples.PrivateFaults;

/// <summary>The fault on private memory as posted in December 2021: a page that is allocated is private, and the check for invalidations is left out for it.</summary>
public static class PostedFault
{
    /// <summary>What the fault came to.</summary>
    public enum Outcome
    {
        /// <summary>Mapped.</summary>
        Fixed,

        /// <summary>Something was invalidated meanwhile.</summary>
        Retry,

        /// <summary>To user space: make it private.</summary>
        ExitMapPrivate,

        /// <summary>To user space: make it shared.</summary>
        ExitMapShared,

        /// <summary>No page is to be had.</summary>
        Failed,
    }

    /// <summary>Handles a fault.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="gfn">The frame.</param>
    /// <param name="isPrivate">The access is to private memory.</param>
    /// <param name="meanwhile">What happens between the look-up and the lock.</param>
    [MaySleep]
    public static Outcome Handle(Guest guest, Gfn gfn, bool isPrivate, Action? meanwhile = null)
    {
        Kvm kvm = guest.Kvm;
        using (kvm.Srcu.Read())
        {
            PageFault fault = kvm.BeginPageFault(guest.Vcpu, new GuestAccess(gfn.Address, AccessKind.Write, 1));
            if (fault.Slot is null) return Outcome.Failed;
            Result<HostPage> page = GuestMemfd.FindPfn(kvm, fault.Slot, gfn);
            if (page.IsError) return isPrivate ? Exit(guest, fault, Outcome.ExitMapPrivate) : HandleShared(kvm, guest.Vcpu, fault);
            if (!isPrivate)
            {
                // Given back before the exit.
                GuestMemfd.PutPfn(kvm, page.Value);
                return Exit(guest, fault, Outcome.ExitMapShared);
            }
            meanwhile?.Invoke();
            InstallUnchecked(kvm, guest.Vcpu, fault, page.Value);
            GuestMemfd.PutPfn(kvm, page.Value);
            return Outcome.Fixed;
        }
    }

    [RequiresLock("kvm.Srcu", Shared = true)]
    [MaySleep]
    private static Outcome HandleShared(Kvm kvm, Vcpu vcpu, PageFault fault)
    {
        fault.MmuSeq = kvm.MmuInvalidateSeq;
        HostPage? page = kvm.FaultinPfnShared(vcpu, fault, out _);
        if (page is null) return Outcome.Failed;
        var outcome = Outcome.Retry;
        using (kvm.MmuLock.Write())
        {
            if (!kvm.IsPageFaultStale(fault) && kvm.MapPage(vcpu, fault, page).IsOk) outcome = Outcome.Fixed;
        }
        kvm.ReleasePfnClean(page);
        return outcome;
    }

    private static Outcome Exit(Guest guest, PageFault fault, Outcome outcome)
    {
        _ = guest.Kvm.ReportMemoryFault(guest.Vcpu, fault);
        return outcome;
    }

    /// <summary>"if (!is_private_pfn &amp;&amp; is_page_fault_stale(...))": for a private page nobody asks.</summary>
    [NoLockAnalysis("wrong on purpose: maps a page without asking whether it was invalidated meanwhile")]
    private static void InstallUnchecked(Kvm kvm, Vcpu vcpu, PageFault fault, HostPage page)
    {
        using (kvm.MmuLock.Write())
        {
            _ = kvm.MapPage(vcpu, fault, page);
        }
    }
}
