using MemoryModel.Backends;
using MemoryModel.Exploration;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Exploration;

/// <summary>Interleavings of two or three operations that must come to the same in every order, up to the bound.</summary>
public sealed class FurtherRaceTests
{
    private const ulong Page = PageSize.Bytes;
    private static readonly Gpa s_gpa = RaceMachine.Frame.Address;

    [Fact]
    public void L5_SlotMadeBetweenStartAndEnd_BothEndsSeeTheSameSlots() => RaceAssert.Free(static () =>
    {
        var machine = new RaceMachine();
        return new Trial(
            new TrialTask("madvise", machine.DontNeed),
            new TrialTask("create", () => Assert.Equal(Errno.Ok, Set(machine, 1, 0x40))),
            new TrialTask("other", machine.DontNeed))
        {
            AtEnd = () => CheckBalanced(machine),
        };
    }, preemptions: 1);

    [Fact]
    public void L6_SlotMovedBesideAFaultAndAPrefault() => RaceAssert.Free(static () =>
    {
        var machine = new RaceMachine();
        return new Trial(
            new TrialTask("vCPU", () =>
            {
                RunResult result = machine.Vcpu.Read(s_gpa);
                Assert.True(result is { Error.IsOk: true, Exit: ExitReason.None or ExitReason.Mmio });
                Gpa gpa = s_gpa;
                ulong size = Page;
                Errno error = machine.Vcpu.PreFaultMemory(ref gpa, ref size);
                Assert.Contains(error, (Errno[])[Errno.Ok, Errno.EAGAIN, Errno.ENOENT]);
                Assert.Equal(error.IsOk ? 0 : Page, size);
            }),
            new TrialTask("move", () => Assert.Equal(Errno.Ok, Set(machine, 0, 0x40))))
        {
            AtEnd = machine.Check,
        };
    }, preemptions: 2);

    [Fact]
    public void L6_PrivateSlotDeletedBesideAPrivateFault_IsDoneOrAMemoryFault() => RaceAssert.Free(static () =>
    {
        var machine = new RaceMachine(isPrivate: true);
        return new Trial(
            new TrialTask("vCPU", () =>
            {
                RunResult result = machine.Vcpu.Write(s_gpa, 1);
                Assert.True(result.IsDone || (result.Error == Errno.EFAULT && machine.Vcpu.Exit is { ExitReason: ExitReason.MemoryFault, IsPrivate: true, Size: Page } && machine.Vcpu.Exit.Gpa == s_gpa));
            }),
            new TrialTask("delete", machine.DeleteSlot))
        {
            AtEnd = machine.Check,
        };
    }, preemptions: 2);

    [Fact]
    public void L9_AttributesFlippedBesideAccesses_EachSeesOneKindOrTheOther() => RaceAssert.Free(static () =>
    {
        var machine = new RaceMachine(isPrivate: true);
        return new Trial(
            new TrialTask("vCPU", () =>
            {
                // Which kind it is can change between the access and the look at its slot: user space is asked then.
                RunResult result = machine.Vcpu.Write(s_gpa, 1);
                Assert.True(result.IsDone || (result.Error == Errno.EFAULT && result.Exit == ExitReason.MemoryFault));
            }),
            new TrialTask("attributes", () => Assert.Equal(Errno.Ok, machine.Kvm.SetMemoryAttributes(s_gpa, Page, MemoryAttributes.None))))
        {
            AtEnd = () =>
            {
                machine.Check();
                // What was written privately is not seen, what was written afterwards is.
                Assert.Contains(machine.Vcpu.Read(s_gpa).Value, (ulong[])[1, 7]);
            },
        };
    }, preemptions: 2);

