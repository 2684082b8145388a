using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Scenarios;

/// <summary>A machine of a few pages, and what is done to it: rightly, and in the forms that were posted.</summary>
internal class ScenarioMachine
{
    private const string AsPosted = "the form that was posted, to be shown: the analyzers find what is wrong with it, and so does the exploration";

    public static readonly Gfn Frame = new(0x10);

    public static readonly Hva Host = new(0x200000);

    public ScenarioMachine(bool isWatched = true, bool isPrivate = false, ulong pages = 2, bool pins = false)
    {
        Mm = new Mm(new HostMemory(), isWatched ? new Lockdep() : null);
        Kvm = new Kvm(Mm) { PinsMappedPages = pins };
        Demand(Mm.MmapFixed(Host, pages * PageSize.Bytes, VmaFlags.ReadWrite));
        Demand(Mm.Write(Host, 7));
        int fd = isPrivate ? Demand(Kvm.CreateGuestMemfd(pages * PageSize.Bytes)) : 0;
        MemslotFlags flags = isPrivate ? MemslotFlags.GuestMemfd : MemslotFlags.None;
        Demand(Kvm.SetUserMemoryRegion2(new UserMemoryRegion(0, flags, Frame.Address, pages * PageSize.Bytes, Host, fd)));
        if (isPrivate)
        {
            Demand(Kvm.SetMemoryAttributes(Frame.Address, PageSize.Bytes, MemoryAttributes.Private));
            KernelFile file = Demand(Mm.Files.Get(fd));
            file.Put();
            File = (GuestMemfd)file;
            Demand(File.Fallocate(FallocateMode.KeepSize, 0, PageSize.Bytes));
        }
        Vcpu = Demand(Kvm.CreateVcpu());
    }

    public Mm Mm { get; }

    public Kvm Kvm { get; }

    public Vcpu Vcpu { get; }

    public GuestMemfd? File { get; }

    /// <summary>Everything that must hold when nothing runs.</summary>
    public void Check() => Kvm.Invariants?.CheckAll();

    /// <summary>The guest reads the page, and its vCPU keeps the translation.</summary>
    public void GuestReads() => _ = Vcpu.Read(Frame.Address);

    /// <summary>The process gives the page up.</summary>
    public void DontNeed() => Demand(Mm.Madvise(HvaRange.FromStartLength(Host, PageSize.Bytes), Advice.DontNeed));

    /// <summary>User space punches a hole over the private page.</summary>
    public void Punch() => Demand(File!.Fallocate(FallocateMode.KeepSize | FallocateMode.PunchHole, 0, PageSize.Bytes));

    /// <summary>A fault of the guest, as the model handles it.</summary>
    public void Fault() => _ = Vcpu.Touch(new GuestAccess(Frame.Address, AccessKind.Write, 1));

    /// <summary>A fault without the recheck under the lock.</summary>
    [NoLockAnalysis(AsPosted)]
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

    /// <summary>A fault that counts the invalidations when it has the page already.</summary>
    [NoLockAnalysis(AsPosted)]
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

    /// <summary>Takes a page from process and guest, gives it back to the host, and only then has the vCPUs forget it.</summary>
    [NoLockAnalysis(AsPosted)]
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

    /// <summary>Loading private memory: the slots_lock, and inside it the mmap lock for the source.</summary>
    public void Populate()
    {
        using (Kvm.SlotsLock.Hold())
        using (Mm.MmapRead())
        {
        }
    }

    /// <summary>Unmapping a file's last mapping, if its release were not put off: the mmap lock, and inside it the slots_lock.</summary>
    [NoLockAnalysis(AsPosted)]
    public void ReleaseUnderMmapLock()
    {
        using (Mm.MmapWrite())
        using (Kvm.SlotsLock.Hold())
        {
        }
    }

    /// <summary>Changing memslots: wait for the readers, with the slots_lock held.</summary>
    public void Replace()
    {
        using (Kvm.SlotsLock.Hold()) Kvm.Srcu.Synchronize();
    }

    /// <summary>A reader of memslots who takes the slots_lock.</summary>
    [NoLockAnalysis(AsPosted)]
    public void ReadThenLock()
    {
        using (Kvm.Srcu.Read())
        using (Kvm.SlotsLock.Hold())
        {
        }
    }

    protected static T Demand<T>(Result<T> result) where T : notnull => result.IsOk ? result.Value : throw new InvalidOperationException($"failed: {result.Error}");

    protected static void Demand(Errno error)
    {
        if (error.IsError) throw new InvalidOperationException($"failed: {error}");
    }
}
