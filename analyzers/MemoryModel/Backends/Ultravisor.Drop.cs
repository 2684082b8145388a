using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Backends;

// Dropping a memslot.
public sealed partial class Ultravisor
{
    /// <summary>Pages every secure page of a slot out and forgets the state of its frames. Works on an INVALID slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="skipPageOut">True when nobody wants the content any more: the pages are replaced by empty ones.</param>
    /// <remarks>
    /// Source: kvmppc_uvmem_drop_pages() as merged. Addresses come from the slot, not from a translation, which an INVALID slot refuses. The mmap lock is held for
    /// reading, since the layout does not change, and around the whole walk, since the area that is kept between pages is good only under one hold; the lock on secure pages is taken for each page.
    /// A page that cannot be paged out is logged and the walk goes on; a hole in the mapping is logged and ends it. The walk over areas that switches page merging off is a different one on purpose:
    /// it makes one call for each area, this one a call for each page.
    /// </remarks>
    [ExcludesLock("Kvm.Mm.MmapLock", nameof(UvmemLock)), MaySleep]
    public void DropPages(Memslot slot, bool skipPageOut)
    {
        Kvm.Mm.Lockdep?.MightSleep("dropping secure pages", Kvm.Mm.MmapLock, UvmemLock);
        Mm mm = Kvm.Mm;
        Vma? vma = null;
        Hva addr = slot.UserspaceAddr;
        Gfn gfn = slot.BaseGfn;

        mm.MmapReadLock();
        for (ulong left = slot.NPages; left > 0; left--, gfn += 1, addr += PageSize.Bytes)
        {
            // Looked up only when the address has left the area at hand: addresses only grow.
            if (vma is null || addr >= vma.End)
            {
                vma = mm.VmaLookup(addr);
                if (vma is null)
                {
                    Kvm.Log.Error($"Can't find VMA for gfn:{gfn}");
                    break;
                }
            }

            UvmemLock.Lock();
            if (FindSecurePage(gfn) is { } page)
            {
                MarkForDrop(page, skipPageOut, removeGfn: true);
                if (PageOutLocked(vma, addr, gfn).IsError) Kvm.Log.Error($"Can't page out gpa:{gfn.Address} addr:{addr}");
            }
            else
            {
                ForgetFrame(gfn);
            }
            UvmemLock.Unlock();
        }
        mm.MmapReadUnlock();
    }

    /// <inheritdoc/>
    public Errno PrepareMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh)
    {
        kvm.AssertPreparesMemslot();
        return Errno.Ok;
    }

    /// <inheritdoc/>
    /// <remarks>Source: kvmppc_radix_flush_memslot(). The pages of a slot that goes away are not wanted any more.</remarks>
    public void FlushMemslot(Kvm kvm, Memslot slot)
    {
        kvm.AssertFlushesMemslot();
        if (ReadState() == SecureGuestState.Normal) return;
        if (_drop is null) DropPages(slot, skipPageOut: true);
        else _drop(this, slot, skipPageOut: true);
    }

    /// <inheritdoc/>
    public void CommitMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh)
    {
        kvm.AssertCommitsMemslot();
        if (ReadState() == SecureGuestState.Normal) return;
        if (old is not null && change is (MemslotChange.Delete or MemslotChange.Move)) _firmware.UnregisterMemslot(old);
        if (change == MemslotChange.Delete && !SetMerging(old!, allowed: true)) kvm.Log.Error($"Can't switch page merging on for memslot {old!.Id}");
        if (fresh is not null && change is (MemslotChange.Create or MemslotChange.Move))
        {
            // Too late to refuse: the slot is there.
            if (!SetMerging(fresh, allowed: false)) kvm.Log.Error($"Can't switch page merging off for memslot {fresh.Id}");
            else if (_firmware.RegisterMemslot(fresh).IsError) Kvm.Log.Error($"Can't register memslot {fresh.Id}");
        }
    }

    [ExcludesLock(nameof(UvmemLock)), MaySleep]
    private SecureGuestState ReadState()
    {
        using (UvmemLock.Hold())
        {
            return _state;
        }
    }
}
