using LockDiscipline;

namespace MemoryModel.Memory;

// What a touch of a page that is not mapped, or not mapped for this access, does.
public sealed partial class Mm
{
    /// <summary>One step towards a page that is mapped for an access; the caller looks again.</summary>
    /// <remarks>Source: handle_mm_fault().</remarks>
    [RequiresLock(nameof(MmapLock), Shared = true), MaySleep]
    private Errno HandleFault(Vma vma, Hva addr, bool write)
    {
        Pte pte = PteAt(addr);
        if (pte.IsPoisoned || pte.Page is { IsPoisoned: true }) return Errno.EHWPOISON;
        if (pte.Device is { } device) return device.Owner.MigrateToRam(this, vma, addr.PageDown);
        if (pte.Swap is { } swap) return SwapIn(vma, addr, pte, swap);
        if (pte.Page is { } page) return write && !pte.IsWritable ? BreakSharing(vma, addr, pte, page) : Errno.Ok;
        if (vma.Kind.File is not null) return MapFilePage(vma, addr, write);
        return write ? MapAnonymous(addr) : MapZeroPage(addr);
    }

    [RequiresLock(nameof(MmapLock), Shared = true)]
    private Errno MapZeroPage(Hva addr)
    {
        // Somebody else may have been faster; the caller looks again either way.
        _ = TryReplacePte(addr, default, Pte.Of(Memory.ZeroPage, PteFlags.Accessed));
        return Errno.Ok;
    }

    [RequiresLock(nameof(MmapLock), Shared = true)]
    private Errno MapAnonymous(Hva addr)
    {
        Result<HostPage> page = Memory.AllocPage();
        if (page.IsError) return page.Error;
        if (!TryReplacePte(addr, default, Pte.Of(page.Value))) Memory.PutPage(page.Value, PageHolder.Kernel);
        return Errno.Ok;
    }

    /// <summary>A shared mapping maps the file's page, writable if it may be written; a private one maps it read-only, and copies it when it is written.</summary>
    [RequiresLock(nameof(MmapLock), Shared = true), MaySleep]
    private Errno MapFilePage(Vma vma, Hva addr, bool write)
    {
        MappedFile file = vma.Kind.File!;
        ulong index = vma.Kind.FileIndex(addr);
        Result<HostPage> page = file.FaultPage(index, PageHolder.Kernel);
        if (page.IsError) return page.Error;
        bool writable = !vma.IsPrivate && (vma.Flags & VmaFlags.Write) != 0;
        PteFlags flags = PteFlags.Accessed | (writable ? PteFlags.Writable : PteFlags.None) | (writable && write ? PteFlags.Dirty : PteFlags.None);
        if ((vma.Flags & VmaFlags.PfnMap) != 0) flags |= PteFlags.Special;
        if (!TryMapFilePage(addr, file, index, page.Value, flags)) Memory.PutPage(page.Value, PageHolder.Kernel);
        return Errno.Ok;
    }

    /// <summary>Maps a page unless something is mapped there, or the file has given the page up since: the caller looks again.</summary>
    private bool TryMapFilePage(Hva addr, MappedFile file, ulong index, HostPage page, PteFlags flags)
    {
        using (PageTableLock.Hold())
        {
            ref Pte pte = ref _pageTable.Add(addr.Value >> PageSize.Shift);
            if (!pte.LeadsWhere(default) || !file.HasPage(index, page)) return false;
            Memory.GiveTo(page, PageHolder.Kernel, PageHolder.PageTable);
            pte = Pte.Of(page, flags);
            return true;
        }
    }

