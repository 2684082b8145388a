using System.Runtime.CompilerServices;
using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel;

// Shadow page tables: taking entries out of them, and what is asked of many entries at once.
public sealed partial class Kvm
{
    /// <summary>Entries of one frame beyond which all of them are taken out, so that the lists stay short.</summary>
    /// <remarks>Source: RMAP_RECYCLE_THRESHOLD.</remarks>
    public const int RmapRecycleThreshold = 1000;

    [GuardedBy(nameof(MmuLock))]
    private ShadowRoot[] _roots = [];

    // The same by number; where there is none, the number is free.
    [GuardedBy(nameof(MmuLock))]
    private readonly ShadowRoot?[] _rootsByNumber = new ShadowRoot?[ReverseMap.InList];

    /// <summary>The roots there are, obsolete ones that still have entries included.</summary>
    [RequiresLock(nameof(MmuLock), Shared = true)]
    public IReadOnlyList<ShadowRoot> Roots()
    {
        MmuLock.AssertHeldShared();
        return _roots;
    }

    /// <summary>Takes every entry of a range of frames out.</summary>
    /// <param name="range">The frames, and which kind of memory is meant.</param>
    /// <returns>True when TLBs must be flushed, before the mmu_lock is dropped.</returns>
    /// <remarks>Source: kvm_unmap_gfn_range(). Obsolete roots are included. A list of roots is begun anew after each removal, which moves its entries about.</remarks>
    [RequiresLock(nameof(MmuLock)), LeavesPending("tlb flush", WhenReturns = true)]
    public bool UnmapGfnRange(in SlotGfnRange range)
    {
        MmuLock.AssertHeld();
        Memslot slot = range.Slot;
        ulong end = range.Range.End - slot.BaseGfn;
        bool mirrored = false;
        bool flush = false;
        for (ulong offset = range.Range.Start - slot.BaseGfn; slot.NextMapped(ref offset, end); offset++)
        {
            int position = 0;
            while (slot.Rmap.At(this, offset, position) is { } root)
            {
                Gfn gfn = slot.BaseGfn + offset;
                if (!IsInScope(range.Filter, root, gfn))
                {
                    position++;
                }
                else if (root.IsMirror)
                {
                    // A secure page table wants its own three steps, the second of them once for all.
                    Invariants?.TakenOut(this, gfn, isPrivate: true);
                    Block(root, gfn);
                    mirrored = true;
                    position++;
                }
                else
                {
                    flush |= ZapEntry(slot, root, gfn);
                    position = 0;
                }
            }
        }
        if (mirrored) RemoveBlocked(range);
        Invariants?.Unmapped(this, range);
        return flush;
    }

    /// <summary>Takes one entry out.</summary>
    /// <param name="slot">The slot of the frame.</param>
    /// <param name="root">The root that the entry is in.</param>
    /// <param name="gfn">The frame.</param>
    /// <returns>True when TLBs must be flushed; false when there was no entry, or they have been.</returns>
    /// <remarks>Source: kvm_zap_one_rmap_spte(), drop_spte(); kvm_unmap_spte() of 2008 where mapped pages are pinned: flush before the reference is dropped.</remarks>
    [RequiresLock(nameof(MmuLock)), LeavesPending("tlb flush", WhenReturns = true)]
    public bool ZapEntry(Memslot slot, ShadowRoot root, Gfn gfn)
    {
        MmuLock.AssertHeld();
        ref ShadowCell cell = ref root.Find(gfn);
        if (Unsafe.IsNullRef(ref cell)) return false;
        SwitchPoint.Write(root, "entry", gfn.Value);
        var old = new Spte(Interlocked.Exchange(ref cell.Word, 0));
        if (!old.IsPresent) return false;
        Invariants?.TakenOut(this, gfn, isPrivate: root.IsMirror || old.IsPrivate);
        if (!slot.TryUnmapAlone(gfn, root)) slot.Rmap.Remove(gfn - slot.BaseGfn, root);
        if (!PinsMappedPages) return true;
        FlushRemoteTlbs();
        Mm.Memory.Put(Mm.Memory.PageOf(old.Pfn), PageHolder.Spte);
        return false;
    }

    /// <summary>Were frames used? Clears the marks, every one of them.</summary>
    /// <param name="range">The frames.</param>
    /// <returns>True when any was. Flushes nothing: a use through a cached translation may go unmarked until somebody does.</returns>
    /// <remarks>Source: kvm_age_gfn(). The mark is cleared by an atomic step: storing a value computed before would lose what the hardware set in between ("KVM swapping with MMU Notifiers", 2008). Obsolete roots are left out.</remarks>
    [RequiresLock(nameof(MmuLock))]
    public bool AgeGfnRange(in SlotGfnRange range)
    {
        MmuLock.AssertHeld();
        Interlocked.Increment(ref _agings);
        return Age(range, clear: true);
    }

