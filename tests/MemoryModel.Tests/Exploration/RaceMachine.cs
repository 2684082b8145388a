using MemoryModel.Exploration;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Exploration;

/// <summary>A machine of one page for tasks to race on: the fewer pages, the fewer schedules.</summary>
public sealed class RaceMachine
{
    private const ulong Hva0 = 0x200000;

    public static readonly Gfn Frame = new(0x10);

    public static readonly Hva Host = new(Hva0);

    public RaceMachine(bool isWatched = true, bool isPrivate = false, bool pins = false)
    {
        Mm = new Mm(new HostMemory(), isWatched ? new Lockdep() : null);
        Kvm = new Kvm(Mm) { PinsMappedPages = pins };
        Demand(Mm.MmapFixed(Host, PageSize.Bytes, VmaFlags.ReadWrite));
        Demand(Mm.Write(Host, 7));
        if (isPrivate)
        {
            int fd = Kvm.CreateGuestMemfd(PageSize.Bytes).Value;
            Demand(Kvm.SetUserMemoryRegion2(new UserMemoryRegion(0, MemslotFlags.GuestMemfd, Frame.Address, PageSize.Bytes, Host, fd)));
            Demand(Kvm.SetMemoryAttributes(Frame.Address, PageSize.Bytes, MemoryAttributes.Private));
            KernelFile file = Mm.Files.Get(fd).Value;
            file.Put();
            File = (GuestMemfd)file;
            Demand(File.Fallocate(FallocateMode.KeepSize, 0, PageSize.Bytes));
        }
        else
        {
            Demand(Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, Frame.Address, PageSize.Bytes, Host)));
        }
        Vcpu = Kvm.CreateVcpu().Value;
    }

    public Mm Mm { get; }

    public Kvm Kvm { get; }

    public Vcpu Vcpu { get; }

    public GuestMemfd? File { get; }

    /// <summary>Everything that must hold when nothing runs.</summary>
    public void Check() => Kvm.Invariants?.CheckAll();

    /// <summary>The process gives the page up.</summary>
    public void Zap() => Demand(Mm.Madvise(HvaRange.FromStartLength(Host, PageSize.Bytes), Advice.DontNeed));

    /// <summary>User space deletes the memslot.</summary>
    public void DeleteSlot() => Demand(Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, default, 0, default)));

    /// <summary>User space punches a hole over the private page.</summary>
    public void Punch() => Demand(File!.Fallocate(FallocateMode.KeepSize | FallocateMode.PunchHole, 0, PageSize.Bytes));

    /// <summary>One fault of the guest, as the model handles it.</summary>
    public void Fault() => _ = Vcpu.Touch(new GuestAccess(Frame.Address, AccessKind.Write, 1));

    /// <summary>"The race can materialize if the linux pte is zapped after get_user_pages returns but before the page is mapped by the spte" (2008); for private memory, the same without the test for stale faults (2021).</summary>
    public void FaultUnchecked()
    {
        using (Kvm.Srcu.Read())
        {
            PageFault fault = Kvm.BeginPageFault(Vcpu, new GuestAccess(Frame.Address, AccessKind.Write, 1));
            HostPage? page = File is null ? Kvm.FaultinPfnShared(Vcpu, fault, out _) : Kvm.FaultinPfnPrivate(Vcpu, fault, out _);
            if (page is null) return;
            using (Kvm.MmuLock.Write()) _ = Kvm.MapPage(Vcpu, fault, page);
            if (File is null) Kvm.ReleasePfnClean(page);
            else GuestMemfd.PutPfn(Kvm, page);
        }
    }

    /// <summary>Asks whether an invalidation is in progress, but not whether one has ended since.</summary>
    public void FaultCheckingProgressOnly()
    {
        using (Kvm.Srcu.Read())
        {
            PageFault fault = Kvm.BeginPageFault(Vcpu, new GuestAccess(Frame.Address, AccessKind.Write, 1));
            HostPage? page = Kvm.FaultinPfnShared(Vcpu, fault, out _);
            if (page is null) return;
            using (Kvm.MmuLock.Write())
            {
                if (Kvm.MmuInvalidateInProgress == 0) _ = Kvm.MapPage(Vcpu, fault, page);
            }
            Kvm.ReleasePfnClean(page);
        }
    }

    /// <summary>Asks under the lock whether an invalidation has ended, but counts from after the look-up.</summary>
    public void FaultSampledTooLate()
    {
        using (Kvm.Srcu.Read())
        {
            PageFault fault = Kvm.BeginPageFault(Vcpu, new GuestAccess(Frame.Address, AccessKind.Write, 1));
            HostPage? page = Kvm.FaultinPfnShared(Vcpu, fault, out _);
            if (page is null) return;
            fault.MmuSeq = Kvm.MmuInvalidateSeq;
            using (Kvm.MmuLock.Write())
            {
                if (!Kvm.IsPageFaultStale(fault)) _ = Kvm.MapPage(Vcpu, fault, page);
            }
            Kvm.ReleasePfnClean(page);
        }
    }

    /// <summary>Takes the page from process and guest and gives it back to the host, and only then has the vCPUs forget it.</summary>
    public void FreeBeforeFlush()
    {
        using (Mm.MmapRead())
        {
            Pte seen = Mm.PteAt(Host);
            bool flush = false;
            if (!Mm.TryReplacePte(Host, seen, default)) return;
            using (Kvm.Srcu.Read())
            using (Kvm.MmuLock.Write())
            {
                Kvm.MmuInvalidateBegin();
                Kvm.MmuInvalidateRangeAdd(GfnRange.FromStartCount(Frame, 1));
                foreach (ShadowRoot root in Kvm.Roots()) flush |= Kvm.ZapEntry(Kvm.GfnToMemslot(Frame)!, root, Frame);
                Kvm.MmuInvalidateEnd();
            }
            Mm.Memory.PutPage(seen.Page!, PageHolder.Kernel);
            if (flush) Kvm.FlushRemoteTlbs();
        }
    }

    /// <summary>The same in the right order: gone from the guest, and forgotten by its vCPUs, before it is given back.</summary>
    public void FlushBeforeFree()
    {
        using (Mm.MmapRead())
        {
            Pte seen = Mm.PteAt(Host);
            if (seen.Page is not null && Mm.InvalidateAround(Host, seen, default, MmuEvent.Clear)) Mm.Memory.PutPage(seen.Page, PageHolder.Kernel);
        }
    }

    /// <summary>The race of "KVM swapping with MMU Notifiers": a fault of the guest, the process giving the page up, and the process writing to it again.</summary>
    public static Trial GetUserPages(Action<RaceMachine> fault, bool pins = false, bool isWatchedBetweenSteps = false)
    {
        var machine = new RaceMachine(pins: pins);
        return new Trial(
            new TrialTask("vCPU", () => fault(machine)),
            new TrialTask("madvise", machine.Zap),
            new TrialTask("process", () => Demand(machine.Mm.Write(Host, 8))))
        {
            AtEnd = machine.Check,
            WhenQuiet = isWatchedBetweenSteps ? machine.Check : null,
        };
    }

    public static void Demand(Errno error)
    {
        if (error.IsError) throw new InvalidOperationException($"failed: {error}");
    }
}
