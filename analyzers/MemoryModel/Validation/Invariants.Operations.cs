using System.Collections.Immutable;
using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel.Validation;

// What an operation must do, or leave alone.
public sealed partial class Invariants
{
    // Under the mmu_lock: whose invalidation this is, and so which entries it may take out; null when it is nobody's.
    private InvalidationFilter? _scope;

    /// <summary>A notifier, or a file, begins to take entries out.</summary>
    [RequiresLock("kvm.MmuLock")]
    internal void EnterScope(Kvm kvm, InvalidationFilter scope)
    {
        if (ReferenceEquals(kvm, _kvm)) _scope = scope;
    }

    /// <summary>It has, and the mmu_lock is about to be dropped.</summary>
    [RequiresLock("kvm.MmuLock")]
    internal void LeaveScope(Kvm kvm)
    {
        _scope = null;
        CheckMmu(kvm);
    }

    /// <summary>E7: a notifier leaves private entries alone, a file of private memory shared ones.</summary>
    [RequiresLock("kvm.MmuLock")]
    internal void TakenOut(Kvm kvm, Gfn gfn, bool isPrivate)
    {
        if (!ReferenceEquals(kvm, _kvm) || _scope is not { } scope || Matches(scope, isPrivate, isMirror: false)) return;
        _scope = null;
        throw Violation("E7", $"the {(isPrivate ? "private" : "shared")} entry of frame {gfn} was taken out {(isPrivate ? "for a notification" : "for a file of private memory")}");
    }

    /// <summary>E9: a page that is new to a file reads zero once it has been prepared.</summary>
    /// <remarks>Only where nobody else can have written it meanwhile: a single vCPU, in a machine that is checked thoroughly.</remarks>
    internal void CheckFresh(Gfn gfn, HostPage page)
    {
        if (IsThorough && _kvm.Vcpus.Count <= 1 && page.Content != 0) throw Violation("E9", $"frame {gfn} gets a new page, and the guest would read 0x{page.Content:x}");
    }

    /// <summary>What a request for a memslot begins with.</summary>
    [RequiresLock("kvm.SlotsLock")]
    internal RegionState StateOf(Kvm kvm)
    {
        bool hasFiles;
        lock (_gate) hasFiles = _files.Count > 0;
        return StateOf(kvm, hasFiles);
    }

    [RequiresLock("kvm.SlotsLock")]
    private static RegionState StateOf(Kvm kvm, bool withFiles)
    {
        var slots = new List<ImmutableDictionary<int, Memslot>>();
        var files = new List<(Memslot Slot, GuestMemfd? File)>();
        var generations = new List<ulong>();
        for (int space = 0; space < Kvm.AddressSpaceCount; space++)
        {
            MemslotSet set = kvm.PeekSlots(space);
            slots.Add(set.ById);
            generations.Add(set.Generation);
            if (withFiles) files.AddRange(set.ToList().Where(static slot => slot.Gmem is not null).Select(static slot => (slot, slot.Gmem!.PeekFile)));
        }
        return new RegionState(slots, files, generations);
    }

    /// <summary>E12: what fails leaves no trace, but for the generation after a slot was INVALID for a while.</summary>
    [RequiresLock("kvm.SlotsLock")]
    internal void CheckUnchanged(Kvm kvm, RegionState before, MemslotChange change)
    {
        RegionState now = StateOf(kvm, withFiles: before.Files.Count > 0);
        if (!now.HasSlotsOf(before)) throw Violation("E12", "a request for a memslot failed, and the slots are not what they were");
        if (change is not (MemslotChange.Delete or MemslotChange.Move) && !now.Generations.SequenceEqual(before.Generations)) throw Violation("E12", "a request for a memslot failed, and the generation is another");
    }

    /// <summary>E16: once clear_flush_young has returned, no vCPU can use what was cleared without marking it again.</summary>
    internal void CheckAged(HvaRange range) => LookOn(self => self.CheckAgedTranslations(range));

    private void CheckAgedTranslations(HvaRange range)
    {
        Checks++;
        foreach (Vcpu vcpu in _kvm.Vcpus)
        {
            if (vcpu.WillFlush) continue;
            foreach ((Gfn gfn, ShadowRoot root, Spte spte) in vcpu.Tlb.ToList())
            {
                if (root.IsObsolete || SlotOf(root.AddressSpace, gfn) is not { } slot || !range.Contains(slot.HvaOf(gfn)) || spte.IsPrivate) continue;
                Spte entry = root.EntryOf(gfn);
                if (entry.IsPresent && entry.Pfn == spte.Pfn && (entry.IsTracked || !entry.IsAccessed))
                    throw Violation("E16", $"vCPU {vcpu.Id} can use frame {gfn} through a translation that was not flushed, and no mark would tell");
            }
        }
    }
}