    /// <summary>Were frames used? Changes nothing.</summary>
    /// <param name="range">The frames.</param>
    /// <remarks>Source: kvm_test_age_gfn().</remarks>
    [RequiresLock(nameof(MmuLock))]
    public bool TestAgeGfnRange(in SlotGfnRange range)
    {
        MmuLock.AssertHeld();
        return Age(range, clear: false);
    }

    /// <summary>Write-protects frames, so that the next write is noticed.</summary>
    /// <param name="range">The frames.</param>
    /// <returns>True when TLBs must be flushed.</returns>
    /// <remarks>Source: kvm_mmu_slot_remove_write_access(), kvm_mmu_write_protect_pt_masked().</remarks>
    [RequiresLock(nameof(MmuLock)), LeavesPending("tlb flush", WhenReturns = true)]
    public bool WriteProtectGfnRange(in SlotGfnRange range)
    {
        MmuLock.AssertHeld();
        Memslot slot = range.Slot;
        ulong end = range.Range.End - slot.BaseGfn;
        bool flush = false;
        for (ulong offset = range.Range.Start - slot.BaseGfn; slot.NextMapped(ref offset, end); offset++)
        {
            for (int i = 0; slot.Rmap.At(this, offset, i) is { } root; i++)
            {
                SwitchPoint.Write(root, "entry", slot.BaseGfn.Value + offset);
                flush |= (Interlocked.And(ref root.WordOf(slot.BaseGfn + offset), ~Spte.WritableBit) & Spte.WritableBit) != 0;
            }
        }
        return flush;
    }

    /// <summary>Throws every root away: vCPUs go to new ones, and what the old ones map is gone when this returns.</summary>
    /// <param name="mirrors">True: secure page tables too, and with them what the guest has there.</param>
    /// <remarks>Source: kvm_mmu_zap_all_fast() and kvm_tdp_mmu_zap_invalidated_roots().</remarks>
    [RequiresLock(nameof(SlotsLock)), ExcludesLock(nameof(MmuLock))]
    public void ZapAll(bool mirrors = false)
    {
        SlotsLock.AssertHeld();
        MmuLock.AssertNotHeld();
        int index = Srcu.ReadLock();
        using (MmuLock.Write()) ZapAllLocked(mirrors);
        Srcu.ReadUnlock(index);
    }

    /// <summary>Another root over the same memory, as a guest's own page tables make them under shadow paging.</summary>
    /// <param name="addressSpace">0 normal, 1 system management mode.</param>
    [ExcludesLock(nameof(MmuLock))]
    public ShadowRoot CreateRoot(int addressSpace = 0)
    {
        MmuLock.AssertNotHeld();
        using (MmuLock.Write())
        {
            return AddRoot(addressSpace, isMirror: false, isDirect: false);
        }
    }

    /// <summary>The root that translates an address space, made if there is none.</summary>
    [ExcludesLock(nameof(MmuLock))]
    internal ShadowRoot LoadRoot(int addressSpace, bool isMirror)
    {
        using (MmuLock.Write())
        {
            foreach (ShadowRoot root in _roots)
            {
                if (root.AddressSpace == addressSpace && root.IsMirror == isMirror && !root.IsObsolete) return root;
            }
            return AddRoot(addressSpace, isMirror, isDirect: true);
        }
    }

    [RequiresLock(nameof(MmuLock))]
    [RequiresLock(nameof(Srcu), Shared = true)]
    internal void ZapAllLocked(bool mirrors)
    {
        SwitchPoint.Write(this, "which roots are obsolete");
        foreach (ShadowRoot root in _roots) root.IsObsolete |= mirrors || !root.IsMirror;
        MakeAllRequest(VcpuRequests.LoadRoots);
        bool flush = false;
        for (int space = 0; space < AddressSpaceCount; space++)
        {
            foreach (Memslot slot in Memslots(space).ToList())
                flush |= UnmapGfnRange(new SlotGfnRange(slot, slot.GfnRange) { Filter = mirrors ? InvalidationFilter.All : InvalidationFilter.AllButMirrors });
        }
        if (flush) FlushRemoteTlbs();
        // What reverse maps listed of them is gone, so others may have their numbers.
        foreach (ShadowRoot root in _roots)
        {
            if (root.IsObsolete) _rootsByNumber[root.Number] = null;
        }
        _roots = [.. _roots.Where(root => !root.IsObsolete)];
    }

