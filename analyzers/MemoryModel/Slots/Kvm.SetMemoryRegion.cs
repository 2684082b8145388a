using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.PrivateMemory;
using MemoryModel.Ranges;
using MemoryModel.Slots;
using MemoryModel.Validation;

namespace MemoryModel;

// Changing memslots.
public sealed partial class Kvm
{
    [GuardedBy(nameof(SlotsLock))]
    private ulong _totalPages;

    /// <summary>Creates, deletes, moves or changes a memslot.</summary>
    /// <param name="region">What user space asks for.</param>
    /// <returns>
    /// The first of, in this order: EINVAL for an argument that is wrong in itself (slot number, flags, size, guest address, user address, address space, wrap-around, more than 2^31-1 pages);
    /// EINVAL for deleting what is not there, or changing the user address, the size or the read-only flag of a slot; EEXIST for an overlap with another slot of the same address space; ENOMEM; the back end's error.
    /// After an error every slot is as it was; after a failed delete or move the generation may have advanced.
    /// </returns>
    /// <remarks>Source: KVM_SET_USER_MEMORY_REGION; kvm_set_memory_region() in kvm_main.c. Waits for readers of the slots: not to be called inside a read section.</remarks>
    [ExcludesLock(nameof(SlotsLock), nameof(SlotsArchLock), nameof(Srcu), nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    public Errno SetUserMemoryRegion(in UserMemoryRegion region) => SetRegion(region, second: false);

    /// <summary>As <see cref="SetUserMemoryRegion"/>, and can give a slot private memory.</summary>
    /// <param name="region">What user space asks for.</param>
    /// <returns>
    /// As <see cref="SetUserMemoryRegion"/>; besides EINVAL for a file offset that is not page aligned, or wraps around, and for private memory asked of a slot that exists. After EEXIST for an overlap, for the file: EBADF when it is none;
    /// EINVAL when it is no guest_memfd, another machine's, or too short; EEXIST when another slot uses a part of it. After any error all is as it was.
    /// </returns>
    /// <remarks>Source: KVM_SET_USER_MEMORY_REGION2.</remarks>
    [ExcludesLock(nameof(SlotsLock), nameof(SlotsArchLock), nameof(Srcu), nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    public Errno SetUserMemoryRegion2(in UserMemoryRegion region) => SetRegion(region, second: true);

    [ExcludesLock(nameof(SlotsLock), nameof(SlotsArchLock), nameof(Srcu), nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    private Errno SetRegion(in UserMemoryRegion region, bool second)
    {
        Mm.Lockdep?.MightSleep("changing memslots", SlotsLock, SlotsArchLock, Srcu, MmuLock, Mm.MmapLock);
        Errno error = MemslotRequest.CheckArguments(region, Backend, second);
        if (error.IsError) return error;
        error = SetRegionLocking(region);
        Mm.RunTaskWork();
        return error;
    }

    [ExcludesLock(nameof(SlotsLock), nameof(SlotsArchLock), nameof(Srcu), nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    private Errno SetRegionLocking(in UserMemoryRegion region)
    {
        using (SlotsLock.Hold())
        {
            Result<MemslotRequest> request = MemslotRequest.Against(_active[region.AddressSpace], region, _totalPages);
            if (request.IsError) return request.Error;
            // What describes the slot; a deletion needs none.
            if (request.Value.Change is not (MemslotChange.None or MemslotChange.Delete) && Mm.Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
            RegionState? before = Invariants?.StateOf(this);
            Errno error = request.Value.Change switch
            {
                MemslotChange.None => Errno.Ok,
                MemslotChange.Delete or MemslotChange.Move => ReplaceThroughInvalid(request.Value),
                MemslotChange.Create when (region.Flags & MemslotFlags.GuestMemfd) != 0 => CreateWithGmem(request.Value, region),
                _ => ReplaceDirectly(request.Value),
            };
            if (error.IsError) Invariants?.CheckUnchanged(this, before!, request.Value.Change);
            Invariants?.CheckSlots(this);
            return error;
        }
    }

    /// <summary>What <see cref="Backends.IBackend.PrepareMemslot"/> asks of its caller.</summary>
    [RequiresLock(nameof(SlotsLock), nameof(SlotsArchLock)), MaySleep]
    internal void AssertPreparesMemslot()
    {
        SlotsLock.AssertHeld();
        SlotsArchLock.AssertHeld();
        Mm.Lockdep?.MightSleep("preparing a memslot");
    }

    /// <summary>What <see cref="Backends.IBackend.FlushMemslot"/> asks of its caller.</summary>
    [RequiresLock(nameof(SlotsLock)), ExcludesLock(nameof(SlotsArchLock), nameof(MmuLock)), MaySleep]
    internal void AssertFlushesMemslot()
    {
        SlotsLock.AssertHeld();
        Mm.Lockdep?.MightSleep("flushing a memslot", SlotsArchLock, MmuLock);
    }

    /// <summary>What <see cref="Backends.IBackend.CommitMemslot"/> asks of its caller.</summary>
    [RequiresLock(nameof(SlotsLock)), ExcludesLock(nameof(MmuLock), "Mm.MmapLock"), MaySleep]
    internal void AssertCommitsMemslot()
    {
        SlotsLock.AssertHeld();
        Mm.Lockdep?.MightSleep("committing a memslot", MmuLock, Mm.MmapLock);
    }

    /// <summary>Binds the file first, and lets it go again when the slot cannot be made after all.</summary>
    [RequiresLock(nameof(SlotsLock)), MaySleep]
    private Errno CreateWithGmem(MemslotRequest request, in UserMemoryRegion region)
    {
        Result<Memslot> bound = GuestMemfd.Bind(this, request.New!, region.GuestMemfd, region.GuestMemfdOffset);
        if (bound.IsError) return bound.Error;
        Errno error = ReplaceDirectly(request with { New = bound.Value });
        if (error.IsError) GuestMemfd.Unbind(this, bound.Value);
        return error;
    }

    /// <summary>Memory for the log and for the reverse map, and what the back end needs.</summary>
    /// <remarks>Source: kvm_prepare_memory_region().</remarks>
    [RequiresLock(nameof(SlotsLock), nameof(SlotsArchLock)), MaySleep]
    private Errno Prepare(MemslotRequest request)
    {
        bool needsLog = request.New?.Dirty is { } dirty && !ReferenceEquals(dirty, request.Old?.Dirty);
        if (needsLog && Mm.Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
        bool needsMap = request.New is not null && !ReferenceEquals(request.New.Rmap, request.Old?.Rmap);
        if (needsMap && Mm.Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
        return Backend.PrepareMemslot(this, request.Change, request.Old, request.New);
    }

    /// <summary>Create and change of flags: one grace period, and nothing is published before the back end has agreed.</summary>
    [RequiresLock(nameof(SlotsLock)), MaySleep]
    private Errno ReplaceDirectly(MemslotRequest request)
    {
        SlotsArchLock.Lock();
        Errno error = Prepare(request);
        if (error.IsError)
        {
            SlotsArchLock.Unlock();
            return error;
        }
        PublishAndEditOther(request.Old, request.New);
        Commit(request);
        return Errno.Ok;
    }

    /// <summary>Delete and move: the slot is INVALID for one grace period, the back end lets go of it, and a second grace period brings the result.</summary>
    [RequiresLock(nameof(SlotsLock)), MaySleep]
    private Errno ReplaceThroughInvalid(MemslotRequest request)
    {
        Memslot old = request.Old!;
        Memslot invalid = old.WithFlags(old.Flags | MemslotFlags.Invalid);
        int space = old.AddressSpace;

        if (Mm.Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
        // Only one set ever holds the INVALID copy; the other keeps the slot as it was, for the way back.
        SlotsArchLock.Lock();
        _inactive[space].Replace(this, old, invalid);
        SwapActiveMemslots(space);

        ZapMemslot(invalid);
        Backend.FlushMemslot(this, invalid);

        SlotsArchLock.Lock();
        Errno error = Prepare(request);
        if (error.IsError)
        {
            SwapActiveMemslots(space);
            using (SlotsArchLock.Hold())
            {
                _inactive[space].Replace(this, invalid, old);
            }
            return error;
        }
        _inactive[space].Replace(this, old, request.New);
        SwapActiveMemslots(space);
        using (SlotsArchLock.Hold())
        {
            _inactive[space].Replace(this, invalid, request.New);
        }
        Commit(request);
        return Errno.Ok;
    }

    [RequiresLock(nameof(SlotsLock)), ReleasesLock(nameof(SlotsArchLock)), MaySleep]
    private void PublishAndEditOther(Memslot? old, Memslot? fresh)
    {
        int space = (fresh ?? old)!.AddressSpace;
        _inactive[space].Replace(this, old, fresh);
        SwapActiveMemslots(space);
        using (SlotsArchLock.Hold())
        {
            _inactive[space].Replace(this, old, fresh);
        }
    }

    [RequiresLock(nameof(SlotsLock)), MaySleep]
    private void Commit(MemslotRequest request)
    {
        if (request.Change == MemslotChange.Create) _totalPages += request.New!.NPages;
        if (request.Change == MemslotChange.Delete) _totalPages -= request.Old!.NPages;
        if (request.Change == MemslotChange.Delete) GuestMemfd.Unbind(this, request.Old!);
        if (request.Change == MemslotChange.FlagsOnly && request.Old!.Dirty is null && request.New!.Dirty is not null) StartDirtyLog(request.New);
        if (request.Change is MemslotChange.Create or MemslotChange.Move && request.New!.Dirty is { } dirty)
        {
            if (StartsDirty && request.Old?.Dirty is null) dirty.SetAll();
            dirty.IsArmed = true;
        }
        Backend.CommitMemslot(this, request.Change, request.Old, request.New);
        if (Mm.Lockdep is not null) request.Old?.Free();
    }

    /// <summary>Takes everything out of the shadow page tables that leads to an INVALID slot.</summary>
    /// <remarks>Source: kvm_arch_flush_shadow_memslot(). A secure page table keeps the other slots' entries whatever the quirk says: taken out, they would come back zeroed.</remarks>
    [RequiresLock(nameof(SlotsLock)), ExcludesLock(nameof(MmuLock))]
    private void ZapMemslot(Memslot invalid)
    {
        if (SlotZapAllQuirk && !Backend.HasMirror)
        {
            ZapAll();
            return;
        }
        using (MmuLock.Write())
        {
            if (UnmapGfnRange(new SlotGfnRange(invalid, invalid.GfnRange))) FlushRemoteTlbs();
        }
    }

    /// <summary>Makes the inactive set the active one and waits until nobody reads the other any more.</summary>
    /// <remarks>
    /// Source: kvm_swap_active_memslots(). The slots_arch_lock is let go before the wait for readers, because readers may take it; the slots_lock stays held,
    /// because they may not.
    /// </remarks>
    [RequiresLock(nameof(SlotsLock)), ReleasesLock(nameof(SlotsArchLock)), MaySleep]
    private void SwapActiveMemslots(int space)
    {
        MemslotSet old = _active[space];
        MemslotSet fresh = _inactive[space];
        fresh.SetGeneration(this, old.Generation | MemslotSet.UpdateInProgress);

        Invalidations.WaitUntilNone();
        SwitchPoint.Write(this, "the active memslots");
        Volatile.Write(ref _active[space], fresh);
        Invalidations.Allow();

        _inactive[space] = old;
        SlotsArchLock.Unlock();
        Srcu.Synchronize();

        // Stale generations must not match again, and those of different address spaces never collide.
        fresh.SetGeneration(this, (fresh.Generation & ~MemslotSet.UpdateInProgress) + AddressSpaceCount);
    }
}
