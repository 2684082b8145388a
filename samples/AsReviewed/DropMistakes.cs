using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace Samples.AsReviewed;

/// <summary>Dropping a secure memslot with the mistakes that its review was about. One mistake in each method; the right form is the sample SecureMemslotDrop.</summary>
public static class DropMistakes
{
    /// <summary>The review's first question is about locks: page-out needs the VMA, and the VMA is good only under the mmap lock. Here nobody holds it.</summary>
    public static void VmaWithoutTheMmapLock(Ultravisor uv, Memslot slot)
    {
        Hva addr = slot.UserspaceAddr;
        Vma? vma = uv.Kvm.Mm.VmaLookup(addr); // mistake: looked up without the lock
        if (vma is null) return;
        uv.UvmemLock.Lock();
        Errno error = uv.PageOutLocked(vma, addr, slot.BaseGfn); // mistake: and used without it
        if (error.IsError) uv.Kvm.Log.Error($"Can't page out gfn:{slot.BaseGfn}: {error}");
        uv.UvmemLock.Unlock();
    }

    /// <summary>The posted patch leaves its loop with a break, so that the path without a VMA reaches the unlock. Here it returns.</summary>
    public static void EarlyReturnWithTheMmapLockHeld(Ultravisor uv, Memslot slot)
    {
        Mm mm = uv.Kvm.Mm;
        Hva addr = slot.UserspaceAddr;
        mm.MmapReadLock();
        for (Gfn gfn = slot.BaseGfn; gfn < slot.GfnRange.End; gfn += 1, addr += PageSize.Bytes)
        {
            Vma? vma = mm.VmaLookup(addr);
            if (vma is null)
            {
                uv.Kvm.Log.Error($"Can't find VMA for gfn:{gfn}");
                return; // mistake: the mmap lock stays held
            }
            Errno error = uv.PageOut(vma, addr, gfn);
            if (error.IsError) uv.Kvm.Log.Error($"Can't page out gfn:{gfn}: {error}");
        }
        mm.MmapReadUnlock();
    }

    /// <summary>"Since the caller is already holding uvmem_lock, the call to __kvmppc_svm_page_out() is made." Here the variant that takes the lock is called instead.</summary>
    public static void LockingVariantWithTheLockHeld(Ultravisor uv, Memslot slot)
    {
        Mm mm = uv.Kvm.Mm;
        Hva addr = slot.UserspaceAddr;
        mm.MmapReadLock();
        Vma? vma = mm.VmaLookup(addr);
        if (vma is not null)
        {
            uv.UvmemLock.Lock();
            Errno error = uv.PageOut(vma, addr, slot.BaseGfn); // mistake: the mutex is not recursive
            if (error.IsError) uv.Kvm.Log.Error($"Can't page out gfn:{slot.BaseGfn}: {error}");
            uv.UvmemLock.Unlock();
        }
        mm.MmapReadUnlock();
    }

    /// <summary>"if (!vma || vma->vm_start > addr)": the look-up answers with the next VMA where there is none at the address. Here only null is asked for.</summary>
    public static void NearestVmaTakenForAHit(Ultravisor uv, Memslot slot)
    {
        Hva addr = slot.UserspaceAddr;
        using (uv.Kvm.Mm.MmapRead())
        {
            Vma? vma = uv.Kvm.Mm.FindVma(addr);
            if (vma is null) return;
            Errno error = uv.PageOut(vma, addr, slot.BaseGfn); // mistake: the VMA may begin behind the address
            if (error.IsError) uv.Kvm.Log.Error($"Can't page out gfn:{slot.BaseGfn}: {error}");
        }
    }

    /// <summary>The VMA is kept from page to page, which is right only while the mmap lock is held all the time. Here it is dropped and taken again.</summary>
    public static void VmaKeptWhileTheLockWasDropped(Ultravisor uv, Memslot slot)
    {
        Mm mm = uv.Kvm.Mm;
        Hva addr = slot.UserspaceAddr;
        mm.MmapReadLock();
        Vma? vma = mm.VmaLookup(addr);
        mm.MmapReadUnlock();
        if (vma is null) return;
        mm.MmapReadLock();
        Errno error = uv.PageOut(vma, addr, slot.BaseGfn); // mistake: it may have been unmapped meanwhile
        if (error.IsError) uv.Kvm.Log.Error($"Can't page out gfn:{slot.BaseGfn}: {error}");
        mm.MmapReadUnlock();
    }
}
