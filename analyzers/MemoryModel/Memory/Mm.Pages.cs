using System.Runtime.CompilerServices;
using LockDiscipline;

namespace MemoryModel.Memory;

// The page table, and what a process does with its pages.
public sealed partial class Mm
{
    [GuardedBy(nameof(PageTableLock))]
    private readonly RadixTable<Pte> _pageTable = new();

    /// <summary>The page table entry of an address, at this moment.</summary>
    /// <param name="addr">Any address.</param>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    public Pte PteAt(Hva addr)
    {
        MmapLock.AssertHeldShared();
        using (PageTableLock.Hold())
        {
            return _pageTable.Get(addr.Value >> PageSize.Shift);
        }
    }

    /// <summary>Replaces a page table entry if it still leads where the caller saw it lead. References move with the entries: the new one's becomes the table's, the old one's the caller's.</summary>
    /// <param name="addr">Any address.</param>
    /// <param name="seen">What the caller saw there.</param>
    /// <param name="fresh">What should be there.</param>
    /// <returns>False, with nothing changed, when the entry had changed meanwhile.</returns>
    /// <remarks>
    /// Source: the isolate and replace steps of migrate_vma. Of a page that is taken out of the table, the caller's reference is in the name of <see cref="PageHolder.Kernel"/>; so is the one that a new entry's page must come
    /// with. Tells nobody: whoever replaces an entry that leads somewhere brackets it with <see cref="InvalidateAround"/>.
    /// </remarks>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    public bool TryReplacePte(Hva addr, Pte seen, Pte fresh)
    {
        MmapLock.AssertHeldShared();
        using (PageTableLock.Hold())
        {
            ref Pte pte = ref _pageTable.Add(addr.Value >> PageSize.Shift);
            if (!pte.LeadsWhere(seen)) return false;
            if (seen.Page is { IsZeroPage: false } old) Memory.TakeFrom(old, PageHolder.PageTable, PageHolder.Kernel);
            if (fresh.Page is { IsZeroPage: false } page) Memory.GiveTo(page, PageHolder.Kernel, PageHolder.PageTable);
            pte = fresh;
            return true;
        }
    }

    /// <summary>Replaces a page table entry as <see cref="TryReplacePte"/> does, and tells every notifier before and after.</summary>
    /// <param name="addr">Any address.</param>
    /// <param name="seen">What the caller saw there.</param>
    /// <param name="fresh">What should be there.</param>
    /// <param name="reason">Why.</param>
    /// <returns>False, with nothing changed, when the entry had changed meanwhile.</returns>
    [RequiresLock(nameof(MmapLock), Shared = true), MaySleep]
    public bool InvalidateAround(Hva addr, Pte seen, Pte fresh, MmuEvent reason)
    {
        MmapLock.AssertHeldShared();
        Lockdep?.MightSleep("an invalidation");
        MmuNotifierRange notification = Invalidating(HvaRange.FromStartLength(addr.PageDown, PageSize.Bytes), reason);
        bool replaced = TryReplacePte(addr, seen, fresh);
        NotifyEnd(notification);
        return replaced;
    }

    /// <summary>Takes a reference to the page of an address if it is mapped for this access, without the mmap lock and without a fault.</summary>
    /// <param name="addr">Any address.</param>
    /// <param name="write">True for a write access.</param>
    /// <param name="writable">True when the entry allows writing, whatever was asked for.</param>
    /// <returns>The page with a reference for the caller; null when it takes more than that.</returns>
    /// <remarks>Source: get_user_pages_fast().</remarks>
    [return: Owned("page reference")]
    public HostPage? GetUserPageFast(Hva addr, bool write, out bool writable) => TakeMappedPage(addr, write, PteFlags.NoAccess | PteFlags.Special, out writable);

    /// <summary>The page of an address with a reference, if it is mapped for this access, and the entry is none of those that the caller cannot do with.</summary>
    [return: Owned("page reference")]
    private HostPage? TakeMappedPage(Hva addr, bool write, PteFlags unfit, out bool writable)
    {
        using (PageTableLock.Hold())
        {
            ref Pte pte = ref _pageTable.Find(addr.Value >> PageSize.Shift);
            writable = false;
            if (Unsafe.IsNullRef(ref pte) || pte.Page is not { IsPoisoned: false } page || (pte.Flags & unfit) != 0 || (write && !pte.IsWritable)) return null;
            if (!Memory.TryGet(page, PageHolder.GetUserPages)) return null;
            PteFlags marks = write ? PteFlags.Accessed | PteFlags.Dirty : PteFlags.Accessed;
            if ((pte.Flags & marks) != marks) pte = pte.With(pte.Flags | marks);
            writable = pte.IsWritable;
            return page;
        }
    }