    /// <summary>A write to a page that is mapped read-only: made writable when nobody else has it, copied otherwise.</summary>
    /// <remarks>Source: do_wp_page(). Entries of others that lead to the old page are told before it is replaced: they must not go on reading it.</remarks>
    [RequiresLock(nameof(MmapLock), Shared = true), MaySleep]
    private Errno BreakSharing(Vma vma, Hva addr, Pte seen, HostPage page)
    {
        bool isShared = page.IsFilePage && !page.IsZeroPage && !vma.IsPrivate;
        if (isShared || IsOurs(page))
        {
            MakeWritable(addr, seen, page, isShared);
            return Errno.Ok;
        }
        Result<HostPage> fresh = Memory.AllocPage();
        if (fresh.IsError) return fresh.Error;
        fresh.Value.Content = page.Content;
        if (!InvalidateAround(addr, seen, Pte.Of(fresh.Value, FlagsIn(vma)), MmuEvent.Clear)) Memory.PutPage(fresh.Value, PageHolder.Kernel);
        else if (!page.IsZeroPage) Memory.Put(page, PageHolder.Kernel);
        return Errno.Ok;
    }

    /// <summary>What the entry of a page that comes to be mapped allows: what its area does now, which may have been another thing when the page went.</summary>
    /// <remarks>Source: vm_page_prot, as in do_swap_page() and migrate_vma_finalize().</remarks>
    internal static PteFlags FlagsIn(Vma vma)
    {
        PteFlags flags = PteFlags.Accessed | PteFlags.Dirty;
        if ((vma.Flags & VmaFlags.Write) != 0) flags |= PteFlags.Writable;
        if ((vma.Flags & VmaFlags.ReadWrite) == 0) flags |= PteFlags.NoAccess;
        return flags;
    }

    private static bool IsOurs(HostPage page) => !page.IsFilePage && !page.IsMerged && page.References == 1;

    /// <summary>Makes an entry writable, if it is still what it was: somebody may have merged the page meanwhile. The caller looks again.</summary>
    private void MakeWritable(Hva addr, Pte seen, HostPage page, bool isShared)
    {
        using (PageTableLock.Hold())
        {
            ref Pte pte = ref _pageTable.Add(addr.Value >> PageSize.Shift);
            if (pte.LeadsWhere(seen) && (isShared || IsOurs(page))) pte = pte.With(pte.Flags | PteFlags.Writable | PteFlags.Accessed | PteFlags.Dirty);
        }
    }

    /// <summary>Brings a page back from swap: the same page when it is still in the swap cache, otherwise another with the same content.</summary>
    /// <returns>EFAULT when swap cannot be read: what is there stays, and a later try may succeed.</returns>
    /// <remarks>Source: do_swap_page(), whose VM_FAULT_SIGBUS is EFAULT to get_user_pages().</remarks>
    [RequiresLock(nameof(MmapLock), Shared = true)]
    private Errno SwapIn(Vma vma, Hva addr, Pte seen, SwapEntry swap)
    {
        PteFlags flags = FlagsIn(vma);
        if (TakeFromSwapCache(addr, seen, swap, flags)) return Errno.Ok;
        Result<HostPage> fresh = Memory.AllocPage();
        if (fresh.IsError) return fresh.Error;
        if (Memory.Fails(FaultSite.SwapRead))
        {
            Memory.PutPage(fresh.Value, PageHolder.Kernel);
            return Errno.EFAULT;
        }
        fresh.Value.Content = swap.Content;
        if (TryReplacePte(addr, seen, Pte.Of(fresh.Value, flags))) Memory.DropSwap(swap);
        else Memory.PutPage(fresh.Value, PageHolder.Kernel);
        return Errno.Ok;
    }

    private bool TakeFromSwapCache(Hva addr, Pte seen, SwapEntry swap, PteFlags flags)
    {
        using (PageTableLock.Hold())
        {
            ref Pte pte = ref _pageTable.Add(addr.Value >> PageSize.Shift);
            if (!pte.LeadsWhere(seen) || swap.Cached is not { } page) return false;
            page.Transfer(PageHolder.SwapCache, PageHolder.PageTable);
            swap.Cached = null;
            pte = Pte.Of(page, flags);
        }
        Memory.DropSwap(swap);
        return true;
    }

    private void DropSwap(SwapEntry swap)
    {
        if (swap.Cached is { } page)
        {
            swap.Cached = null;
            Memory.Put(page, PageHolder.SwapCache);
        }
        Memory.DropSwap(swap);
    }
}
