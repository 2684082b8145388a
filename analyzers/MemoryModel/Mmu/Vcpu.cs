using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Mmu;

/// <summary>A virtual processor, as far as memory goes: translations, faults and exits.</summary>
/// <remarks>Source: struct kvm_vcpu. One thread runs it at a time; <see cref="Mutex"/> sees to that.</remarks>
public sealed partial class Vcpu
{
    private const string PendingSignal = "pending signal of the vCPU";

    private MemslotSet? _lastSet;
    private Memslot? _lastSlot;
    private ulong _lastGeneration;
    private int _signalPending;

    internal Vcpu(Kvm kvm, int id)
    {
        Kvm = kvm;
        Id = id;
        Mutex = new MutexLock("vcpu->mutex", kvm.Mm.Lockdep);
        kvm.Mm.Lockdep?.Declare(this);
    }

    /// <summary>The machine.</summary>
    public Kvm Kvm { get; }

    /// <summary>Its number.</summary>
    public int Id { get; }

    /// <summary>Held while it runs.</summary>
    /// <remarks>Read sections are entered under it, and it may be taken inside one: readers keep nobody waiting.</remarks>
    [AcquiredAfter("Kvm.VmLock"), AcquiredBefore("Kvm.MmuLock", "Kvm.Mm.MmapLock")]
    public MutexLock Mutex { get; }

    /// <summary>What it tells user space about its last exit.</summary>
    public VcpuRun Exit { get; } = new();

    /// <summary>Its cache of translations.</summary>
    public Tlb Tlb { get; } = new();

    /// <summary>True in system management mode, which has memslots of its own.</summary>
    public bool InSmm { get; set; }

    /// <summary>The address space that it is in.</summary>
    public int AddressSpace => InSmm ? 1 : 0;

    /// <summary>How often its thread got SIGBUS for a broken page.</summary>
    public int Signals { get; internal set; }

    /// <summary>Its page fault.</summary>
    internal PageFault Fault { get; } = new();

    /// <summary>A signal arrives for its thread: it leaves with EINTR.</summary>
    public void Signal()
    {
        SwitchPoint.Write(this, PendingSignal);
        Volatile.Write(ref _signalPending, 1);
    }

    /// <summary>Runs the guest for one access of it, as many faults as that takes.</summary>
    /// <param name="access">The access.</param>
    /// <returns>
    /// Done; an exit to user space, whose particulars are in <see cref="Exit"/>; or an error: those of <see cref="Kvm.HandlePageFault"/>, EINTR for a signal, ENOSYS for a write to read-only memory by an instruction that cannot be emulated.
    /// </returns>
    /// <remarks>Source: KVM_RUN. The read section on memslots is left before a fault is tried again: an update that the fault waits for may be waiting for it.</remarks>
    [ExcludesLock(nameof(Mutex), "Kvm.Srcu", "Kvm.MmuLock", "Kvm.Mm.MmapLock"), MaySleep]
    public RunResult Run(in GuestAccess access)
    {
        Kvm.Mm.Lockdep?.MightSleep("KVM_RUN", Mutex, Kvm.Srcu, Kvm.MmuLock, Kvm.Mm.MmapLock);
        RunResult result = RunLocking(access);
        Kvm.Mm.RunTaskWork();
        return result;
    }

    [ExcludesLock(nameof(Mutex), "Kvm.Srcu", "Kvm.MmuLock", "Kvm.Mm.MmapLock"), MaySleep]
    private RunResult RunLocking(in GuestAccess access)
    {
        using (Mutex.Hold())
        {
            Exit.ExitReason = ExitReason.None;
            Foresee(access.Gpa.Frame);
            var spin = new SpinWait();
            while (true)
            {
                SwitchPoint.Read(this, PendingSignal);
                if (Volatile.Read(ref _signalPending) != 0) return Interrupted();
                GuestStep step = Enter(access, out ulong value);
                if (step == GuestStep.Done) return RunResult.Done(value);
                if (step == GuestStep.Exception)
                {
                    Exit.ExitReason = ExitReason.Exception;
                    Exit.Gpa = access.Gpa;
                    return new RunResult(Errno.Ok, ExitReason.Exception, 0);
                }
                Result<RetPf> result = step == GuestStep.PageFault ? HandleFault(access) : Kvm.Backend.HandleProtectionFault(this, access);
                if (result.IsError) return new RunResult(result.Error, Exit.ExitReason, 0);
                if (result.Value == RetPf.Emulate) return Emulate(access);
                if (result.Value != RetPf.Retry) continue;
                SwitchPoint.Yield();
                spin.SpinOnce();
            }
        }
    }

