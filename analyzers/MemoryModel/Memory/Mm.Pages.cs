using LockDiscipline;

namespace MemoryModel.Memory;

// The page table, and what a process does with its pages.
public sealed partial class Mm
{
    [GuardedBy(nameof(PageTableLock))]
    private readonly Dictionary<ulong, Pte> _pageTable = [];

    /// <summary>The page table entry of an address, at this moment.</summary>
    /// <param name="addr">Any address.</param>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    public Pte PteAt(Hva addr)
    {
        MmapLock.AssertHeldShared();
        using (PageTableLock.Hold())
        {
            return _pageTable.GetValueOrDefault(addr.Value >> PageSize.Shift);
        }
    }

    /// <summary>Replaces a page table entry if it is still the one that the caller saw. References move with the entries: the new one's becomes the table's, the old one's the caller's.</summary>
    /// <param name="addr">Any address.</param>
    /// <param name="seen">What the caller saw there.</param>
    /// <param name="fresh">What should be there.</param>
    /// <returns>False, with nothing changed, when the entry had changed meanwhile.</returns>
    /// <remarks>Source: the isolate and replace steps of migrate_vma.</remarks>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    public bool TryReplacePte(Hva addr, Pte seen, Pte fresh)
    {
        MmapLock.AssertHeldShared();
        ulong index = addr.Value >> PageSize.Shift;
        using (PageTableLock.Hold())
        {
            if (_pageTable.GetValueOrDefault(index) != seen) return false;
            if (fresh.IsNone) _pageTable.Remove(index);
            else _pageTable[index] = fresh;
            return true;
        }
    }

    /// <summary>Faults the page of an address in, as a processor's access would, and takes a reference to it.</summary>
    /// <param name="addr">Any address.</param>
    /// <param name="write">True for a write access.</param>
    /// <returns>The page with a reference for the caller. EFAULT when nothing is mapped there or the mapping forbids the access; ENOMEM; the device owner's error when the page could not be brought back.</returns>
    /// <remarks>Source: get_user_pages(). Takes the mmap lock for reading.</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    [return: Owned("page reference")]
    public Result<HostPage> GetUserPage(Hva addr, bool write)
    {
        using (MmapRead())
        {
            Vma? vma = VmaLookup(addr);
            if (vma is null || (vma.Flags & (write ? VmaFlags.Write : VmaFlags.Read)) == 0) return Errno.EFAULT;
            while (true)
            {
                Pte pte = PteAt(addr);
                if (pte.Page is { } page && page.TryGet()) return page;
                if (pte.Device is { } device)
                {
                    Errno error = device.Owner.MigrateToRam(this, vma, addr.PageDown);
                    if (error.IsError) return error;
                }
                else if (pte.IsNone)
                {
                    Errno error = PopulateZero(addr);
                    if (error.IsError) return error;
                }
            }
        }
    }

    /// <summary>The process reads a word.</summary>
    /// <param name="addr">Any address; the model keeps one word per page.</param>
    /// <returns>The content, or the error of <see cref="GetUserPage"/> (a process would get SIGSEGV or SIGBUS).</returns>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Result<ulong> Read(Hva addr)
    {
        Result<HostPage> page = GetUserPage(addr, write: false);
        if (page.IsError) return page.Error;
        ulong content = page.Value.Content;
        Memory.PutPage(page.Value);
        return content;
    }

    /// <summary>The process writes a word.</summary>
    /// <param name="addr">Any address; the model keeps one word per page.</param>
    /// <param name="content">What to write.</param>
    /// <returns>Ok, or the error of <see cref="GetUserPage"/>.</returns>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Errno Write(Hva addr, ulong content)
    {
        Result<HostPage> page = GetUserPage(addr, write: true);
        if (page.IsError) return page.Error;
        page.Value.Content = content;
        Memory.PutPage(page.Value);
        return Errno.Ok;
    }

    [RequiresLock(nameof(MmapLock), Shared = true)]
    private Errno PopulateZero(Hva addr)
    {
        Result<HostPage> page = Memory.AllocPage();
        if (page.IsError) return page.Error;
        // Somebody else may have been faster; the caller looks again either way.
        if (!TryReplacePte(addr, default, Pte.Of(page.Value))) Memory.PutPage(page.Value);
        return Errno.Ok;
    }

    /// <summary>Forgets the pages of a range that is being unmapped.</summary>
    [RequiresLock(nameof(MmapLock)), MaySleep]
    private void DropPages(HvaRange range)
    {
        List<Pte> dropped = TakeEntries(range);
        foreach (Pte pte in dropped)
        {
            if (pte.Page is { } page) Memory.PutPage(page);
            else if (pte.Device is { } device) device.Owner.PageUnmapped(this, device);
        }
    }

    private List<Pte> TakeEntries(HvaRange range)
    {
        ulong first = range.Start.Value >> PageSize.Shift;
        ulong end = range.End.Value >> PageSize.Shift;
        var taken = new List<Pte>();
        using (PageTableLock.Hold())
        {
            if (end - first <= (ulong)_pageTable.Count)
            {
                for (ulong index = first; index < end; index++)
                {
                    if (_pageTable.Remove(index, out Pte pte)) taken.Add(pte);
                }
                return taken;
            }
            // A large range with few pages in it: look at the pages there are. Sorted, so that the order does not depend on history.
            var indices = new List<ulong>();
            foreach (ulong index in _pageTable.Keys)
            {
                if (index >= first && index < end) indices.Add(index);
            }
            indices.Sort();
            foreach (ulong index in indices)
            {
                if (_pageTable.Remove(index, out Pte pte)) taken.Add(pte);
            }
        }
        return taken;
    }
}
