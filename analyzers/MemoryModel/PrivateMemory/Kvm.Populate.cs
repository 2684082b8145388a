using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel;

// Loading a guest's first image into private memory.
public sealed partial class Kvm
{
    /// <summary>Puts the first content into private memory, page by page, until an error.</summary>
    /// <param name="start">The first frame.</param>
    /// <param name="source">Where the process has the content, page aligned; null for none.</param>
    /// <param name="pageCount">Number of pages; what is beyond the end of the first frame's slot is left out.</param>
    /// <param name="handler">Puts the content in; may sleep.</param>
    /// <returns>
    /// Number of pages done, if any; otherwise the first error: EINVAL for no pages, or more than 2^63-1, for a source that is not page aligned, a frame without private memory, or one that is not private; EFAULT when the source is not mapped, or the file closed;
    /// EINTR for a signal; the handler's error.
    /// </returns>
    /// <remarks>
    /// Source: kvm_gmem_populate(), what came of the HVA range operator. The source is faulted in before the file is locked: the fault takes the mmap lock, which goes before the file's. The handler runs under the file's
    /// <see cref="GuestMemfd.InvalidateLock"/>: no hole can be punched meanwhile.
    /// </remarks>
    [ExcludesLock(nameof(SlotsLock), nameof(Srcu), nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    public Result<ulong> GmemPopulate(Gfn start, Hva? source, ulong pageCount, [StopsAtFirstError] GmemPopulate handler)
    {
        Mm.Lockdep?.MightSleep("populating private memory", SlotsLock, Srcu, MmuLock, Mm.MmapLock);
        if (pageCount is 0 or > long.MaxValue || source is { IsPageAligned: false }) return Errno.EINVAL;
        ulong done = 0;
        Errno error = Errno.Ok;
        using (SlotsLock.Hold())
        using (Srcu.Read())
        {
            if (GfnToMemslot(start) is { } first) pageCount = Math.Min(pageCount, first.GfnRange.End - start);
            for (; done < pageCount; done++)
            {
                error = PopulateOne(start + done, source is { } hva ? hva + (done << PageSize.Shift) : null, handler);
                if (error.IsError) break;
            }
        }
        Mm.RunTaskWork();
        if (done > 0) return done;
        return error;
    }

    [RequiresLock(nameof(SlotsLock))]
    [RequiresLock(nameof(Srcu), Shared = true)]
    [ExcludesLock(nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    private Errno PopulateOne(Gfn gfn, Hva? source, [StopsAtFirstError] GmemPopulate handler)
    {
        if (GfnToMemslot(gfn) is not { Gmem: not null } slot) return Errno.EINVAL;
        if (slot.Gmem.File is not { } file || !file.TryGet()) return Errno.EFAULT;
        Errno error = PopulateFrom(file, slot, gfn, source, handler);
        Mm.PutLater(file);
        return error;
    }

    [RequiresLock(nameof(SlotsLock))]
    [RequiresLock(nameof(Srcu), Shared = true)]
    [ExcludesLock(nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    private Errno PopulateFrom(GuestMemfd file, Memslot slot, Gfn gfn, Hva? source, [StopsAtFirstError] GmemPopulate handler)
    {
        if (file.TakeSignal()) return Errno.EINTR;
        ulong? content = null;
        if (source is { } hva)
        {
            Result<ulong> word = Mm.Read(hva);
            if (word.IsError || Mm.Memory.Fails(FaultSite.UserCopy)) return Errno.EFAULT;
            content = word.Value;
        }
        using (file.InvalidateLock.Write())
        {
            if (!MemIsPrivate(gfn)) return Errno.EINVAL;
            Result<HostPage> page = GuestMemfd.GetPfn(this, slot, gfn);
            if (page.IsError) return page.Error;
            Errno error = handler(this, gfn, page.Value, content);
            GuestMemfd.PutPfn(this, page.Value);
            return error;
        }
    }
}