    /// <summary>Faults the page of an address in, as a processor's access would, and takes a reference to it.</summary>
    /// <param name="addr">Any address.</param>
    /// <param name="write">True for a write access.</param>
    /// <returns>The page with a reference for the caller. EFAULT when nothing is mapped there, the mapping forbids the access, or it is of a device's memory; ENOMEM; EHWPOISON; the device owner's error when the page could not be brought back.</returns>
    /// <remarks>Source: get_user_pages(). Takes the mmap lock for reading, unless the page is there already.</remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    [return: Owned("page reference")]
    public Result<HostPage> GetUserPage(Hva addr, bool write) => GetUserPage(addr, write, out _);

    /// <summary>As <see cref="GetUserPage(Hva, bool)"/>, and says whether the page may be written through this address.</summary>
    /// <param name="addr">Any address.</param>
    /// <param name="write">True for a write access.</param>
    /// <param name="writable">True when the entry allows writing, which it may after a read as well.</param>
    /// <returns>As the other one.</returns>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    [return: Owned("page reference")]
    public Result<HostPage> GetUserPage(Hva addr, bool write, out bool writable)
    {
        Lockdep?.MightSleep("get_user_pages", MmapLock);
        HostPage? fast = GetUserPageFast(addr, write, out writable);
        return fast is not null ? fast : FaultIn(addr, write, PteFlags.NoAccess | PteFlags.Special, out writable);
    }

    /// <summary>What a guest's entry for an address must lead to: its page, as <see cref="GetUserPage(Hva, bool, out bool)"/> has it, or the memory of a device that is mapped there.</summary>
    /// <param name="addr">Any address.</param>
    /// <param name="write">True for a write access.</param>
    /// <param name="writable">True when the entry allows writing.</param>
    /// <returns>As <see cref="GetUserPage(Hva, bool)"/>, but for a device's memory, which it returns as well.</returns>
    /// <remarks>
    /// Source: hva_to_pfn(), whose last resort is hva_to_pfn_remapped(), formerly follow_pfn(). In the kernel there is no reference to what a device has, so that nothing but the notifiers keeps a guest from using it when it is
    /// gone; here there is one, for the length of the fault.
    /// </remarks>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    [return: Owned("page reference")]
    public Result<HostPage> HvaToPage(Hva addr, bool write, out bool writable)
    {
        Lockdep?.MightSleep("hva_to_pfn", MmapLock);
        HostPage? fast = GetUserPageFast(addr, write, out writable);
        return fast is not null ? fast : FaultIn(addr, write, PteFlags.NoAccess, out writable);
    }

    [ExcludesLock(nameof(MmapLock)), MaySleep]
    [return: Owned("page reference")]
    private Result<HostPage> FaultIn(Hva addr, bool write, PteFlags unfit, out bool writable)
    {
        writable = false;
        using (MmapRead())
        {
            Vma? vma = VmaLookup(addr);
            if (vma is null || (vma.Flags & (write ? VmaFlags.Write : VmaFlags.Read)) == 0) return Errno.EFAULT;
            if ((vma.Flags & VmaFlags.PfnMap) != 0 && (unfit & PteFlags.Special) != 0) return Errno.EFAULT;
            while (true)
            {
                Errno error = HandleFault(vma, addr, write);
                if (error.IsError) return error;
                HostPage? page = TakeMappedPage(addr, write, unfit, out writable);
                if (page is not null) return page;
            }
        }
    }

    /// <summary>The process reads a word.</summary>
    /// <param name="addr">Any address; the model keeps one word per page.</param>
    /// <returns>The content, or the error of <see cref="GetUserPage(Hva, bool)"/> (a process would get SIGSEGV or SIGBUS), or of the machine that protects the page.</returns>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Result<ulong> Read(Hva addr)
    {
        Result<HostPage> page = HvaToPage(addr, write: false, out _);
        if (page.IsError) return page.Error;
        Result<ulong> content = page.Value.Guard is { } guard ? guard.HostRead(page.Value) : page.Value.Content;
        Memory.PutPage(page.Value);
        return content;
    }

