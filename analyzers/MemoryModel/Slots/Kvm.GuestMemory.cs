using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel;

// What the kernel itself reads and writes in a guest's memory.
public sealed partial class Kvm
{
    /// <summary>Reads a word of each of some pages.</summary>
    /// <param name="gfn">The first frame.</param>
    /// <param name="words">Where to put them, one per page.</param>
    /// <returns>Ok; EFAULT at the first page that cannot be read: those before it have been.</returns>
    /// <remarks>Source: kvm_read_guest().</remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    [ExcludesLock(nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    public Errno ReadGuest(Gfn gfn, Span<ulong> words)
    {
        Srcu.AssertHeldShared();
        Mm.Lockdep?.MightSleep("guest memory", MmuLock, Mm.MmapLock);
        for (int i = 0; i < words.Length; i++)
        {
            Result<Hva> hva = GfnToHva(gfn + (ulong)i);
            if (hva.IsError) return Errno.EFAULT;
            Result<ulong> word = Mm.Read(hva.Value);
            if (word.IsError || Mm.Memory.Fails(FaultSite.UserCopy)) return Errno.EFAULT;
            words[i] = word.Value;
        }
        return Errno.Ok;
    }

    /// <summary>Writes a word of each of some pages, and notes that they were written.</summary>
    /// <param name="gfn">The first frame.</param>
    /// <param name="words">What to write, one per page.</param>
    /// <returns>Ok; EFAULT at the first page that cannot be written: those before it have been.</returns>
    /// <remarks>Source: kvm_write_guest().</remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    [ExcludesLock(nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    public Errno WriteGuest(Gfn gfn, ReadOnlySpan<ulong> words)
    {
        Srcu.AssertHeldShared();
        Mm.Lockdep?.MightSleep("guest memory", MmuLock, Mm.MmapLock);
        for (int i = 0; i < words.Length; i++)
        {
            Result<Hva> hva = GfnToHva(gfn + (ulong)i, write: true);
            if (hva.IsError) return Errno.EFAULT;
            if (Mm.Memory.Fails(FaultSite.UserCopy) || Mm.Write(hva.Value, words[i]).IsError) return Errno.EFAULT;
            if (GfnToMemslot(gfn + (ulong)i) is { } slot) MarkPageDirty(slot, gfn + (ulong)i);
        }
        return Errno.Ok;
    }

    /// <summary>Remembers where a range of guest memory is in the process, so that it need not be looked up each time.</summary>
    /// <param name="cache">What to fill in.</param>
    /// <param name="gpa">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>Ok; EINVAL when the range wraps around; EFAULT when a page of it is in no usable slot.</returns>
    /// <remarks>Source: kvm_gfn_to_hva_cache_init().</remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    public Errno InitHvaCache(GfnToHvaCache cache, Gpa gpa, ulong length) => cache.Error = LookUp(cache, gpa, length);

    [RequiresLock(nameof(Srcu), Shared = true)]
    private Errno LookUp(GfnToHvaCache cache, Gpa gpa, ulong length)
    {
        cache.Gpa = gpa;
        cache.Length = length;
        cache.Generation = Memslots().Generation;
        cache.Hva = null;
        if (length == 0 || gpa + (length - 1) < gpa) return Errno.EINVAL;
        Gfn last = (gpa + (length - 1)).Frame;
        for (Gfn gfn = gpa.Frame; gfn <= last; gfn += 1)
        {
            if (GfnToHva(gfn).IsError) return Errno.EFAULT;
        }
        // Across pages each is looked up when it is used: they need not be neighbours in the process.
        Result<Hva> first = GfnToHva(gpa.Frame);
        if (first.IsOk && gpa.Frame == last) cache.Hva = first.Value;
        return Errno.Ok;
    }

    /// <summary>Reads the first word of a remembered range; looks it up anew when memslots have changed.</summary>
    /// <param name="cache">The range.</param>
    /// <returns>The word; EINVAL, EFAULT.</returns>
    /// <remarks>Source: kvm_read_guest_cached().</remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    [ExcludesLock(nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    public Result<ulong> ReadGuestCached(GfnToHvaCache cache)
    {
        Srcu.AssertHeldShared();
        Mm.Lockdep?.MightSleep("guest memory", MmuLock, Mm.MmapLock);
        if (cache.Generation != Memslots().Generation)
        {
            Errno error = InitHvaCache(cache, cache.Gpa, cache.Length);
            if (error.IsError) return error;
        }
        if (cache.Error.IsError) return Errno.EFAULT;
        Result<ulong> word;
        if (cache.Hva is { } hva)
        {
            word = Mm.Read(hva);
        }
        else
        {
            Result<Hva> looked = GfnToHva(cache.Gpa.Frame);
            if (looked.IsError) return Errno.EFAULT;
            word = Mm.Read(looked.Value);
        }
        return word.IsError ? Errno.EFAULT : word;
    }
}
