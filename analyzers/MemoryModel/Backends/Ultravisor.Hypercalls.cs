using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Backends;

// What the Ultravisor asks of the hypervisor.
public sealed partial class Ultravisor
{
    /// <summary>The machine begins to become secure: its memslots are made known to the Ultravisor.</summary>
    /// <returns>
    /// H_UNSUPPORTED when there is no secure memory, or the guest has hashed page tables; H_AUTHORITY when the machine is not allowed to; H_STATE when it has begun already; H_PARAMETER when a slot has a page that is not mapped, or the
    /// Ultravisor refuses one, with the others taken back.
    /// </returns>
    /// <remarks>Source: H_SVM_INIT_START. Pages of a secure guest must not be merged with others', so that is switched off first, one call for each slot, and on again when nothing comes of it. That the failing slot takes back the ones before it is the intended behaviour; the kernel of 2020 took back the wrong one.</remarks>
    [ExcludesLock(nameof(UvmemLock), "Kvm.Mm.MmapLock"), MaySleep]
    public HypercallStatus InitStart()
    {
        Kvm.Mm.Lockdep?.MightSleep("a hypercall", UvmemLock, Kvm.Mm.MmapLock);
        if (_pool.Capacity == 0 || !IsRadix) return HypercallStatus.Unsupported;
        if (!IsSecureGuestAllowed) return HypercallStatus.Authority;
        if (ReadState() != SecureGuestState.Normal) return HypercallStatus.State;
        using (Kvm.Srcu.Read())
        {
            IReadOnlyList<Memslot> slots = Kvm.Memslots().ToList();
            int done = 0;
            while (done < slots.Count && SetMerging(slots[done], allowed: false) && !Kvm.Mm.Memory.Fails(FaultSite.Structure)) done++;
            HypercallStatus status = done < slots.Count ? HypercallStatus.Parameter : RegisterSlots(slots);
            if (status.IsError && ReadState() == SecureGuestState.Normal)
            {
                for (int i = 0; i <= done && i < slots.Count; i++) _ = SetMerging(slots[i], allowed: true);
            }
            return status;
        }
    }

    /// <summary>The machine becomes an ordinary one, from whatever state: its secure pages go, without their content.</summary>
    /// <returns>Ok; EINVAL when the Ultravisor refuses: its pages are gone, and it stays what it was.</returns>
    /// <remarks>Source: KVM_PPC_SVM_OFF, at the reset of a machine. In all address spaces.</remarks>
    [ExcludesLock(nameof(UvmemLock), "Kvm.Mm.MmapLock"), MaySleep]
    public Errno SvmOff()
    {
        Kvm.Mm.Lockdep?.MightSleep("a hypercall", UvmemLock, Kvm.Mm.MmapLock);
        using (UvmemLock.Hold())
        {
            if (_state == SecureGuestState.Normal) return Errno.Ok;
            _isLeaving = true;
        }
        using (Kvm.Srcu.Read())
        {
            for (int space = 0; space < Kvm.AddressSpaceCount; space++)
            {
                foreach (Memslot slot in Kvm.Memslots(space).ToList())
                {
                    DropPages(slot, skipPageOut: true);
                    _firmware.UnregisterMemslot(slot);
                }
            }
        }
        Errno error = _firmware.Terminate();
        using (UvmemLock.Hold())
        {
            if (error.IsOk) _state = SecureGuestState.Normal;
            _isLeaving = false;
        }
        return error.IsOk ? Errno.Ok : Errno.EINVAL;
    }

    /// <summary>The guest shares a page with the hypervisor: it becomes an empty page of ordinary memory.</summary>
    /// <param name="gfn">The frame.</param>
    /// <returns>H_SUCCESS; H_PARAMETER when the frame is in no usable slot, or not mapped; H_UNSUPPORTED when the machine has become an ordinary one meanwhile.</returns>
    /// <remarks>
    /// Source: kvmppc_share_page(). The lock on secure pages is dropped while the page is faulted in, which takes the mmap lock; whoever moved the page back into secure memory meanwhile has it faulted in again.
    /// </remarks>
    [RequiresLock("Kvm.Srcu", Shared = true)]
    [ExcludesLock(nameof(UvmemLock), "Kvm.Mm.MmapLock", "Kvm.MmuLock"), MaySleep]
    private HypercallStatus SharePage(Gfn gfn)
    {
        while (true)
        {
            using (UvmemLock.Hold())
            {
                if (FindSecurePage(gfn) is { } secure) MarkForDrop(secure, skipPageOut: true, removeGfn: false);
            }
            Result<HostPage> page = Kvm.GfnToPage(gfn);
            if (page.IsError) return HypercallStatus.Parameter;
            bool again;
            bool isLeaving;
            Errno error;
            using (UvmemLock.Hold())
            {
                again = FindSecurePage(gfn) is not null;
                isLeaving = _state == SecureGuestState.Normal || _isLeaving;
                error = again || isLeaving ? Errno.Ok : ShareLocked(gfn, page.Value);
            }
            Kvm.Mm.Memory.PutPage(page.Value);
            if (isLeaving) return HypercallStatus.Unsupported;
            if (error.IsError) return HypercallStatus.Parameter;
            if (!again) return HypercallStatus.Success;
        }
    }

