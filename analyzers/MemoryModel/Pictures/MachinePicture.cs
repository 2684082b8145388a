using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;

namespace MemoryModel.Pictures;

/// <summary>What a machine has mapped at one moment: page by page, from the process over the memslots to the guest. Taken while nothing runs.</summary>
/// <remarks>A copy: what becomes of the machine afterwards does not change it.</remarks>
public sealed class MachinePicture
{
    private MachinePicture(IReadOnlyList<PictureArea> areas, IReadOnlyList<PictureSlot> slots, IReadOnlyList<PicturePage> pages)
    {
        Areas = areas;
        Slots = slots;
        Pages = pages;
    }

    /// <summary>The areas of the process, in order of address.</summary>
    public IReadOnlyList<PictureArea> Areas { get; }

    /// <summary>The memslots of both address spaces, in order of frame.</summary>
    public IReadOnlyList<PictureSlot> Slots { get; }

    /// <summary>A row for each frame of each memslot.</summary>
    public IReadOnlyList<PicturePage> Pages { get; }

    /// <summary>Takes the picture of a machine.</summary>
    /// <param name="kvm">The machine, on which nothing runs: no lock is taken.</param>
    [NoLockAnalysis("looks at every table at once while nothing else runs")]
    public static MachinePicture Of(Kvm kvm)
    {
        Locking.ModelTask task = Locking.ModelTask.Current;
        bool before = task.IsLookingOn;
        task.IsLookingOn = true;
        var slots = new List<PictureSlot>();
        var pages = new List<PicturePage>();
        for (int space = 0; space < Kvm.AddressSpaceCount; space++)
        {
            foreach (Memslot slot in kvm.PeekSlots(space).ToList())
            {
                slots.Add(new PictureSlot(slot.AddressSpace, slot.Id, slot.GfnRange, slot.HvaRange, slot.Flags));
                for (ulong i = 0; i < slot.NPages; i++) pages.Add(PageOf(kvm, slot, i));
            }
        }
        List<PictureArea> areas = [.. kvm.Mm.PeekAreas().Select(static area => new PictureArea(area.Range, area.Flags))];
        task.IsLookingOn = before;
        return new MachinePicture(areas, slots, pages);
    }

    [NoLockAnalysis("looks at every table at once while nothing else runs")]
    private static PicturePage PageOf(Kvm kvm, Memslot slot, ulong offset)
    {
        Gfn gfn = slot.BaseGfn + offset;
        Hva hva = slot.UserspaceAddr + (offset << PageSize.Shift);
        Pte pte = kvm.Mm.PeekPte(hva);
        string process = pte.Page is { } page ? $"page {page.Pfn}{(pte.IsWritable ? " rw" : " r")}" : pte.Swap is not null ? "in swap" : pte.Device is { } device ? $"secure page {device.Pfn}" : "-";
        var guest = new List<string>();
        var pfns = new List<(ulong Pfn, bool IsCached)>();
        foreach (ShadowRoot root in kvm.Roots())
        {
            Spte entry = root.AddressSpace == slot.AddressSpace ? root.EntryOf(gfn) : default;
            if (!entry.IsPresent) continue;
            guest.Add($"page {entry.Pfn}{(entry.IsWritable ? " rw" : " r")}");
            pfns.Add((entry.Pfn.Value, false));
        }
        var cached = new List<string>();
        foreach (Vcpu vcpu in kvm.Vcpus)
        {
            foreach ((Gfn held, ShadowRoot root, Spte spte) in vcpu.Tlb.ToList())
            {
                if (held != gfn || root.AddressSpace != slot.AddressSpace) continue;
                cached.Add($"vCPU {vcpu.Id}: page {spte.Pfn}");
                pfns.Add((spte.Pfn.Value, true));
            }
        }
        return new PicturePage(slot.AddressSpace, slot.Id, gfn, hva, process, pte.Page?.Pfn.Value, kvm.MemIsPrivate(gfn), string.Join(", ", guest), string.Join(", ", cached), pfns);
    }
}

/// <summary>An area of the process.</summary>
/// <param name="Range">Its addresses.</param>
/// <param name="Flags">What it allows.</param>
public sealed record PictureArea(HvaRange Range, VmaFlags Flags);

/// <summary>A memslot.</summary>
/// <param name="AddressSpace">0 normal, 1 system management mode.</param>
/// <param name="Id">Its number.</param>
/// <param name="Frames">Its frames.</param>
/// <param name="Addresses">Where the process has them.</param>
/// <param name="Flags">Its flags.</param>
public sealed record PictureSlot(int AddressSpace, int Id, GfnRange Frames, HvaRange Addresses, MemslotFlags Flags);

/// <summary>One frame of a memslot.</summary>
/// <param name="AddressSpace">Of the memslot.</param>
/// <param name="Slot">Number of the memslot.</param>
/// <param name="Gfn">The frame.</param>
/// <param name="Hva">Where the process has it.</param>
/// <param name="Process">What the process has mapped there, in words.</param>
/// <param name="ProcessPfn">Number of that page; null when there is none.</param>
/// <param name="IsPrivate">The frame is private.</param>
/// <param name="Guest">What the guest's page tables map, in words.</param>
/// <param name="Cached">What vCPUs keep in their caches of translations, in words.</param>
/// <param name="GuestPfns">Numbers of those pages; true for what is only in a cache.</param>
public sealed record PicturePage(
    int AddressSpace, int Slot, Gfn Gfn, Hva Hva, string Process, ulong? ProcessPfn, bool IsPrivate, string Guest, string Cached, IReadOnlyList<(ulong Pfn, bool IsCached)> GuestPfns);