    [Fact]
    public void L10_FileClosedBesideAFaultAndTheDeletionOfItsSlot() => RaceAssert.Free(static () =>
    {
        var machine = new RaceMachine(isPrivate: true);
        int fd = Enumerable.Range(3, 8).First(fd => Is(machine, fd));
        return new Trial(
            new TrialTask("vCPU", () => _ = machine.Vcpu.Touch(new GuestAccess(s_gpa, AccessKind.Write, 1))),
            new TrialTask("close", () => Assert.Equal(Errno.Ok, machine.Mm.Files.Close(fd))),
            new TrialTask("delete", machine.DeleteSlot))
        {
            AtEnd = () =>
            {
                machine.Mm.RunTaskWork();
                machine.Check();
                Assert.False(machine.File!.IsOpen);
                // The process has its page still; the file's is gone.
                Assert.Equal(1, machine.Mm.Memory.LivePages);
            },
        };
    }, preemptions: 1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void L12_AgingBesideAWriteOfTheGuest_LosesNeitherTheWriteNorItsMarks(bool accessedBits) => RaceAssert.Free(() =>
    {
        var mm = new Mm(new HostMemory(), new Lockdep());
        var kvm = new Kvm(mm) { UsesAccessedBits = accessedBits };
        Assert.Equal(Errno.Ok, mm.MmapFixed(RaceMachine.Host, Page, VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, s_gpa, Page, RaceMachine.Host)));
        Vcpu vcpu = kvm.CreateVcpu().Value;
        Assert.True(vcpu.Read(s_gpa).IsDone);
        return new Trial(
            new TrialTask("vCPU", () => Assert.True(vcpu.Write(s_gpa, 9).IsDone)),
            new TrialTask("aging", () => _ = mm.ClearFlushYoung(RaceMachine.Host)))
        {
            AtEnd = () =>
            {
                kvm.Invariants!.CheckAll();
                Assert.Equal(9ul, mm.Read(RaceMachine.Host).Value);
                using (kvm.MmuLock.Read()) Assert.True(kvm.Roots()[0].EntryOf(RaceMachine.Frame).IsDirty);
                _ = mm.ClearFlushYoung(RaceMachine.Host);
                Assert.True(vcpu.Read(s_gpa).IsDone);
                Assert.True(mm.TestYoung(RaceMachine.Host));
            },
        };
    }, preemptions: 2);