    /// <summary>The guest reads a word.</summary>
    /// <param name="gpa">Where.</param>
    /// <param name="isPrivate">It means its private memory.</param>
    /// <returns>As <see cref="Run"/>.</returns>
    [ExcludesLock(nameof(Mutex), "Kvm.Srcu", "Kvm.MmuLock", "Kvm.Mm.MmapLock"), MaySleep]
    public RunResult Read(Gpa gpa, bool isPrivate = false) => Run(new GuestAccess(gpa, AccessKind.Read, IsPrivate: isPrivate));

    /// <summary>The guest writes a word.</summary>
    /// <param name="gpa">Where.</param>
    /// <param name="data">What.</param>
    /// <param name="isPrivate">It means its private memory.</param>
    /// <returns>As <see cref="Run"/>.</returns>
    [ExcludesLock(nameof(Mutex), "Kvm.Srcu", "Kvm.MmuLock", "Kvm.Mm.MmapLock"), MaySleep]
    public RunResult Write(Gpa gpa, ulong data, bool isPrivate = false) => Run(new GuestAccess(gpa, AccessKind.Write, data, isPrivate));

    /// <summary>The guest asks user space to make memory private or shared.</summary>
    /// <param name="gpa">First byte.</param>
    /// <param name="pageCount">Number of pages.</param>
    /// <param name="isPrivate">True: private.</param>
    /// <returns>An exit of the kind <see cref="ExitReason.Hypercall"/>, whose particulars are in <see cref="Exit"/>. What user space answers it gives to <see cref="CompleteHypercall"/>.</returns>
    /// <remarks>Source: KVM_HC_MAP_GPA_RANGE.</remarks>
    [ExcludesLock(nameof(Mutex)), MaySleep]
    public RunResult MapGpaRange(Gpa gpa, ulong pageCount, bool isPrivate)
    {
        Kvm.Mm.Lockdep?.MightSleep("KVM_RUN", Mutex);
        using (Mutex.Hold())
        {
            Exit.ExitReason = ExitReason.Hypercall;
            Exit.Gpa = gpa;
            Exit.Size = pageCount << PageSize.Shift;
            Exit.IsPrivate = isPrivate;
            return new RunResult(Errno.Ok, ExitReason.Hypercall, 0);
        }
    }

    /// <summary>User space answers a hypercall; the guest goes on.</summary>
    /// <param name="answer">What the guest gets; 0 for success.</param>
    /// <returns>Done, with the answer, when a hypercall was pending.</returns>
    [ExcludesLock(nameof(Mutex)), MaySleep]
    public RunResult CompleteHypercall(ulong answer)
    {
        Kvm.Mm.Lockdep?.MightSleep("KVM_RUN", Mutex);
        using (Mutex.Hold())
        {
            if (Exit.ExitReason != ExitReason.Hypercall) return new RunResult(Errno.EINVAL, ExitReason.None, 0);
            Exit.ExitReason = ExitReason.None;
            return RunResult.Done(answer);
        }
    }

    /// <summary>The guest touches a page once, without the loop around faults: one fault at most.</summary>
    /// <param name="access">The access.</param>
    /// <returns>What became of the fault; Spurious when there was none.</returns>
    [ExcludesLock(nameof(Mutex), "Kvm.Srcu", "Kvm.MmuLock", "Kvm.Mm.MmapLock"), MaySleep]
    public Result<RetPf> Touch(in GuestAccess access)
    {
        Kvm.Mm.Lockdep?.MightSleep("a page fault", Mutex, Kvm.Srcu, Kvm.MmuLock, Kvm.Mm.MmapLock);
        using (Mutex.Hold())
        {
            Foresee(access.Gpa.Frame);
            return Enter(access, out _) == GuestStep.PageFault ? HandleFault(access) : RetPf.Spurious;
        }
    }

    /// <summary>Maps pages ahead of their use: read-only, and without marking them as used.</summary>
    /// <param name="gpa">First byte, page aligned; goes up by what was done.</param>
    /// <param name="size">Bytes, whole pages; goes down by what was done.</param>
    /// <param name="flags">Must be 0.</param>
    /// <returns>
    /// Ok when at least one page was done. EINVAL for a range that is empty, not page aligned, or wraps around, and for flags; ENOENT where there is no slot; EINTR for a signal; EAGAIN while a slot is being changed;
    /// EHWPOISON for a broken page; EOPNOTSUPP while the guest translates through page tables of its own (shadow paging); otherwise the error of the fault. After an error nothing has changed in the arguments.
    /// </returns>
    /// <remarks>Source: KVM_PRE_FAULT_MEMORY.</remarks>
    [ExcludesLock(nameof(Mutex), "Kvm.Srcu", "Kvm.MmuLock", "Kvm.Mm.MmapLock"), MaySleep]
    public Errno PreFaultMemory(ref Gpa gpa, ref ulong size, ulong flags = 0)
    {
        Kvm.Mm.Lockdep?.MightSleep("faulting ahead", Mutex, Kvm.Srcu, Kvm.MmuLock, Kvm.Mm.MmapLock);
        if (flags != 0 || size == 0 || !gpa.IsPageAligned || (size & (PageSize.Bytes - 1)) != 0 || gpa + size < gpa) return Errno.EINVAL;
        using (Mutex.Hold())
        {
            bool progress = false;
            while (size > 0)
            {
                Errno error = PreFaultPage(gpa);
                if (error.IsError) return progress ? Errno.Ok : error;
                progress = true;
                gpa += PageSize.Bytes;
                size -= PageSize.Bytes;
            }
            return Errno.Ok;
        }
    }

