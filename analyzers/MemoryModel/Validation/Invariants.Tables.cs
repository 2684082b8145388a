using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Validation;

// What several tables must agree on.
public sealed partial class Invariants
{
    /// <summary>E10, E11: slots of one address space are there, disjoint, numbers unique, both sets alike when no update runs; generations tell the address space, and only grow.</summary>
    private void CheckAllSlots()
    {
        Checks++;
        for (int space = 0; space < Kvm.AddressSpaceCount; space++)
        {
            MemslotSet active = _kvm.PeekSlots(space);
            if ((active.Generation & MemslotSet.UpdateInProgress) != 0)
            {
                if (_kvm.SlotsLock.IsFreeFor(Locking.LockMode.Exclusive)) throw Violation("E11", $"generation {active.Generation:x} says that an update runs, and none does");
                return;
            }
            if (active.Generation < _lastGenerations[space]) throw Violation("E11", $"the generation of address space {space} went down");
            _lastGenerations[space] = active.Generation;
            if (active.Generation % Kvm.AddressSpaceCount != (ulong)space) throw Violation("E11", $"generation {active.Generation} is not one of address space {space}");
            IReadOnlyList<Memslot> slots = active.ToList();
            if (slots.Count != active.Count) throw Violation("E11", $"{active.Count} slots by number, {slots.Count} by frame");
            for (int i = 0; i < slots.Count; i++)
            {
                if (slots[i].IsFreed) throw Violation("E10", $"{slots[i]} is still in address space {space}");
                if (slots[i].IsInvalid) throw Violation("E11", $"{slots[i]} while no update runs");
                if (i > 0 && slots[i - 1].GfnRange.End > slots[i].BaseGfn) throw Violation("E11", $"{slots[i - 1]} and {slots[i]} overlap");
            }
            if (!slots.SequenceEqual(_kvm.PeekInactiveSlots(space).ToList())) throw Violation("E11", $"the two sets of address space {space} differ while no update runs");
        }
    }

    /// <summary>E1, E7, E16 to E18: what a guest has mapped of shared memory is what the process has mapped there now, and not more writable.</summary>
    [NoLockAnalysis("nothing else runs")]
    private void CheckSharedAgainstHost()
    {
        if (_kvm.MmuInvalidateInProgress > 0 || _kvm.Invalidations.Count > 0) return;
        foreach (ShadowRoot root in _kvm.Roots())
        {
            foreach ((Gfn gfn, Spte entry) in root.Entries())
            {
                if (!entry.IsPresent || root.IsObsolete || SlotOf(root.AddressSpace, gfn) is not { } slot) continue;
                if (root.IsMirror || entry.IsPrivate || slot.Gmem is { IsShared: true })
                {
                    CheckPrivateEntry(gfn, entry, slot);
                    continue;
                }
                Pte pte = _kvm.Mm.PeekPte(slot.HvaOf(gfn));
                if (pte.Page?.Pfn != entry.Pfn) throw Violation("E1", $"frame {gfn} is mapped to page {entry.Pfn}, and the process has {(pte.Page is { } page ? $"page {page.Pfn}" : "none")} there");
                if (entry.IsWritable && !pte.IsWritable) throw Violation("E18", $"frame {gfn} is writable in the guest and not in the process");
            }
        }
    }

    private static void CheckPrivateEntry(Gfn gfn, Spte entry, Memslot slot)
    {
        if (slot.Gmem?.File is not { } file) throw Violation("E13", $"frame {gfn} is mapped as private, and its slot has no file");
        foreach ((ulong index, HostPage page) in file.Pages())
        {
            if (index == (gfn - slot.BaseGfn) + slot.Gmem.FirstPage && page.Pfn == entry.Pfn) return;
        }
        throw Violation("E1", $"frame {gfn} is mapped to page {entry.Pfn}, which its file does not have there");
    }

    /// <summary>E4: the references of a page are those of the tables that lead to it. Those of somebody on his way (a call that has not returned) are his own.</summary>
    [NoLockAnalysis("nothing else runs")]
    private void CheckReferences()
    {
        var mapped = new Dictionary<HostPage, int>();
        foreach (Pte pte in _kvm.Mm.PeekEntries())
        {
            if (pte.Page is not { IsZeroPage: false } page) continue;
            if (page.Reclaimer is GuestMemfd file && (file.Flags & GmemFlags.InitShared) == 0) throw Violation("E8", $"{page} of private memory is mapped by the process");
            mapped[page] = mapped.GetValueOrDefault(page) + 1;
        }
        // Another process may map a page too, after a fork; it has the rest.
        foreach ((HostPage page, int count) in mapped)
        {
            if (page.HeldBy(PageHolder.PageTable) < count) throw Violation("E4", $"{page} is mapped {count} times");
        }
        var pinned = new Dictionary<HostPage, int>();
        foreach (ShadowRoot root in _kvm.Roots())
        {
            foreach ((_, Spte entry) in root.Entries())
            {
                if (entry.IsPresent) pinned[_kvm.Mm.Memory.PageOf(entry.Pfn)] = pinned.GetValueOrDefault(_kvm.Mm.Memory.PageOf(entry.Pfn)) + 1;
            }
        }
        foreach ((HostPage page, int count) in pinned)
        {
            if (!page.IsZeroPage && page.HeldBy(PageHolder.Spte) != (_kvm.PinsMappedPages ? count : 0)) throw Violation("E4", $"{page} is pinned by {count} shadow entries");
        }
    }

    /// <summary>E13: parts of a file are disjoint, and each belongs to the slot that says so.</summary>
    private void CheckFiles()
    {
        GuestMemfd[] files;
        lock (_gate) files = [.. _files];
        foreach (GuestMemfd file in files)
        {
            ulong end = 0;
            foreach ((ulong first, ulong partEnd, Memslot slot) in file.Bindings())
            {
                if (first < end) throw Violation("E13", "two slots have one part of a file");
                end = partEnd;
                if (slot.Gmem is not { } binding || binding.FirstPage != first || partEnd - first != slot.NPages || !ReferenceEquals(binding.File, file))
                    throw Violation("E13", $"{slot} does not have the part of the file that the file says");
            }
            foreach ((_, HostPage page) in file.Pages())
            {
                if (page.HeldBy(PageHolder.PageCache) != 1) throw Violation("E4", $"{page} of a file");
                if (page.Guard is { } guard && guard.HostRead(page) is { IsOk: true } read && read.Value == page.Content) throw Violation("E8", $"the host can read {page}, which is protected for a guest");
            }
        }
        foreach (Memslot slot in AllSlots())
        {
            if (slot.Gmem is { File: { } file } && !file.Bindings().Any(binding => ReferenceEquals(binding.Slot.Gmem, slot.Gmem))) throw Violation("E13", $"{slot} has a file that does not know it");
        }
    }
}