    [RequiresLock(nameof(UvmemLock)), MaySleep]
    private Errno ShareLocked(Gfn gfn, HostPage page)
    {
        Errno error = _firmware.PageInShared(gfn);
        if (error.IsError) return error;
        _frames.Remove(gfn);
        _shared.Add(gfn);
        // The Ultravisor clears what it hands from one world to the other.
        page.Content = 0;
        return Errno.Ok;
    }

    /// <summary>Switches page merging on or off over a slot's memory.</summary>
    /// <returns>False when part of it is not mapped, and merging was to be off: a page that comes there could be merged. Switched on again, what is not mapped is passed over.</returns>
    /// <remarks>Source: kvmppc_memslot_page_merge(). A walk of its own, over areas: one call for each, and under the mmap lock for writing.</remarks>
    [ExcludesLock("Kvm.Mm.MmapLock"), MaySleep]
    private bool SetMerging(Memslot slot, bool allowed)
    {
        Errno error = Kvm.Mm.Madvise(slot.HvaRange, allowed ? Advice.Mergeable : Advice.Unmergeable);
        return error.IsOk || (allowed && error == Errno.ENOMEM);
    }

    [RequiresLock("Kvm.Srcu", Shared = true)]
    [ExcludesLock(nameof(UvmemLock)), MaySleep]
    private HypercallStatus RegisterSlots(IReadOnlyList<Memslot> slots)
    {
        using (UvmemLock.Hold())
        {
            // Somebody else may have been faster.
            if (_state != SecureGuestState.Normal) return HypercallStatus.State;
            for (int i = 0; i < slots.Count; i++)
            {
                if (_firmware.RegisterMemslot(slots[i]).IsOk) continue;
                while (--i >= 0) _firmware.UnregisterMemslot(slots[i]);
                return HypercallStatus.Parameter;
            }
            _state = SecureGuestState.Transient;
            return HypercallStatus.Success;
        }
    }

    /// <summary>The machine is secure from now on: what has not been moved yet is, without its content.</summary>
    /// <returns>H_UNSUPPORTED when it has not begun; H_STATE when a page cannot be moved (what was moved stays, the machine is not secure).</returns>
    /// <remarks>Source: H_SVM_INIT_DONE.</remarks>
    [ExcludesLock(nameof(UvmemLock), "Kvm.Mm.MmapLock"), MaySleep]
    public HypercallStatus InitDone()
    {
        Kvm.Mm.Lockdep?.MightSleep("a hypercall", UvmemLock, Kvm.Mm.MmapLock);
        using (Kvm.Srcu.Read())
        using (Kvm.Mm.MmapRead())
        using (UvmemLock.Hold())
        {
            if (_state != SecureGuestState.Transient || _isLeaving) return HypercallStatus.Unsupported;
            foreach (Memslot slot in Kvm.Memslots().ToList())
            {
                Errno error = PageInLeftovers(slot);
                if (error.IsError) return HypercallStatus.State;
            }
            _state = SecureGuestState.Secure;
            return HypercallStatus.Success;
        }
    }

    /// <summary>The machine stays an ordinary one after all: every secure page comes back with its content.</summary>
    /// <returns>H_UNSUPPORTED when it has not begun; H_STATE when it is secure already; otherwise, as the interface has it, H_PARAMETER: the attempt has failed.</returns>
    /// <remarks>Source: H_SVM_INIT_ABORT.</remarks>
    [ExcludesLock(nameof(UvmemLock), "Kvm.Mm.MmapLock"), MaySleep]
    public HypercallStatus InitAbort()
    {
        Kvm.Mm.Lockdep?.MightSleep("a hypercall", UvmemLock, Kvm.Mm.MmapLock);
        using (UvmemLock.Hold())
        {
            if (_state == SecureGuestState.Normal) return HypercallStatus.Unsupported;
            if (_state == SecureGuestState.Secure || _isLeaving) return HypercallStatus.State;
            _isLeaving = true;
        }
        using (Kvm.Srcu.Read())
        {
            foreach (Memslot slot in Kvm.Memslots().ToList()) DropPages(slot, skipPageOut: false);
        }
        using (UvmemLock.Hold())
        {
            _state = SecureGuestState.Normal;
            _isLeaving = false;
        }
        // The answer is the same either way.
        _ = _firmware.Terminate();
        return HypercallStatus.Parameter;
    }