    [Theory]
    [InlineData(DirtyLogProtect.None)]
    [InlineData(DirtyLogProtect.Manual)]
    public void L18_LogReadBesideAWriteOfTheGuest_TheWriteIsInThisOneOrTheNext(DirtyLogProtect protect) => RaceAssert.Free(() =>
    {
        var mm = new Mm(new HostMemory(), new Lockdep());
        var kvm = new Kvm(mm) { DirtyLogProtect = protect };
        Assert.Equal(Errno.Ok, mm.MmapFixed(RaceMachine.Host, Page, VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.LogDirtyPages, s_gpa, Page, RaceMachine.Host)));
        Vcpu vcpu = kvm.CreateVcpu().Value;
        Assert.True(vcpu.Write(s_gpa, 1).IsDone);
        ulong copied = 1;
        bool isMarked = false;
        return new Trial(
            new TrialTask("vCPU", () => Assert.True(vcpu.Write(s_gpa, 2).IsDone)),
            new TrialTask("migration", () =>
            {
                isMarked = kvm.GetDirtyLog(0).Value[0] != 0;
                if (protect == DirtyLogProtect.Manual) Assert.Equal(Errno.Ok, kvm.ClearDirtyLog(0, 0, 1, [1]));
                copied = mm.Read(RaceMachine.Host).Value;
            }))
        {
            AtEnd = () =>
            {
                kvm.Invariants!.CheckAll();
                Assert.True(isMarked);
                Assert.True(copied == 2 || kvm.GetDirtyLog(0).Value[0] == 1, "a write was in neither log");
            },
        };
    }, preemptions: 2);

    [Fact]
    public void L16_PageSharedWhileItIsMovedIn_IsSharedOrSecure_AndThePoolAgrees() => RaceAssert.Free(static () => Secure(
        static uv => _ = uv.PageIn(s_gpa, flags: 1),
        static uv => _ = uv.PageIn(s_gpa)), preemptions: 2);

    [Fact]
    public void L17_AbortWhileAPageIsMovedIn_LeavesAnOrdinaryMachineWithoutSecurePages() => RaceAssert.Free(static () => Secure(
        static uv => Assert.Equal(HypercallStatus.Parameter, uv.InitAbort()),
        static uv => _ = uv.PageIn(s_gpa),
        static uv =>
        {
            Assert.Equal(HypercallStatus.Unsupported, uv.PageIn(s_gpa));
            Assert.Equal(0, uv.CountSecurePages());
            Assert.Equal(7ul, uv.Kvm.Mm.Read(RaceMachine.Host).Value);
        }), preemptions: 2);

    [Fact]
    public void L23_TwoFaultsOnOneLargeEntry_BreakItUpOnce() => RaceAssert.Free(static () =>
    {
        var rmp = new Rmp();
        var snp = new SevSnp(rmp, 1, largePages: true);
        var mm = new Mm(new HostMemory(), new Lockdep());
        var kvm = new Kvm(mm, snp);
        int fd = kvm.CreateGuestMemfd(512 * Page).Value;
        Assert.Equal(Errno.Ok, kvm.SetUserMemoryRegion2(new UserMemoryRegion(0, MemslotFlags.GuestMemfd, new Gfn(0x200).Address, 512 * Page, RaceMachine.Host, fd)));
        Assert.Equal(Errno.Ok, kvm.SetMemoryAttributes(new Gfn(0x200).Address, 512 * Page, MemoryAttributes.Private));
        _ = kvm.CreateVcpu().Value.Read(new Gfn(0x200).Address, isPrivate: true);
        bool one = false;
        bool other = false;
        return new Trial(
            new TrialTask("one", () => one = snp.HandleRmpFault(kvm, new Gfn(0x203))),
            new TrialTask("other", () => other = snp.HandleRmpFault(kvm, new Gfn(0x207))))
        {
            AtEnd = () =>
            {
                Assert.Equal(1, rmp.Smashes);
                Assert.True(one || other);
                Assert.Equal(Errno.Ok, snp.PValidate(kvm, new Gfn(0x207)));
            },
        };
    }, preemptions: 1);

    /// <summary>A file that the process maps and the guest uses: neither keeps what a hole was punched over, whoever was about to map it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void L8_SharedFilePunchedBesideAFaultOfTheProcess_NobodyIsLeftWithTheOldPage(bool touched) => RaceAssert.Free(() =>
    {
        var mm = new Mm(new HostMemory(), new Lockdep());
        var kvm = new Kvm(mm);
        int fd = kvm.CreateGuestMemfd(Page, GmemFlags.Mmap | GmemFlags.InitShared).Value;
        Hva hva = mm.MmapFile(Page, VmaFlags.ReadWrite | VmaFlags.Shared, fd).Value;
        Assert.Equal(Errno.Ok, kvm.SetUserMemoryRegion2(new UserMemoryRegion(0, MemslotFlags.GuestMemfd, s_gpa, Page, hva, fd)));
        KernelFile file = mm.Files.Get(fd).Value;
        file.Put();
        Vcpu vcpu = kvm.CreateVcpu().Value;
        if (touched) Assert.True(vcpu.Write(s_gpa, 3).IsDone);
        return new Trial(
            new TrialTask("process", () => _ = mm.Read(hva)),
            new TrialTask("punch", () => Assert.Equal(Errno.Ok, ((GuestMemfd)file).Fallocate(FallocateMode.KeepSize | FallocateMode.PunchHole, 0, Page))))
        {
            AtEnd = () =>
            {
                kvm.Invariants!.CheckAll();
                Assert.Equal(0ul, mm.Read(hva).Value);
                Assert.True(vcpu.Write(s_gpa, 5).IsDone);
                Assert.Equal(5ul, mm.Read(hva).Value);
            },
        };
    }, preemptions: 3);

    private static Trial Secure(Action<Ultravisor> first, Action<Ultravisor> second, Action<Ultravisor>? atEnd = null)
    {
        var mm = new Mm(new HostMemory(), new Lockdep());
        var uv = new Ultravisor(mm, new UvmemPool(2, mm.Lockdep));
        Assert.Equal(Errno.Ok, mm.MmapFixed(RaceMachine.Host, Page, VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, mm.Write(RaceMachine.Host, 7));
        Assert.Equal(Errno.Ok, uv.Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, s_gpa, Page, RaceMachine.Host)));
        Assert.True(uv.InitStart().IsSuccess);
        return new Trial(new TrialTask("one", () => first(uv)), new TrialTask("other", () => second(uv)))
        {
            AtEnd = () =>
            {
                uv.Kvm.Invariants!.CheckAll();
                atEnd?.Invoke(uv);
            },
        };
    }

    private static bool Is(RaceMachine machine, int fd)
    {
        Result<KernelFile> found = machine.Mm.Files.Get(fd);
        if (found.IsError) return false;
        found.Value.Put();
        return ReferenceEquals(found.Value, machine.File);
    }

    private static Errno Set(RaceMachine machine, uint slot, ulong gfn) =>
        machine.Kvm.SetUserMemoryRegion(new UserMemoryRegion(slot, MemslotFlags.None, new Gfn(gfn).Address, Page, RaceMachine.Host));

    private static void CheckBalanced(RaceMachine machine)
    {
        machine.Check();
        using (machine.Kvm.MmuLock.Read()) Assert.Equal(0, machine.Kvm.MmuInvalidateInProgress);
        Assert.Equal(0, machine.Kvm.Invalidations.Count);
    }
}
