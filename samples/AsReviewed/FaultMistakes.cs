using LockDiscipline;
using MemoryModel;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;

namespace Samples.AsReviewed;

/// <summary>The fault on private memory with the mistakes that its review was about, or that its code invites. One mistake in each method; the right form is the sample PrivateFault.</summary>
public static class FaultMistakes
{
    /// <summary>"long pfn = kvm_memfd_get_pfn(...)": an error comes in the same variable, and "pfn &lt; 0" is asked before the number is used. Here it is asked afterwards.</summary>
    [MaySleep]
    public static Pfn PageUsedBeforeItsTest(Kvm kvm, Vcpu vcpu, Gfn gfn)
    {
        using (kvm.Srcu.Read())
        {
            PageFault fault = kvm.BeginPageFault(vcpu, new GuestAccess(gfn.Address, AccessKind.Write, 1));
            Result<HostPage> page = GuestMemfd.FindPfn(kvm, fault.Slot!, gfn);
            Pfn pfn = page.Value.Pfn; // mistake: there may be no page
            if (page.IsError) return default;
            GuestMemfd.PutPfn(kvm, page.Value);
            return pfn;
        }
    }

    /// <summary>"if (is_private_pfn) kvm_memfd_put_pfn(fault->pfn); else kvm_release_pfn_clean(fault->pfn);": each kind has its own release. Here there is one for both.</summary>
    [MaySleep]
    public static void PageGivenBackAsTheOtherKind(Kvm kvm, Vcpu vcpu, Gfn gfn)
    {
        using (kvm.Srcu.Read())
        {
            PageFault fault = kvm.BeginPageFault(vcpu, new GuestAccess(gfn.Address, AccessKind.Write, 1));
            HostPage? page = kvm.FaultinPfnPrivate(vcpu, fault, out _);
            if (page is null) return;
            kvm.ReleasePfnClean(page); // mistake: taken from the guest_memfd
        }
    }

    /// <summary>Between the look-up of the page and the lock, the posted code has a way out. Only errors take it there. Here a retry does, and the page stays taken.</summary>
    [MaySleep]
    public static RetPf EarlyReturnWithThePage(Kvm kvm, Vcpu vcpu, Gfn gfn)
    {
        using (kvm.Srcu.Read())
        {
            PageFault fault = kvm.BeginPageFault(vcpu, new GuestAccess(gfn.Address, AccessKind.Write, 1));
            fault.MmuSeq = kvm.MmuInvalidateSeq;
            HostPage? page = kvm.FaultinPfnPrivate(vcpu, fault, out _);
            if (page is null) return RetPf.Invalid;
            RetPf outcome = RetPf.Retry;
            using (kvm.MmuLock.Write())
            {
                if (kvm.IsPageFaultStale(fault)) return RetPf.Retry; // mistake: the page is not given back
                if (kvm.MapPage(vcpu, fault, page).IsOk) outcome = RetPf.Fixed;
            }
            GuestMemfd.PutPfn(kvm, page);
            return outcome;
        }
    }

    /// <summary>"mmu_seq = vcpu->kvm->mmu_notifier_seq; smp_rmb();" comes before the page is looked up. Here it comes after, and misses what was invalidated in between.</summary>
    [MaySleep]
    public static RetPf SampledAfterTheLookUp(Kvm kvm, Vcpu vcpu, Gfn gfn)
    {
        using (kvm.Srcu.Read())
        {
            PageFault fault = kvm.BeginPageFault(vcpu, new GuestAccess(gfn.Address, AccessKind.Write, 1));
            HostPage? page = kvm.FaultinPfnPrivate(vcpu, fault, out _); // mistake: looked up before the count is read
            if (page is null) return RetPf.Invalid;
            fault.MmuSeq = kvm.MmuInvalidateSeq;
            RetPf outcome = RetPf.Retry;
            using (kvm.MmuLock.Write())
            {
                if (!kvm.IsPageFaultStale(fault) && kvm.MapPage(vcpu, fault, page).IsOk) outcome = RetPf.Fixed;
            }
            GuestMemfd.PutPfn(kvm, page);
            return outcome;
        }
    }

    /// <summary>"if (!is_private_pfn &amp;&amp; is_page_fault_stale(vcpu, fault, mmu_seq))": as posted. A hole punched meanwhile goes unnoticed.</summary>
    [MaySleep]
    public static RetPf RecheckLeftOutForPrivatePages(Kvm kvm, Vcpu vcpu, Gfn gfn)
    {
        using (kvm.Srcu.Read())
        {
            PageFault fault = kvm.BeginPageFault(vcpu, new GuestAccess(gfn.Address, AccessKind.Write, 1));
            fault.MmuSeq = kvm.MmuInvalidateSeq;
            HostPage? page = kvm.FaultinPfnPrivate(vcpu, fault, out _);
            if (page is null) return RetPf.Invalid;
            RetPf outcome = RetPf.Retry;
            using (kvm.MmuLock.Write())
            {
                bool stale = !fault.IsPrivate && kvm.IsPageFaultStale(fault);
                if (!stale && kvm.MapPage(vcpu, fault, page).IsOk) outcome = RetPf.Fixed; // mistake: not asked for every page
            }
            GuestMemfd.PutPfn(kvm, page);
            return outcome;
        }
    }

    /// <summary>"vcpu->run->mem.u.map.gpa", "size", "type": user space converts what these say. Here one of them is left from the exit before.</summary>
    [AssignedWhenReturns(ExitReason.MemoryFault, "vcpu.Exit.Gpa", "vcpu.Exit.Size", "vcpu.Exit.IsPrivate")]
    public static ExitReason ExitWithoutTheKind(Vcpu vcpu, Gfn gfn)
    {
        vcpu.Exit.ExitReason = ExitReason.MemoryFault;
        vcpu.Exit.Gpa = gfn.Address;
        vcpu.Exit.Size = PageSize.Bytes;
        return ExitReason.MemoryFault; // mistake: private or shared?
    }
}
