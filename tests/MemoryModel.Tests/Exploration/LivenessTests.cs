using MemoryModel.Backends;
using MemoryModel.Exploration;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Exploration;

/// <summary>What tries again comes to an end once what it waits for has: no schedule is a livelock, and each ends with the work done.</summary>
public sealed class LivenessTests
{
    private const ulong Page = PageSize.Bytes;
    private static readonly Gpa s_gpa = RaceMachine.Frame.Address;

    [Fact]
    public void E29_GuestWritesBesideTwoInvalidations_ItsWriteIsDoneInTheEnd() => RaceAssert.Free(static () =>
    {
        var machine = new RaceMachine();
        return new Trial(
            new TrialTask("vCPU", () => Assert.True(machine.Vcpu.Write(s_gpa, 5).IsDone)),
            new TrialTask("madvise", machine.DontNeed),
            new TrialTask("other", machine.DontNeed))
        {
            AtEnd = machine.Check,
        };
    }, preemptions: 2);

    [Fact]
    public void E29_RangesThatGrewIntoOne_AreTriedAgainUntilTheLastHasEnded_AndNoLonger()
    {
        var machine = new RaceMachine();
        Kvm kvm = machine.Kvm;
        var other = GfnRange.FromStartCount(new Gfn(0x8), 1);
        using (kvm.MmuLock.Write())
        {
            // Below the frame, and above it: neither is the frame's, what covers both is.
            kvm.MmuInvalidateBegin();
            kvm.MmuInvalidateRangeAdd(other);
            kvm.MmuInvalidateBegin();
            kvm.MmuInvalidateRangeAdd(GfnRange.FromStartCount(new Gfn(0x20), 1));
        }
        Assert.Equal(RetPf.Retry, Touch(machine).Value);
        using (kvm.MmuLock.Write()) kvm.MmuInvalidateEnd();
        Assert.Equal(RetPf.Retry, Touch(machine).Value);
        using (kvm.MmuLock.Write()) kvm.MmuInvalidateEnd();
        Assert.Equal(RetPf.Fixed, Touch(machine).Value);
    }

    [Fact]
    public void E30_PageSharedWhileItIsMovedInTwice_IsSharedOnceThatHasStopped() => RaceAssert.Free(static () =>
    {
        var mm = new Mm(new HostMemory(), new Lockdep());
        var uv = new Ultravisor(mm, new UvmemPool(2, mm.Lockdep));
        Assert.Equal(Errno.Ok, mm.MmapFixed(RaceMachine.Host, Page, VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, mm.Write(RaceMachine.Host, 7));
        Assert.Equal(Errno.Ok, uv.Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, s_gpa, Page, RaceMachine.Host)));
        Assert.True(uv.InitStart().IsSuccess);
        return new Trial(
            new TrialTask("share", () => Assert.Equal(HypercallStatus.Success, uv.PageIn(s_gpa, flags: 1))),
            new TrialTask("page-in", () =>
            {
                _ = uv.PageIn(s_gpa);
                _ = uv.PageIn(s_gpa);
            }))
        {
            AtEnd = () =>
            {
                uv.Kvm.Invariants!.CheckAll();
                Assert.Equal(HypercallStatus.Success, uv.PageIn(s_gpa, flags: 1));
                using (uv.UvmemLock.Hold()) Assert.Equal(GfnState.Shared, uv.StateOf(RaceMachine.Frame));
            },
        };
    }, preemptions: 2);

    [Fact]
    public void E31_FaultingAheadBesideAMoveAndAnInvalidation_DoesSomethingOrSaysWhyNot() => RaceAssert.Free(static () =>
    {
        var machine = new RaceMachine();
        return new Trial(
            new TrialTask("vCPU", () =>
            {
                Gpa gpa = s_gpa;
                ulong size = Page;
                Errno error = machine.Vcpu.PreFaultMemory(ref gpa, ref size);
                if (error.IsOk) Assert.Equal((s_gpa + Page, 0ul), (gpa, size));
                else Assert.Equal((s_gpa, Page), (gpa, size));
                Assert.Contains(error, (Errno[])[Errno.Ok, Errno.EAGAIN, Errno.ENOENT]);
            }),
            new TrialTask("move", () => Assert.Equal(Errno.Ok, machine.Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, new Gfn(0x40).Address, Page, RaceMachine.Host)))),
            new TrialTask("madvise", machine.DontNeed))
        {
            AtEnd = machine.Check,
        };
    }, preemptions: 1);

    private static Result<RetPf> Touch(RaceMachine machine) => machine.Vcpu.Touch(new GuestAccess(s_gpa, AccessKind.Write, 1));
}
