using System.Runtime.CompilerServices;
using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel;

// The page fault of a guest.
public sealed partial class Kvm
{
    private const int FastPageFaultTries = 4;

    /// <summary>Handles a guest's page fault.</summary>
    /// <param name="vcpu">The vCPU that the guest runs on.</param>
    /// <param name="access">What the guest did.</param>
    /// <param name="prefetch">True when nobody did anything: the page is mapped ahead.</param>
    /// <returns>
    /// What became of it. EFAULT with a memory-fault exit when the kind of memory is not what the access is to, or it cannot be had; EHWPOISON with such an exit for a broken private page;
    /// the other errors of guest_memfd with one too; EFAULT without one when user memory cannot be faulted in, for whatever reason; EINTR; EIO when the machine is dead; ENOMEM when there is no memory for its tables
    /// (mmu_topup_memory_caches()).
    /// </returns>
    /// <remarks>
    /// Source: kvm_tdp_mmu_page_fault(). In this order: count the invalidations; is the memory of the right kind; the slot; the page, which may sleep; the lock; has anything been invalidated since; map; unlock; drop the page.
    /// The last check is made for private memory as well: the form of December 2021 left it out there, and could map a page that a hole had been punched over.
    /// </remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    [ExcludesLock(nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    public Result<RetPf> HandlePageFault(Vcpu vcpu, in GuestAccess access, bool prefetch = false)
    {
        Srcu.AssertHeldShared();
        Mm.Lockdep?.MightSleep("a page fault", MmuLock, Mm.MmapLock);
        PageFault fault = BeginPageFault(vcpu, access, prefetch);
        RetPf fast = FastPageFault(vcpu, fault);
        if (fast != RetPf.Invalid) return fast;
        // Tables are allocated ahead, because under the mmu_lock nothing may sleep.
        if (Mm.Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;

        fault.MmuSeq = MmuInvalidateSeq;
        Result<RetPf> ready = CheckSlot(vcpu, fault);
        if (ready.IsError || ready.Value != RetPf.Continue) return ready;
        if (MmuInvalidateRetryGfnUnsafe(fault.MmuSeq, fault.Gfn)) return RetPf.Retry;

        Result<RetPf> result;
        if (fault.IsPrivate || fault.Slot is { Gmem.IsShared: true })
        {
            HostPage? page = FaultinPfnPrivate(vcpu, fault, out result);
            if (page is null) return result;
            result = MapUnlessStale(vcpu, fault, page);
            GuestMemfd.PutPfn(this, page);
        }
        else
        {
            HostPage? page = FaultinPfnShared(vcpu, fault, out result);
            if (page is null) return result;
            result = MapUnlessStale(vcpu, fault, page);
            ReleasePfnClean(page);
        }
        return result;
    }

    /// <summary>Fills a vCPU's fault in: frame, kind of memory, slot, root.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="access">What the guest did.</param>
    /// <param name="prefetch">True when nobody did anything.</param>
    /// <returns>The vCPU's fault; the next one overwrites it.</returns>
    [RequiresLock(nameof(Srcu), Shared = true)]
    [ExcludesLock(nameof(MmuLock))]
    public PageFault BeginPageFault(Vcpu vcpu, in GuestAccess access, bool prefetch = false)
    {
        Srcu.AssertHeldShared();
        MmuLock.AssertNotHeld();
        PageFault fault = vcpu.Fault;
        fault.Gfn = access.Gpa.Frame;
        fault.IsWrite = access.Kind == AccessKind.Write;
        fault.IsFetch = access.Kind == AccessKind.Fetch;
        fault.IsPrefetch = prefetch;
        fault.IsPrivate = IsPrivateAccess(access);
        MemslotSet slots = Memslots(vcpu.AddressSpace);
        fault.Generation = slots.Generation;
        fault.Slot = vcpu.FindSlot(slots, fault.Gfn);
        fault.Root = vcpu.RootFor(fault.IsPrivate);
        fault.MapWritable = false;
        if (fault.Slot is { IsInvalid: false } slot)
        {
            if (!fault.IsPrivate && vcpu.HasForeseen) Mm.ApproachPage(slot.HvaOf(fault.Gfn));
            else if (!fault.IsPrivate) Mm.Approach(slot.HvaOf(fault.Gfn));
            slot.Approach(fault.Gfn);
        }
        return fault;
    }

    /// <summary>Is there memory of the right kind?</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="fault">Its fault.</param>
    /// <returns>Continue; Retry while the slot is INVALID; Emulate where there is no slot; EFAULT, with a memory-fault exit, when the kind is wrong, or private memory is asked of what has none.</returns>
    /// <remarks>Source: kvm_mmu_faultin_pfn(). The attributes are asked after the invalidations were counted: a change of them is an invalidation.</remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    [ExcludesLock(nameof(MmuLock))]
    public Result<RetPf> CheckSlot(Vcpu vcpu, PageFault fault)
    {
        Srcu.AssertHeldShared();
        MmuLock.AssertNotHeld();
        if (IsDead) return Errno.EIO;
        if (fault.IsPrivate != MemIsPrivate(fault.Gfn) && ReportMemoryFault(vcpu, fault) == ExitReason.MemoryFault) return Errno.EFAULT;
        if (fault.Slot is { IsInvalid: true }) return RetPf.Retry;
        if (fault.IsPrivate && fault.Slot?.Gmem is null && ReportMemoryFault(vcpu, fault) == ExitReason.MemoryFault) return Errno.EFAULT;
        if (fault.Slot is null) return NoteMmio(fault);
        return RetPf.Continue;
    }

    /// <summary>Has a vCPU leave for user space because memory is not of the kind that the guest used, or cannot be had.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="fault">Its fault.</param>
    /// <returns><see cref="ExitReason.MemoryFault"/>; where, how much and which kind is in <see cref="Vcpu.Run"/>.</returns>
    /// <remarks>Source: kvm_mmu_prepare_memory_fault_exit().</remarks>
    [AssignedWhenReturns(ExitReason.MemoryFault, "vcpu.Exit.ExitReason", "vcpu.Exit.Gpa", "vcpu.Exit.Size", "vcpu.Exit.IsPrivate")]
    public ExitReason ReportMemoryFault(Vcpu vcpu, PageFault fault)
    {
        vcpu.Exit.ExitReason = ExitReason.MemoryFault;
        vcpu.Exit.Gpa = fault.Gfn.Address;
        vcpu.Exit.Size = PageSize.Bytes;
        vcpu.Exit.IsPrivate = fault.IsPrivate;
        return ExitReason.MemoryFault;
    }

    /// <summary>Gets the page of shared memory: what the process has at the frame's address.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="fault">Its fault, whose slot is neither missing nor INVALID.</param>
    /// <param name="outcome">When there is no page: what becomes of the fault. EINTR for a signal; EFAULT when nothing is mapped there.</param>
    /// <returns>The page with a reference; null when there is none.</returns>
    /// <remarks>Source: kvm_faultin_pfn(), hva_to_pfn(). A write to a read-only slot is emulated. A broken page is the process's own affair: it gets SIGBUS, and the guest tries again.</remarks>
    [SequenceFetch("mmu_seq")]
    [RequiresLock(nameof(Srcu), Shared = true)]
    [ExcludesLock(nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    [return: Owned("page reference")]
    public HostPage? FaultinPfnShared(Vcpu vcpu, PageFault fault, out Result<RetPf> outcome)
    {
        Srcu.AssertHeldShared();
        Mm.Lockdep?.MightSleep("a page fault", MmuLock, Mm.MmapLock);
        outcome = RetPf.Continue;
        Memslot slot = fault.Slot!;
        bool readOnly = (slot.Flags & MemslotFlags.ReadOnly) != 0;
        if (readOnly && fault.IsWrite)
        {
            outcome = RetPf.Emulate;
            return null;
        }
        Result<HostPage> page = GetUserPage(vcpu, slot.HvaOf(fault.Gfn), fault.IsWrite, out bool writable);
        if (page.IsOk)
        {
            fault.MapWritable = writable && !readOnly;
            return page.Value;
        }
        if (page.Error == Errno.EHWPOISON) outcome = HandleBrokenPage(vcpu, fault);
        else outcome = page.Error == Errno.EINTR ? Errno.EINTR : Errno.EFAULT;
        return null;
    }

    /// <summary>Faults the page of an address in, unless that takes a wait and a signal is pending: the vCPU leaves then.</summary>
    /// <remarks>Source: hva_to_pfn(), whose slow way is interruptible: KVM_PFN_ERR_SIGPENDING, kvm_handle_signal_exit().</remarks>
    [ExcludesLock(nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    [return: Owned("page reference")]
    private Result<HostPage> GetUserPage(Vcpu vcpu, Hva addr, bool write, out bool writable)
    {
        if (!vcpu.IsSignalPending) return Mm.HvaToPage(addr, write, out writable);
        HostPage? fast = Mm.GetUserPageFast(addr, write, out writable);
        if (fast is not null) return fast;
        vcpu.LeaveForSignal();
        return Errno.EINTR;
    }

    /// <summary>The process has a broken page there: its thread gets SIGBUS, and the guest tries again. Nobody touched what is mapped ahead, so nobody gets a signal for it.</summary>
    /// <remarks>Source: kvm_handle_error_pfn(); the errors of KVM_PRE_FAULT_MEMORY.</remarks>
    private static Result<RetPf> HandleBrokenPage(Vcpu vcpu, PageFault fault)
    {
        if (fault.IsPrefetch) return Errno.EHWPOISON;
        vcpu.Signals++;
        return RetPf.Retry;
    }

    /// <summary>Gets the page of private memory: what the slot's guest_memfd has for the frame, made if need be.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="fault">Its fault, whose slot has a guest_memfd.</param>
    /// <param name="outcome">When there is no page: the error, with a memory-fault exit.</param>
    /// <returns>The page with a reference; null when there is none.</returns>
    /// <remarks>Source: kvm_mmu_faultin_pfn_private().</remarks>
    [SequenceFetch("mmu_seq")]
    [RequiresLock(nameof(Srcu), Shared = true)]
    [ExcludesLock(nameof(MmuLock)), MaySleep]
    [return: Owned("private page reference")]
    public HostPage? FaultinPfnPrivate(Vcpu vcpu, PageFault fault, out Result<RetPf> outcome)
    {
        Srcu.AssertHeldShared();
        Mm.Lockdep?.MightSleep("a page fault", MmuLock);
        outcome = RetPf.Continue;
        Result<HostPage> page = GuestMemfd.GetPfn(this, fault.Slot!, fault.Gfn);
        if (page.IsError)
        {
            _ = ReportMemoryFault(vcpu, fault);
            outcome = page.Error;
            return null;
        }
        fault.MapWritable = (fault.Slot!.Flags & MemslotFlags.ReadOnly) == 0;
        return page.Value;
    }

    /// <summary>Gives the page of a fault on shared memory back.</summary>
    /// <param name="page">The page.</param>
    /// <remarks>Source: kvm_release_pfn_clean(), of late kvm_release_page_clean().</remarks>
    public void ReleasePfnClean([Consumes("page reference")] HostPage page) => Mm.Memory.PutPage(page);

    /// <summary>Must a fault start over, because its root was thrown away, or its frame invalidated, since the page was looked up?</summary>
    /// <param name="fault">The fault.</param>
    /// <remarks>Source: is_page_fault_stale().</remarks>
    [SequenceRecheck("mmu_seq", Stale = true)]
    [RequiresLock(nameof(MmuLock), Shared = true)]
    public bool IsPageFaultStale(PageFault fault)
    {
        MmuLock.AssertHeldShared();
        return fault.Root.IsObsolete || IsDead || MmuInvalidateRetryGfn(fault.MmuSeq, fault.Gfn);
    }

    /// <summary>Puts a page into the root of a fault.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="fault">Its fault, not stale.</param>
    /// <param name="page">The page, with a reference of the caller.</param>
    /// <returns>Fixed; Spurious when it was there; Retry when a secure page table is busy; EIO when it refuses.</returns>
    /// <remarks>Source: kvm_tdp_mmu_map(), mmu_set_spte(). While dirty pages are logged, a read maps read-only: the write that comes later is noticed.</remarks>
    [SequenceCommit("mmu_seq")]
    [RequiresLock(nameof(MmuLock))]
    [RequiresLock(nameof(Srcu), Shared = true)]
    public Result<RetPf> MapPage(Vcpu vcpu, PageFault fault, HostPage page)
    {
        MmuLock.AssertHeld();
        Srcu.AssertHeldShared();
        Memslot slot = fault.Slot!;
        ref ShadowCell cell = ref fault.Root.Add(fault.Gfn);
        SwitchPoint.Read(fault.Root, "entry", fault.Gfn.Value);
        var old = new Spte(Volatile.Read(ref cell.Word));
        bool writable = fault.MapWritable && (fault.IsWrite || slot.Dirty is null);
        Spte fresh = Spte.Of(page.Pfn, writable, fault.MapWritable, !fault.IsPrefetch, fault.IsWrite, fault.IsPrivate);
        // Without accessed bits, what nobody has used yet is not usable: its first use is noticed.
        if (fault.IsPrefetch && !UsesAccessedBits) fresh = new Spte(fresh.Value | Spte.TrackedBit);
        if ((old.IsUsable || (old.IsTracked && fault.IsPrefetch)) && old.Pfn == page.Pfn && (old.IsWritable || !writable)) return RetPf.Spurious;

        if (old.IsPresent && old.Pfn != page.Pfn && ZapEntry(slot, fault.Root, fault.Gfn)) FlushRemoteTlbs();
        if (fault.Root.IsMirror)
        {
            Errno error = Backend.MapPrivate(this, fault.Gfn, page);
            if (error.IsError) return error == Errno.EAGAIN ? RetPf.Retry : error;
        }
        cell.Page = page;
        if (SetEntry(slot, fault, fresh, ref cell.Word)) FlushRemoteTlbs();
        if (writable && slot.Dirty is not null) MarkPageDirty(slot, fault.Gfn);
        return RetPf.Fixed;
    }

    /// <summary>Takes the mmu_lock, and maps the page unless the fault is stale by now.</summary>
    [RequiresLock(nameof(Srcu), Shared = true)]
    [ExcludesLock(nameof(MmuLock))]
    private Result<RetPf> MapUnlessStale(Vcpu vcpu, PageFault fault, HostPage page)
    {
        if (MmuInvalidateRetryGfnUnsafe(fault.MmuSeq, fault.Gfn)) return RetPf.Retry;
        using (MmuLock.Write())
        {
            if (IsPageFaultStale(fault)) return RetPf.Retry;
            Result<RetPf> result = MapPage(vcpu, fault, page);
            Invariants?.CheckMmu(this);
            return result;
        }
    }

    [RequiresLock(nameof(MmuLock)), LeavesPending("tlb flush", WhenReturns = true)]
    private bool SetEntry(Memslot slot, PageFault fault, Spte fresh, ref ulong cell)
    {
        SwitchPoint.Write(fault.Root, "entry", fault.Gfn.Value);
        var old = new Spte(Interlocked.Exchange(ref cell, fresh.Value));
        if (old.IsPresent) return old.IsWritable && !fresh.IsWritable;
        // What is pinned stays in memory until the entry goes (2008).
        if (PinsMappedPages) _ = Mm.Memory.PageOf(fresh.Pfn).TryGet(PageHolder.Spte);
        if (slot.TryMapAlone(fault.Gfn, fault.Root)) return false;
        ulong offset = fault.Gfn - slot.BaseGfn;
        slot.Rmap.Add(this, offset, fault.Root);
        if (slot.Rmap.CountAt(this, offset) <= RmapRecycleThreshold) return false;
        return UnmapGfnRange(new Ranges.SlotGfnRange(slot, GfnRange.FromStartCount(fault.Gfn, 1)));
    }

    /// <summary>Notes in the root that a frame has no slot, with the generation of the memslots: while that is the same, no slot need be looked for.</summary>
    [RequiresLock(nameof(Srcu), Shared = true)]
    [ExcludesLock(nameof(MmuLock))]
    private Result<RetPf> NoteMmio(PageFault fault)
    {
        if (fault.IsPrefetch || (fault.Generation & MemslotSet.UpdateInProgress) != 0) return RetPf.Emulate;
        using (MmuLock.Write())
        {
            if (IsPageFaultStale(fault)) return RetPf.Retry;
            ref ulong word = ref fault.Root.Add(fault.Gfn).Word;
            SwitchPoint.Write(fault.Root, "entry", fault.Gfn.Value);
            if (!new Spte(word).IsPresent) Volatile.Write(ref word, Spte.Mmio(fault.Generation).Value);
        }
        return RetPf.Emulate;
    }

    /// <summary>The fault that needs neither lock nor page: the entry is good by now, or only has to be made writable, or usable again, by one atomic step.</summary>
    /// <returns>Spurious, Fixed, Emulate; Invalid when the slow way has to find out.</returns>
    /// <remarks>
    /// Source: fast_page_fault(). An exchange that is lost to somebody else is no error: look again. Only for direct roots: in another, an entry can come to stand for another frame with the same page between look and exchange, and
    /// the wrong frame would be marked as written.
    /// </remarks>
    [RequiresLock(nameof(Srcu), Shared = true)]
    private RetPf FastPageFault(Vcpu vcpu, PageFault fault)
    {
        ref ShadowCell cell = ref fault.Root.Find(fault.Gfn);
        if (Unsafe.IsNullRef(ref cell) || !fault.Root.IsDirect) return RetPf.Invalid;
        for (int i = 0; i < FastPageFaultTries; i++)
        {
            SwitchPoint.Read(fault.Root, "entry", fault.Gfn.Value);
            var old = new Spte(Volatile.Read(ref cell.Word));
            // The pages of a machine whose private memory was taken for shared, or the reverse, are not touched here.
            if (old.IsMmio) return !fault.IsPrefetch && fault.Slot is null && !fault.IsPrivate && old.Generation == fault.Generation && !MemIsPrivate(fault.Gfn) ? RetPf.Emulate : RetPf.Invalid;
            if (!old.IsPresent || old.IsBlocked || old.IsPrivate != fault.IsPrivate || fault.Slot is not { IsInvalid: false } slot) return RetPf.Invalid;
            ulong fresh = old.Value;
            // Mapped ahead is not used: the entry stays as it is.
            if (old.IsTracked && !fault.IsPrefetch) fresh = (fresh & ~Spte.TrackedBit) | Spte.AccessedBit;
            if (fault.IsWrite && !old.IsWritable)
            {
                if (!old.IsMmuWritable || !old.IsHostWritable || (slot.Flags & MemslotFlags.ReadOnly) != 0) return RetPf.Invalid;
                fresh |= Spte.WritableBit | Spte.DirtyBit;
            }
            if (fresh == old.Value) return RetPf.Spurious;
            SwitchPoint.Write(fault.Root, "entry", fault.Gfn.Value);
            if (Interlocked.CompareExchange(ref cell.Word, fresh, old.Value) != old.Value) continue;
            if (((fresh ^ old.Value) & Spte.WritableBit) != 0 && slot.Dirty is not null) MarkPageDirty(slot, fault.Gfn);
            return RetPf.Fixed;
        }
        return RetPf.Invalid;
    }

    private bool IsPrivateAccess(in GuestAccess access) => Backend.GuestDecidesPrivacy ? access.IsPrivate : MemIsPrivate(access.Gpa.Frame);
}
