using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Backends;

// What the Ultravisor asks of the hypervisor.
public sealed partial class Ultravisor
{
    /// <summary>The machine begins to become secure: its memslots are made known to the Ultravisor.</summary>
    /// <returns>H_STATE when it has begun already; H_PARAMETER when the Ultravisor refuses a slot, with the others taken back.</returns>
    /// <remarks>Source: H_SVM_INIT_START. That the failing slot takes back the ones before it is the intended behaviour; the kernel of 2020 took back the wrong one.</remarks>
    [ExcludesLock(nameof(UvmemLock)), MaySleep]
    public HypercallStatus InitStart()
    {
        using (Kvm.Srcu.Read())
        using (UvmemLock.Hold())
        {
            if (_state != SecureGuestState.Normal) return HypercallStatus.State;
            IReadOnlyList<Memslot> slots = Kvm.Memslots().ToList();
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
        using (Kvm.Srcu.Read())
        using (Kvm.Mm.MmapRead())
        using (UvmemLock.Hold())
        {
            if (_state != SecureGuestState.Transient) return HypercallStatus.Unsupported;
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
        switch (ReadState())
        {
            case SecureGuestState.Normal:
                return HypercallStatus.Unsupported;
            case SecureGuestState.Secure:
                return HypercallStatus.State;
        }
        using (Kvm.Srcu.Read())
        {
            foreach (Memslot slot in Kvm.Memslots().ToList()) DropPages(slot, skipPageOut: false);
        }
        using (UvmemLock.Hold())
        {
            _state = SecureGuestState.Normal;
        }
        _firmware.Terminate();
        return HypercallStatus.Parameter;
    }

    /// <summary>Moves a page of the guest into secure memory.</summary>
    /// <param name="gpa">Its address in the guest; page aligned.</param>
    /// <param name="flags">Must be 0: the only flag there is asks for a shared page, which is not modelled.</param>
    /// <param name="pageShift">Binary logarithm of the page size; must be <see cref="PageSize.Shift"/>.</param>
    /// <returns>H_UNSUPPORTED when the machine has not begun to become secure; H_P3, H_P2 for the arguments; H_PARAMETER when the frame is in no usable slot, not mapped, secure already, or could not be moved.</returns>
    /// <remarks>Source: H_SVM_PAGE_IN.</remarks>
    [ExcludesLock(nameof(UvmemLock), "Kvm.Mm.MmapLock"), MaySleep]
    public HypercallStatus PageIn(Gpa gpa, ulong flags = 0, int pageShift = PageSize.Shift)
    {
        using (Kvm.Srcu.Read())
        using (Kvm.Mm.MmapRead())
        using (UvmemLock.Hold())
        {
            if (_state == SecureGuestState.Normal) return HypercallStatus.Unsupported;
            if (pageShift != PageSize.Shift) return HypercallStatus.P3;
            if (flags != 0) return HypercallStatus.P2;
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