    /// <summary>The process writes a word.</summary>
    /// <param name="addr">Any address; the model keeps one word per page.</param>
    /// <param name="content">What to write.</param>
    /// <returns>Ok, or the error of <see cref="GetUserPage(Hva, bool)"/>, or of the machine that protects the page.</returns>
    [ExcludesLock(nameof(MmapLock)), MaySleep]
    public Errno Write(Hva addr, ulong content)
    {
        Result<HostPage> page = HvaToPage(addr, write: true, out _);
        if (page.IsError) return page.Error;
        Errno error = Errno.Ok;
        if (page.Value.Guard is { } guard) error = guard.HostWrite(page.Value, content);
        else page.Value.Content = content;
        Memory.PutPage(page.Value);
        return error;
    }

    /// <summary>Forgets the pages of a range that is being unmapped.</summary>
    [RequiresLock(nameof(MmapLock), Shared = true), MaySleep]
    private void DropPages(HvaRange range)
    {
        if (range.Length == PageSize.Bytes) DropPage(TakeEntry(range.Start));
        else TakeEntries(range).ForEach(DropPage);
    }

    [RequiresLock(nameof(MmapLock), Shared = true), MaySleep]
    private void DropPage(Pte pte)
    {
        if (pte.Page is { IsZeroPage: false } page) Memory.Put(page, PageHolder.PageTable);
        else if (pte.Swap is { } swap) DropSwap(swap);
        else if (pte.Device is { } device) device.Owner.PageUnmapped(this, device);
    }

    /// <summary>Says that the entry of an address will be needed soon.</summary>
    [NoLockAnalysis("finds the place of the entry, which stays where it is, and reads nothing there")]
    internal void Approach(Hva addr)
    {
        ref Pte cell = ref _pageTable.Find(addr.Value >> PageSize.Shift);
        if (!Unsafe.IsNullRef(ref cell)) CacheLine.Fetch(ref cell);
    }

    /// <summary>Says that the page of an address will be needed soon.</summary>
    [NoLockAnalysis("reads one word of the entry, and believes nothing of it")]
    internal void ApproachPage(Hva addr)
    {
        ref Pte cell = ref _pageTable.Find(addr.Value >> PageSize.Shift);
        if (!Unsafe.IsNullRef(ref cell)) cell.ApproachTarget();
    }

    private Pte TakeEntry(Hva addr)
    {
        using (PageTableLock.Hold())
        {
            ref Pte cell = ref _pageTable.Find(addr.Value >> PageSize.Shift);
            if (Unsafe.IsNullRef(ref cell)) return default;
            Pte taken = cell;
            cell = default;
            return taken;
        }
    }

    /// <summary>The entry of an address, for the checker of invariants.</summary>
    internal Pte PeekPte(Hva addr)
    {
        using (PageTableLock.Hold())
        {
            return _pageTable.Get(addr.Value >> PageSize.Shift);
        }
    }

    /// <summary>The areas there are, in order of address, for pictures.</summary>
    [NoLockAnalysis("for pictures, which are taken while nothing runs")]
    internal IEnumerable<(HvaRange Range, VmaFlags Flags)> PeekAreas()
    {
        Vma? vma = AreaTree.FirstEndingAbove(_areas, 0);
        while (vma is not null)
        {
            yield return (vma.Range, vma.Kind.Flags);
            vma = AreaTree.FirstEndingAbove(_areas, vma.Range.End.Value);
        }
    }

    /// <summary>Every entry there is, for the checker of invariants.</summary>
    internal List<Pte> PeekEntries()
    {
        var entries = new List<Pte>();
        ulong from = 0;
        using (PageTableLock.Hold())
        {
            while (_pageTable.Next(ref from, ulong.MaxValue, out Span<Pte> cells, out _))
            {
                foreach (ref Pte cell in cells)
                {
                    if (!cell.IsNone) entries.Add(cell);
                }
            }
        }
        return entries;
    }

    private List<Pte> TakeEntries(HvaRange range)
    {
        ulong from = range.Start.Value >> PageSize.Shift;
        ulong end = range.End.Value >> PageSize.Shift;
        var taken = new List<Pte>();
        using (PageTableLock.Hold())
        {
            while (_pageTable.Next(ref from, end, out Span<Pte> cells, out _))
            {
                foreach (ref Pte cell in cells)
                {
                    if (!cell.IsNone) taken.Add(cell);
                    cell = default;
                }
            }
        }
        return taken;
    }
}