    /// <summary>The root that an access goes through, other than the usual one: a guest with page tables of its own has several.</summary>
    /// <param name="root">The root; null for the usual one.</param>
    [ExcludesLock(nameof(Mutex)), MaySleep]
    public void UseRoot(ShadowRoot? root)
    {
        Kvm.Mm.Lockdep?.MightSleep("KVM_RUN", Mutex);
        using (Mutex.Hold())
        {
            _ownRoot = root;
            Tlb.Flush();
        }
    }

    /// <summary>The slot of a frame, the one found last looked at first.</summary>
    internal Memslot? FindSlot(MemslotSet slots, Gfn gfn)
    {
        if (ReferenceEquals(slots, _lastSet) && _lastGeneration == slots.Generation && _lastSlot is { } last && last.GfnRange.Contains(gfn)) return last;
        _lastSet = slots;
        _lastGeneration = slots.Generation;
        return _lastSlot = slots.FindByGfn(gfn);
    }

    [ExcludesLock("Kvm.Srcu", "Kvm.MmuLock", "Kvm.Mm.MmapLock"), MaySleep]
    private Result<RetPf> HandleFault(in GuestAccess access)
    {
        _expectsFault = true;
        using (Kvm.Srcu.Read())
        {
            return Kvm.HandlePageFault(this, access);
        }
    }

    [ExcludesLock("Kvm.Srcu", "Kvm.MmuLock", "Kvm.Mm.MmapLock"), MaySleep]
    private Errno PreFaultPage(Gpa gpa)
    {
        var spin = new SpinWait();
        while (true)
        {
            SwitchPoint.Write(this, PendingSignal);
            if (Interlocked.Exchange(ref _signalPending, 0) != 0) return Errno.EINTR;
            if (_ownRoot is { IsObsolete: false }) return Errno.EOPNOTSUPP;
            Result<RetPf> result;
            using (Kvm.Srcu.Read())
            {
                if (Kvm.GfnToMemslot(gpa.Frame, AddressSpace) is { IsInvalid: true }) return Errno.EAGAIN;
                result = Kvm.HandlePageFault(this, new GuestAccess(gpa, AccessKind.Read, IsPrivate: Kvm.MemIsPrivate(gpa.Frame)), prefetch: true);
            }
            if (result.IsError) return result.Error;
            if (result.Value == RetPf.Emulate) return Errno.ENOENT;
            if (result.Value != RetPf.Retry) return Errno.Ok;
            SwitchPoint.Yield();
            spin.SpinOnce();
        }
    }

    /// <summary>True when a signal has arrived and not been noticed. No switch point: whoever runs the guest looks before each try.</summary>
    internal bool IsSignalPending => Volatile.Read(ref _signalPending) != 0;

    /// <summary>Notices the signal, and has the vCPU go back to user space because of it.</summary>
    internal void LeaveForSignal()
    {
        SwitchPoint.Write(this, PendingSignal);
        Volatile.Write(ref _signalPending, 0);
        Exit.ExitReason = ExitReason.Interrupted;
    }

    private RunResult Interrupted()
    {
        LeaveForSignal();
        return new RunResult(Errno.EINTR, ExitReason.Interrupted, 0);
    }

    /// <summary>No memory is there, or it is read-only: user space has to say what the access does.</summary>
    private RunResult Emulate(in GuestAccess access)
    {
        if (access.Kind == AccessKind.Fetch)
        {
            Exit.ExitReason = ExitReason.InternalError;
            return new RunResult(Errno.Ok, ExitReason.InternalError, 0);
        }
        if (!access.IsDecodable) return new RunResult(Errno.ENOSYS, ExitReason.None, 0);
        Exit.ExitReason = ExitReason.Mmio;
        Exit.Gpa = access.Gpa;
        Exit.Size = sizeof(ulong);
        Exit.IsWrite = access.Kind == AccessKind.Write;
        Exit.Data = access.Data;
        return new RunResult(Errno.Ok, ExitReason.Mmio, 0);
    }
}
