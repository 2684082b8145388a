using LockDiscipline;
using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace Samples.SecureMemslots;

/// <summary>The rework as posted in its second version: pages out directly, but wants one area to hold all that is left of the slot.</summary>
public static class PostedDrop
{
    /// <summary>Drops a slot whose memory is mapped in one area; of any other it drops nothing.</summary>
    /// <param name="uv">The guest's back end.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="skipPageOut">True when nobody wants the content any more.</param>
    [ExcludesLock("uv.Kvm.Mm.MmapLock", "uv.UvmemLock"), MaySleep]
    public static void Drop(Ultravisor uv, Memslot slot, bool skipPageOut)
    {
        Mm mm = uv.Kvm.Mm;
        Vma? vma = null;
        Hva addr = slot.UserspaceAddr;
        Hva end = slot.HvaRange.End;
        Gfn gfn = slot.BaseGfn;

        mm.MmapReadLock();
        for (; addr < end; gfn += 1, addr += PageSize.Bytes)
        {
            if (vma is null || addr < vma.Start || addr >= vma.End)
            {
                vma = mm.FindVmaIntersection(addr, end);
                // The second test is the one that a slot over two areas fails at its first page.
                if (vma is null || vma.Start > addr || vma.End < end)
                {
                    uv.Kvm.Log.Error($"Can't find VMA for gfn:{gfn}");
                    break;
                }
            }

            uv.UvmemLock.Lock();
            if (uv.FindSecurePage(gfn) is { } page)
            {
                uv.MarkForDrop(page, skipPageOut, removeGfn: true);
                if (uv.PageOutLocked(vma, addr, gfn).IsError) uv.Kvm.Log.Error($"Can't page out gpa:{gfn.Address} addr:{addr}");
            }
            uv.UvmemLock.Unlock();
        }
        mm.MmapReadUnlock();
    }
}