    [RequiresLock(nameof(MmuLock))]
    private ShadowRoot AddRoot(int addressSpace, bool isMirror, bool isDirect)
    {
        int free = Array.IndexOf(_rootsByNumber, null, ReverseMap.NoNumber + 1);
        byte number = free < 0 ? ReverseMap.NoNumber : (byte)free;
        var root = new ShadowRoot(addressSpace, isMirror, isDirect, number);
        if (number != ReverseMap.NoNumber) _rootsByNumber[number] = root;
        _roots = [.. _roots, root];
        return root;
    }

    /// <summary>The root that reverse maps know by a number.</summary>
    [RequiresLock(nameof(MmuLock), Shared = true)]
    internal ShadowRoot RootOfNumber(byte number) => _rootsByNumber[number] ?? throw Broken("E14", "a reverse map lists a root that is gone");

    private int _agings;

    /// <summary>How often marks were cleared, flushed or not.</summary>
    internal int Agings => Volatile.Read(ref _agings);

    [RequiresLock(nameof(MmuLock))]
    private bool Age(in SlotGfnRange range, bool clear)
    {
        Memslot slot = range.Slot;
        ulong end = range.Range.End - slot.BaseGfn;
        bool young = false;
        for (ulong offset = range.Range.Start - slot.BaseGfn; slot.NextMapped(ref offset, end); offset++)
        {
            for (int i = 0; slot.Rmap.At(this, offset, i) is { } root; i++)
            {
                if (root.IsObsolete || !IsInScope(range.Filter, root, slot.BaseGfn + offset)) continue;
                SwitchPoint.Write(root, "entry", slot.BaseGfn.Value + offset);
                young |= clear ? ClearAccessed(ref root.WordOf(slot.BaseGfn + offset)) : root.EntryOf(slot.BaseGfn + offset) is { IsAccessed: true, IsTracked: false };
            }
        }
        return young;
    }

    /// <summary>With accessed bits the mark is cleared; without, the entry is made unusable, and whoever uses it next makes it usable again.</summary>
    private bool ClearAccessed(ref ulong cell)
    {
        if (UsesAccessedBits) return (Interlocked.And(ref cell, ~Spte.AccessedBit) & Spte.AccessedBit) != 0;
        var old = new Spte(Interlocked.Or(ref cell, Spte.TrackedBit));
        return !old.IsTracked;
    }

    private static bool IsInScope(InvalidationFilter filter, ShadowRoot root, Gfn gfn) => filter switch
    {
        InvalidationFilter.All => true,
        InvalidationFilter.AllButMirrors => !root.IsMirror,
        InvalidationFilter.Shared => !root.IsMirror && !root.EntryOf(gfn).IsPrivate,
        _ => root.IsMirror || root.EntryOf(gfn).IsPrivate,
    };

    private static void Block(ShadowRoot root, Gfn gfn)
    {
        SwitchPoint.Write(root, "entry", gfn.Value);
        Interlocked.Or(ref root.WordOf(gfn), Spte.BlockedBit);
    }

    /// <summary>Has the back end take blocked entries out of its secure page table: block each, have every vCPU leave the guest once, then remove each.</summary>
    [RequiresLock(nameof(MmuLock))]
    private void RemoveBlocked(in SlotGfnRange range)
    {
        Memslot slot = range.Slot;
        var blocked = new List<(ShadowRoot Root, Gfn Gfn, HostPage Page)>();
        ulong end = range.Range.End - slot.BaseGfn;
        for (ulong offset = range.Range.Start - slot.BaseGfn; slot.NextMapped(ref offset, end); offset++)
        {
            for (int i = 0; slot.Rmap.At(this, offset, i) is { } root; i++)
            {
                Gfn gfn = slot.BaseGfn + offset;
                if (root.IsMirror && root.EntryOf(gfn) is { IsBlocked: true } entry) blocked.Add((root, gfn, Mm.Memory.PageOf(entry.Pfn)));
            }
        }
        foreach ((_, Gfn gfn, HostPage page) in blocked) Backend.BlockPrivate(this, gfn, page);
        Backend.TrackPrivate(this);
        FlushRemoteTlbs();
        foreach ((ShadowRoot root, Gfn gfn, HostPage page) in blocked)
        {
            SwitchPoint.Write(root, "entry", gfn.Value);
            Interlocked.Exchange(ref root.WordOf(gfn), 0);
            slot.Rmap.Remove(gfn - slot.BaseGfn, root);
            Backend.RemovePrivate(this, gfn, page);
        }
    }
}
