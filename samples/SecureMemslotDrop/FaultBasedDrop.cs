using LockDiscipline;
using MemoryModel;
using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace Samples.SecureMemslots;

/// <summary>The way before the rework: touch each page as the host would, and let the fault page it out. The locking is right; the idea is not, for an INVALID slot.</summary>
public static class FaultBasedDrop
{
    /// <summary>Drops a slot through page faults.</summary>
    /// <param name="uv">The guest's back end.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="skipPageOut">True when nobody wants the content any more.</param>
    [ExcludesLock("uv.Kvm.Mm.MmapLock", "uv.UvmemLock"), MaySleep]
    public static void Drop(Ultravisor uv, Memslot slot, bool skipPageOut)
    {
        Kvm kvm = uv.Kvm;
        for (Gfn gfn = slot.BaseGfn; gfn < slot.GfnRange.End; gfn += 1)
        {
            uv.UvmemLock.Lock();
            if (uv.FindSecurePage(gfn) is not { } secure)
            {
                uv.UvmemLock.Unlock();
                continue;
            }
            uv.MarkForDrop(secure, skipPageOut, removeGfn: false);
            uv.UvmemLock.Unlock();

            // The fault takes the mmap lock and the lock on secure pages itself: neither may be held here.
            int index = kvm.Srcu.ReadLock();
            Result<HostPage> page = kvm.GfnToPage(gfn);
            if (page.IsOk) kvm.Mm.Memory.PutPage(page.Value);
            kvm.Srcu.ReadUnlock(index);
        }
    }
}
