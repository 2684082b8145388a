using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel.Validation;

// Shadow page tables, reverse maps, caches of translations.
public sealed partial class Invariants
{
    [NoLockAnalysis("the caller holds the mmu_lock, or nothing else runs; memslots it sees are those of one moment")]
    private void CheckMmuTables()
    {
        Checks++;
        CheckProtocol();
        foreach (ShadowRoot root in _kvm.Roots())
        {
            foreach ((Gfn gfn, Spte entry) in root.Entries())
            {
                if (entry.IsPresent) CheckEntry(root, gfn, entry);
            }
        }
        foreach (Vcpu vcpu in _kvm.Vcpus) CheckTlb(vcpu);
        foreach (Memslot slot in AllSlots())
        {
            CheckReverseMap(slot);
            if (slot.Dirty is { } log && (slot.Flags & MemslotFlags.ReadOnly) != 0 && log.Count > 0) throw Violation("E15", "a read-only slot was written");
        }
    }

    /// <summary>E5: invalidations balance, and their count only grows.</summary>
    [NoLockAnalysis("the caller holds the mmu_lock, or nothing else runs")]
    private void CheckProtocol()
    {
        int inProgress = _kvm.MmuInvalidateInProgress;
        if (inProgress < 0) throw Violation("E5", "more invalidations have ended than begun");
        if (inProgress > 0 && !_kvm.HasInvalidateRange) throw Violation("E5", "an invalidation began, and did not say of what before the mmu_lock was dropped");
        if (inProgress == 0) _unmapped.Clear();
        ulong seq = _kvm.MmuInvalidateSeq;
        if (seq < _lastSeq) throw Violation("E5", "the count of invalidations went down");
        _lastSeq = seq;
    }

    private void CheckEntry(ShadowRoot root, Gfn gfn, Spte entry)
    {
        if (_kvm.PeekDead) throw Violation("E22", $"frame {gfn} is mapped, and the process has exited or the machine is gone");
        HostPage page = _kvm.Mm.Memory.PageOf(entry.Pfn);
        if (!page.IsInUse) throw Violation("E3", $"frame {gfn} is mapped to page {entry.Pfn}, which is free");
        bool isPrivate = root.IsMirror || entry.IsPrivate;
        foreach (SlotGfnRange range in _unmapped)
        {
            if (range.Slot.AddressSpace == root.AddressSpace && range.Range.Contains(gfn) && Matches(range.Filter, isPrivate, root.IsMirror) && !root.IsObsolete)
                throw Violation("E2", $"frame {gfn} is mapped while it is being invalidated");
        }
        Memslot? slot = SlotOf(root.AddressSpace, gfn) ?? throw Violation("E14", $"frame {gfn} is mapped in no slot");
        if (root.IsObsolete) return;
        if (_unmapped.Count == 0 && isPrivate != _kvm.MemIsPrivate(gfn)) throw Violation("E6", $"frame {gfn} is {(isPrivate ? "shared" : "private")} and mapped as the other");
        if (entry.IsWritable && (slot.Flags & MemslotFlags.ReadOnly) != 0) throw Violation("E18", $"frame {gfn} of a read-only slot is writable");
        if (entry.IsWritable && (page.IsZeroPage || page.IsMerged)) throw Violation("E18", $"frame {gfn} is writable, and its page {page.Pfn} must never be written");
        if (entry.IsWritable && slot.Dirty is { IsArmed: true } dirty && !dirty.IsDirty(gfn - slot.BaseGfn)) throw Violation("E15", $"frame {gfn} is logged, writable, and not marked");
    }

    /// <summary>E2 for translations: after the flush of an invalidation none of the range is left, and none is made.</summary>
    private void CheckTlb(Vcpu vcpu)
    {
        if (vcpu.WillFlush || (_unmapped.Count == 0 && !_kvm.PeekDead)) return;
        foreach ((Gfn gfn, ShadowRoot root, Spte spte) in vcpu.Tlb.ToList())
        {
            if (_kvm.PeekDead) throw Violation("E22", $"vCPU {vcpu.Id} holds a translation of frame {gfn}, and the process has exited or the machine is gone");
            foreach (SlotGfnRange range in _unmapped)
            {
                if (range.Slot.AddressSpace == root.AddressSpace && range.Range.Contains(gfn) && Matches(range.Filter, root.IsMirror || spte.IsPrivate, root.IsMirror))
                    throw Violation("E2", $"vCPU {vcpu.Id} holds a translation of frame {gfn} while it is being invalidated");
            }
        }
    }

    /// <summary>E15 for translations: what a vCPU could write without a fault is marked in the log.</summary>
    private void CheckTlbAgainstLog()
    {
        foreach (Vcpu vcpu in _kvm.Vcpus)
        {
            if (vcpu.WillFlush) continue;
            foreach ((Gfn gfn, ShadowRoot root, Spte spte) in vcpu.Tlb.ToList())
            {
                if (spte.IsWritable && SlotOf(root.AddressSpace, gfn) is { Dirty: { IsArmed: true } dirty } slot && !dirty.IsDirty(gfn - slot.BaseGfn))
                    throw Violation("E15", $"vCPU {vcpu.Id} can write frame {gfn}, which is logged and not marked, through a translation that was not flushed");
            }
        }
    }

    /// <summary>E14: the reverse map of a frame lists just the roots that map it.</summary>
    [NoLockAnalysis("the caller holds the mmu_lock, or nothing else runs")]
    private void CheckReverseMap(Memslot slot)
    {
        for (ulong offset = 0; slot.Rmap.Next(ref offset, slot.NPages); offset++)
        {
            for (int i = 0; slot.Rmap.At(_kvm, offset, i) is { } root; i++)
            {
                if (!root.EntryOf(slot.BaseGfn + offset).IsPresent) throw Violation("E14", $"the reverse map of frame {slot.BaseGfn + offset} lists a root that does not map it");
            }
        }
        foreach (ShadowRoot root in _kvm.Roots())
        {
            if (root.AddressSpace != slot.AddressSpace) continue;
            foreach ((Gfn gfn, Spte entry) in root.Entries())
            {
                if (entry.IsPresent && slot.GfnRange.Contains(gfn) && !Lists(slot, gfn, root)) throw Violation("E14", $"the reverse map of frame {gfn} misses a root that maps it");
            }
        }
    }

    [NoLockAnalysis("the caller holds the mmu_lock, or nothing else runs")]
    private bool Lists(Memslot slot, Gfn gfn, ShadowRoot root)
    {
        for (int i = 0; slot.Rmap.At(_kvm, gfn - slot.BaseGfn, i) is { } other; i++)
        {
            if (ReferenceEquals(other, root)) return true;
        }
        return false;
    }

    private static bool Matches(InvalidationFilter filter, bool isPrivate, bool isMirror) => filter switch
    {
        InvalidationFilter.Shared => !isPrivate,
        InvalidationFilter.Private => isPrivate,
        InvalidationFilter.AllButMirrors => !isMirror,
        _ => true,
    };

    private IEnumerable<Memslot> AllSlots()
    {
        for (int space = 0; space < Kvm.AddressSpaceCount; space++)
        {
            foreach (Memslot slot in _kvm.PeekSlots(space).ToList()) yield return slot;
        }
    }

    private Memslot? SlotOf(int space, Gfn gfn) => _kvm.PeekSlots(space).FindByGfn(gfn);
}
