using LockDiscipline;
using MemoryModel;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;

namespace Samples.Swapping;

/// <summary>Two places of the patch of February 2008 as it was posted.</summary>
public static class PostedForm
{
    /// <summary>"The race can materialize if the linux pte is zapped after get_user_pages returns but before the page is mapped by the spte": looks the page up and maps it, and asks nothing in between.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="meanwhile">What happens between the look-up and the lock.</param>
    [NoLockAnalysis("wrong on purpose: maps a page without asking whether it was invalidated meanwhile")]
    public static void Fault(Guest guest, Action meanwhile)
    {
        Kvm kvm = guest.Kvm;
        using (kvm.Srcu.Read())
        {
            PageFault fault = kvm.BeginPageFault(guest.Vcpu, new GuestAccess(Guest.Address(0), AccessKind.Write, 1));
            HostPage? page = kvm.FaultinPfnShared(guest.Vcpu, fault, out _);
            if (page is null) return;
            meanwhile();
            using (kvm.MmuLock.Write())
            {
                _ = kvm.MapPage(guest.Vcpu, fault, page);
            }
            kvm.ReleasePfnClean(page);
        }
    }

    /// <summary>"spte = rmap_next(kvm, rmapp, spte); kvm_unmap_spte(kvm, curr_spte);": looks the next entry up before it takes the current one out, which puts the last entry in its place.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="slot">The slot.</param>
    /// <returns>True when TLBs must be flushed.</returns>
    [RequiresLock("kvm.MmuLock"), LeavesPending("tlb flush", WhenReturns = true)]
    public static bool UnmapRmapp(Kvm kvm, Memslot slot)
    {
        bool flush = false;
        ShadowRoot? current = slot.Rmap.At(kvm, 0, 0);
        while (current is not null)
        {
            ShadowRoot? next = Next(kvm, slot, current);
            flush |= kvm.ZapEntry(slot, current, slot.BaseGfn);
            current = next;
        }
        return flush;
    }

    [RequiresLock("kvm.MmuLock", Shared = true)]
    [return: ValidUnder("kvm.MmuLock")]
    private static ShadowRoot? Next(Kvm kvm, Memslot slot, ShadowRoot root)
    {
        for (int i = 0; slot.Rmap.At(kvm, 0, i) is { } found; i++)
        {
            if (ReferenceEquals(found, root)) return slot.Rmap.At(kvm, 0, i + 1);
        }
        return null;
    }
}
