using LockDiscipline;
using MemoryModel.Memory;

namespace MemoryModel.Backends;

// Moving one page between ordinary and secure memory.
public sealed partial class Ultravisor
{
    /// <summary>Moves a page of ordinary memory into secure memory.</summary>
    /// <param name="vma">The area that holds the address.</param>
    /// <param name="start">Page-aligned address.</param>
    /// <param name="gfn">The frame behind it.</param>
    /// <param name="copy">False: the content is not wanted.</param>
    /// <returns>Ok. EINVAL when the area does not hold the page; ENOMEM when the pool is empty; EBUSY when somebody else holds the page, or it is in secure memory already; the Ultravisor's error. Nothing has changed after an error.</returns>
    /// <remarks>Source: kvmppc_svm_page_in().</remarks>
    [RequiresLock("Kvm.Mm.MmapLock", Shared = true)]
    [RequiresLock(nameof(UvmemLock)), MaySleep]
    public Errno PageInLocked(Vma vma, Hva start, Gfn gfn, bool copy)
    {
        Kvm.Mm.MmapLock.AssertHeldShared();
        Kvm.Mm.Lockdep?.MightSleep("moving a secure page");
        UvmemLock.AssertHeld();
        if (!vma.Contains(start)) return Errno.EINVAL;
        Pte seen = Kvm.Mm.PteAt(start);
        // A page that somebody else holds cannot migrate: the table's reference must be the only one.
        if (seen.Device is not null || seen.Swap is not null || seen.IsPoisoned || seen.Page is { IsZeroPage: false, References: > 1 }) return Errno.EBUSY;

        Result<Pfn> pfn = _pool.Alloc(this);
        if (pfn.IsError) return pfn.Error;
        var page = new SecurePage(pfn.Value, this, gfn);
        // What was shared with the hypervisor is cleared on the way back.
        ulong content = copy && !_shared.Contains(gfn) && seen.Page is { } source ? source.Content : 0;
        Errno error = _firmware.PageIn(page, content);
        if (error.IsOk && !Kvm.Mm.InvalidateAround(start, seen, Pte.Of(page), MmuEvent.Migrate)) error = Errno.EBUSY;
        if (error.IsError)
        {
            _firmware.Forget(page);
            _pool.Free(pfn.Value);
            return error;
        }
        if (seen.Page is { IsZeroPage: false } old) Kvm.Mm.Memory.PutPage(old, PageHolder.Kernel);
        _frames[gfn] = page;
        _shared.Remove(gfn);
        return Errno.Ok;
    }

    /// <summary>Moves a page of secure memory out, for callers that hold the lock on secure pages already.</summary>
    /// <param name="vma">The area that holds the address.</param>
    /// <param name="start">Page-aligned address.</param>
    /// <param name="gfn">The frame behind it.</param>
    /// <returns>
    /// Ok, also when the page is not in secure memory: success does not say that it was moved. EINVAL when the area does not hold the page; ENOMEM; the Ultravisor's error. Nothing has changed after an error.
    /// </returns>
    /// <remarks>Source: __kvmppc_svm_page_out().</remarks>
    [RequiresLock("Kvm.Mm.MmapLock", Shared = true)]
    [RequiresLock(nameof(UvmemLock)), MaySleep]
    public Errno PageOutLocked(Vma vma, Hva start, Gfn gfn)
    {
        Kvm.Mm.MmapLock.AssertHeldShared();
        Kvm.Mm.Lockdep?.MightSleep("moving a secure page");
        UvmemLock.AssertHeld();
        if (!vma.Contains(start)) return Errno.EINVAL;
        Pte seen = Kvm.Mm.PteAt(start);
        if (seen.Device is not SecurePage page || page.Owner != this || page.Gfn != gfn) return Errno.Ok;

        Result<HostPage> fresh = Kvm.Mm.Memory.AllocPage();
        if (fresh.IsError) return fresh.Error;
        if (!page.SkipPageOut)
        {
            Result<ulong> content = _firmware.PageOut(page);
            if (content.IsError)
            {
                Kvm.Mm.Memory.PutPage(fresh.Value, PageHolder.Kernel);
                return content.Error;
            }
            fresh.Value.Content = content.Value;
        }
        if (!Kvm.Mm.TryReplacePte(start, seen, Pte.Of(fresh.Value, Mm.FlagsIn(vma))))
        {
            // The migration was skipped: the page stays where it is, and that is no failure.
            Kvm.Mm.Memory.PutPage(fresh.Value, PageHolder.Kernel);
            return Errno.Ok;
        }
        FreePageLocked(page);
        return Errno.Ok;
    }

    /// <summary>Moves a page of secure memory out.</summary>
    /// <param name="vma">The area that holds the address.</param>
    /// <param name="start">Page-aligned address.</param>
    /// <param name="gfn">The frame behind it.</param>
    /// <returns>As <see cref="PageOutLocked"/>.</returns>
    /// <remarks>Source: kvmppc_svm_page_out(). Takes a mutex that is not recursive: whoever holds it calls the other one.</remarks>
    [LockedVariant(nameof(PageOutLocked))]
    [RequiresLock("Kvm.Mm.MmapLock", Shared = true)]
    [ExcludesLock(nameof(UvmemLock)), MaySleep]
    public Errno PageOut(Vma vma, Hva start, Gfn gfn)
    {
        Kvm.Mm.MmapLock.AssertHeldShared();
        Kvm.Mm.Lockdep?.MightSleep("moving a secure page", UvmemLock);
        using (UvmemLock.Hold())
        {
            return PageOutLocked(vma, start, gfn);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Source: kvmppc_uvmem_migrate_to_ram().</remarks>
    public Errno MigrateToRam(Mm mm, Vma vma, Hva addr)
    {
        Kvm.Mm.Lockdep?.MightSleep("moving a secure page");
        // The address space that faults is the machine's own: its pages are in no other.
        Kvm.Mm.MmapLock.AssertHeldShared();
        return Kvm.Mm.PteAt(addr).Device is SecurePage page ? PageOut(vma, addr, page.Gfn) : Errno.Ok;
    }

    /// <inheritdoc/>
    public void PageUnmapped(Mm mm, DevicePage page)
    {
        Kvm.Mm.MmapLock.AssertHeldShared();
        Kvm.Mm.Lockdep?.MightSleep("freeing a secure page", UvmemLock);
        using (UvmemLock.Hold())
        {
            FreePageLocked((SecurePage)page);
        }
    }

    /// <remarks>Source: kvmppc_uvmem_page_free().</remarks>
    [RequiresLock(nameof(UvmemLock))]
    private void FreePageLocked(SecurePage page)
    {
        _firmware.Forget(page);
        _pool.Free(page.Pfn);
        if (page.RemoveGfn) _frames.Remove(page.Gfn);
        else _frames[page.Gfn] = null;
    }
}
