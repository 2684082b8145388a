using LockDiscipline;
using MemoryModel;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;

namespace Samples.AsReviewed;

/// <summary>Swapping a guest's memory with the mistakes that the patch of February 2008 guards against, or admits. One mistake in each method; the right form is the sample SwapThroughNotifiers.</summary>
public static class SwapMistakes
{
    /// <summary>"The race can materialize if the linux pte is zapped after get_user_pages returns but before the page is mapped by the spte": as posted.</summary>
    [MaySleep]
    public static void MappedWithoutARecheck(Kvm kvm, Vcpu vcpu, Gfn gfn)
    {
        using (kvm.Srcu.Read())
        {
            PageFault fault = kvm.BeginPageFault(vcpu, new GuestAccess(gfn.Address, AccessKind.Write, 1));
            HostPage? page = kvm.FaultinPfnShared(vcpu, fault, out _);
            if (page is null) return;
            using (kvm.MmuLock.Write())
            {
                _ = kvm.MapPage(vcpu, fault, page); // mistake: nobody asks whether it was swapped out meanwhile
            }
            kvm.ReleasePfnClean(page);
        }
    }

    /// <summary>"kvm_flush_remote_tlbs(kvm); __free_page(page);": in this order. Here the page is free while vCPUs still reach it.</summary>
    [RequiresLock("kvm.MmuLock")]
    public static void FreedBeforeTheFlush(Kvm kvm, Memslot slot, ShadowRoot root, HostPage page)
    {
        HostPage pinned = kvm.Mm.Memory.GetPage(page);
        bool flush = kvm.ZapEntry(slot, root, slot.BaseGfn);
        FreePage(kvm, pinned); // mistake: before the flush
        if (flush) kvm.FlushRemoteTlbs();
    }

    /// <summary>"young |= kvm_age_rmapp(...)": the flag of each entry is merged with those before. Here the last one wins.</summary>
    [RequiresLock("kvm.MmuLock")]
    public static void FlushFlagLost(Kvm kvm, Memslot slot, ShadowRoot root)
    {
        bool flush = false;
        for (Gfn gfn = slot.BaseGfn; gfn < slot.GfnRange.End; gfn += 1)
        {
            flush = kvm.ZapEntry(slot, root, gfn); // mistake: what the frame before needed is forgotten
        }
        if (flush) kvm.FlushRemoteTlbs();
    }

    /// <summary>"curr_spte = spte; spte = rmap_next(kvm, rmapp, spte); kvm_unmap_spte(kvm, curr_spte);": the next one is looked up before the current one goes. Here it is looked up from one that is gone.</summary>
    [RequiresLock("kvm.MmuLock"), LeavesPending("tlb flush", WhenReturns = true)]
    public static bool NextOfARemovedEntry(Kvm kvm, Memslot slot)
    {
        bool flush = false;
        ShadowRoot? entry = slot.Rmap.At(kvm, 0, 0);
        while (entry is not null)
        {
            flush |= Unmap(kvm, slot, entry);
            entry = Next(kvm, slot, entry); // mistake: not in the list any more
        }
        return flush;
    }

    /// <summary>"set userspace_addr atomically for kvm_hva_to_rmapp": under the mmu_lock, which is all that walkers hold. Here without it.</summary>
    public static void AddressPublishedWithoutTheLock(PublishedSlot slot, Hva addr)
    {
        slot.UserspaceAddr = addr; // mistake: a walker may be reading it
    }

    [RequiresSettled("tlb flush")]
    private static void FreePage(Kvm kvm, [Consumes("page reference")] HostPage page) => kvm.Mm.Memory.PutPage(page, PageHolder.Kernel);

    [RequiresLock("kvm.MmuLock"), LeavesPending("tlb flush", WhenReturns = true)]
    private static bool Unmap(Kvm kvm, Memslot slot, [Consumes("reverse map entry")] ShadowRoot entry) => kvm.ZapEntry(slot, entry, slot.BaseGfn);

    [RequiresLock("kvm.MmuLock", Shared = true)]
    [return: ValidUnder("kvm.MmuLock")]
    private static ShadowRoot? Next(Kvm kvm, Memslot slot, ShadowRoot entry)
    {
        for (int i = 0; slot.Rmap.At(kvm, 0, i) is { } found; i++)
        {
            if (ReferenceEquals(found, entry)) return slot.Rmap.At(kvm, 0, i + 1);
        }
        return null;
    }
}

/// <summary>A memslot as walkers of 2008 see it: they pass it over as long as it has no address.</summary>
public sealed class PublishedSlot
{
    private readonly SpinningLock _mmuLock = new("mmu_lock");
    private Hva _userspaceAddr;

    /// <summary>Where its memory is in the process; zero while that is not known.</summary>
    public Hva UserspaceAddr
    {
        [RequiresLock(nameof(_mmuLock))] get => _userspaceAddr;
        [RequiresLock(nameof(_mmuLock))] set => _userspaceAddr = value;
    }
}
