using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Slots;

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
    /// EINVAL for deleting what is not there, or changing the user address, the size or the read-only flag of a slot; EEXIST for an overlap with another slot of the same address space; the back end's error.
    /// After an error every slot is as it was; after a failed delete or move the generation may have advanced.
    /// </returns>
    /// <remarks>Source: KVM_SET_USER_MEMORY_REGION; kvm_set_memory_region() in kvm_main.c. Waits for readers of the slots: not to be called inside a read section.</remarks>
    [ExcludesLock(nameof(SlotsLock), nameof(SlotsArchLock), nameof(Srcu)), MaySleep]
    public Errno SetUserMemoryRegion(in UserMemoryRegion region)
    {
        Errno error = MemslotRequest.CheckArguments(region);
        if (error.IsError) return error;
        using (SlotsLock.Hold())
        {
            Result<MemslotRequest> request = MemslotRequest.Against(_active[region.AddressSpace], region, _totalPages);
            if (request.IsError) return request.Error;
            return request.Value.Change switch
            {
                MemslotChange.None => Errno.Ok,
                MemslotChange.Delete or MemslotChange.Move => ReplaceThroughInvalid(request.Value),
                _ => ReplaceDirectly(request.Value),
            };
        }
    }

    /// <summary>Create and change of flags: one grace period, and nothing is published before the back end has agreed.</summary>
    [RequiresLock(nameof(SlotsLock)), MaySleep]
    private Errno ReplaceDirectly(MemslotRequest request)
    {
        SlotsArchLock.Lock();
        Errno error = Backend.PrepareMemslot(this, request.Change, request.Old, request.New);
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

        // Only one set ever holds the INVALID copy; the other keeps the slot as it was, for the way back.
        SlotsArchLock.Lock();
        _inactive[space].Replace(this, old, invalid);
        SwapActiveMemslots(space);

        Backend.FlushMemslot(this, invalid);

        SlotsArchLock.Lock();
        Errno error = Backend.PrepareMemslot(this, request.Change, old, request.New);
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
        Backend.CommitMemslot(this, request.Change, request.Old, request.New);
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
        Volatile.Write(ref _active[space], fresh);
        Invalidations.Allow();

        _inactive[space] = old;
        SlotsArchLock.Unlock();
        Srcu.Synchronize();

        // Stale generations must not match again, and those of different address spaces never collide.
        fresh.SetGeneration(this, (fresh.Generation & ~MemslotSet.UpdateInProgress) + AddressSpaceCount);
    }
}