    /// <summary>Moves a page of the guest into secure memory.</summary>
    /// <param name="gpa">Its address in the guest; page aligned.</param>
    /// <param name="flags">0, or 1 (H_PAGE_IN_SHARED): the page shall be shared with the hypervisor instead.</param>
    /// <param name="pageShift">Binary logarithm of the page size; must be <see cref="PageSize.Shift"/>.</param>
    /// <returns>H_UNSUPPORTED when the machine has not begun to become secure; H_P3, H_P2 for the arguments; H_PARAMETER when the frame is in no usable slot, not mapped, secure already, or could not be moved.</returns>
    /// <remarks>Source: H_SVM_PAGE_IN.</remarks>
    [ExcludesLock(nameof(UvmemLock), "Kvm.Mm.MmapLock"), MaySleep]
    public HypercallStatus PageIn(Gpa gpa, ulong flags = 0, int pageShift = PageSize.Shift)
    {
        Kvm.Mm.Lockdep?.MightSleep("a hypercall", UvmemLock, Kvm.Mm.MmapLock);
        if (ReadState() == SecureGuestState.Normal) return HypercallStatus.Unsupported;
        if (pageShift != PageSize.Shift) return HypercallStatus.P3;
        if ((flags & ~PageInShared) != 0) return HypercallStatus.P2;
        using (Kvm.Srcu.Read())
        {
            return flags == PageInShared ? SharePage(gpa.Frame) : PageInLocking(gpa);
        }
    }

    private const ulong PageInShared = 1;

    [RequiresLock("Kvm.Srcu", Shared = true)]
    [ExcludesLock(nameof(UvmemLock), "Kvm.Mm.MmapLock"), MaySleep]
    private HypercallStatus PageInLocking(Gpa gpa)
    {
        using (Kvm.Mm.MmapRead())
        using (UvmemLock.Hold())
        {
            if (_state == SecureGuestState.Normal || _isLeaving) return HypercallStatus.Unsupported;
            Result<Hva> hva = Kvm.GfnToHva(gpa.Frame);
            if (hva.IsError || FindSecurePage(gpa.Frame) is not null) return HypercallStatus.Parameter;
            Vma? vma = Kvm.Mm.VmaLookup(hva.Value);
            if (vma is null) return HypercallStatus.Parameter;
            Errno error = PageInLocked(vma, hva.Value, gpa.Frame, copy: true);
            return error.IsError ? HypercallStatus.Parameter : HypercallStatus.Success;
        }
    }

    /// <summary>Moves a page of the guest out of secure memory.</summary>
    /// <param name="gpa">Its address in the guest; page aligned.</param>
    /// <param name="flags">Must be 0.</param>
    /// <param name="pageShift">Binary logarithm of the page size; must be <see cref="PageSize.Shift"/>.</param>
    /// <returns>As <see cref="PageIn"/>; a frame that is not in secure memory is a success.</returns>
    /// <remarks>Source: H_SVM_PAGE_OUT.</remarks>
    [ExcludesLock(nameof(UvmemLock), "Kvm.Mm.MmapLock"), MaySleep]
    public HypercallStatus PageOut(Gpa gpa, ulong flags = 0, int pageShift = PageSize.Shift)
    {
        Kvm.Mm.Lockdep?.MightSleep("a hypercall", UvmemLock, Kvm.Mm.MmapLock);
        if (ReadState() == SecureGuestState.Normal) return HypercallStatus.Unsupported;
        if (pageShift != PageSize.Shift) return HypercallStatus.P3;
        if (flags != 0) return HypercallStatus.P2;
        using (Kvm.Srcu.Read())
        using (Kvm.Mm.MmapRead())
        {
            Result<Hva> hva = Kvm.GfnToHva(gpa.Frame);
            if (hva.IsError) return HypercallStatus.Parameter;
            Vma? vma = Kvm.Mm.VmaLookup(hva.Value);
            if (vma is null) return HypercallStatus.Parameter;
            Errno error = PageOut(vma, hva.Value, gpa.Frame);
            return error.IsError ? HypercallStatus.Parameter : HypercallStatus.Success;
        }
    }

    /// <summary>Moves the frames of a slot in that have no state yet.</summary>
    /// <remarks>Source: kvmppc_uv_migrate_mem_slot(). A frame that is paged out has been moved before and stays so.</remarks>
    [RequiresLock("Kvm.Mm.MmapLock", Shared = true)]
    [RequiresLock(nameof(UvmemLock)), MaySleep]
    private Errno PageInLeftovers(Memslot slot)
    {
        for (Gfn gfn = slot.BaseGfn; gfn < slot.GfnRange.End; gfn += 1)
        {
            if (StateOf(gfn) != GfnState.Normal) continue;
            Hva addr = slot.HvaOf(gfn);
            Vma? vma = Kvm.Mm.VmaLookup(addr);
            if (vma is null) return Errno.EFAULT;
            Errno error = PageInLocked(vma, addr, gfn, copy: false);
            if (error.IsError) return error;
        }
        return Errno.Ok;
    }
}
