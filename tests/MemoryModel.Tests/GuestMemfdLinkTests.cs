using MemoryModel.Backends;
using MemoryModel.Exploration;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;
using MemoryModel.Tests.Exploration;

namespace MemoryModel.Tests;

/// <summary>Memory of a guest_memfd that two machines of a process have open.</summary>
public sealed class GuestMemfdLinkTests
{
    private const ulong Page = Machine.Page;
    private const ulong Hva0 = 0x200000;
    private const FallocateMode Punch = FallocateMode.KeepSize | FallocateMode.PunchHole;

    private static readonly Gpa s_first = new Gfn(0x10).Address;
    private static readonly Gpa s_second = new Gfn(0x80).Address;

    [Fact]
    public void BothGuests_HaveTheSamePages_AndAHoleThroughEitherOpeningIsOneForBoth()
    {
        var pair = new Pair();
        Assert.Equal(pair.File.Inode, pair.Other.Inode);
        Assert.True(pair.First.Write(s_first, 7, isPrivate: true).IsDone);
        Assert.Equal(7ul, pair.Second.Read(s_second, isPrivate: true).Value);
        Assert.Equal(1, pair.Other.PageCount);
        foreach (GuestMemfd file in (GuestMemfd[])[pair.File, pair.Other])
        {
            Assert.True(pair.Second.Write(s_second, 8, isPrivate: true).IsDone);
            Assert.Equal(8ul, pair.First.Read(s_first, isPrivate: true).Value);
            Assert.Equal(Errno.Ok, file.Fallocate(Punch, 0, Page));
            Assert.Equal((0ul, 0ul), (pair.First.Read(s_first, isPrivate: true).Value, pair.Second.Read(s_second, isPrivate: true).Value));
            pair.Check();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ClosedOpening_TakesItsOwnGuestsPagesAlong_TheLastOneTheMemory(bool makerFirst)
    {
        var pair = new Pair();
        Assert.True(pair.First.Write(s_first, 7, isPrivate: true).IsDone);
        Assert.True(pair.Second.Write(s_second, 8, isPrivate: true).IsDone);
        Assert.Equal(Errno.Ok, pair.Mm.Files.Close(makerFirst ? pair.Fd : pair.OtherFd));
        (Vcpu gone, Gpa lost, Vcpu left, Gpa kept) = makerFirst ? (pair.First, s_first, pair.Second, s_second) : (pair.Second, s_second, pair.First, s_first);
        Assert.Equal(Errno.EFAULT, gone.Read(lost, isPrivate: true).Error);
        Assert.Equal(ExitReason.MemoryFault, gone.Exit.ExitReason);
        Assert.Equal(8ul, left.Read(kept, isPrivate: true).Value);
        pair.Check();
        Assert.Equal(Errno.Ok, pair.Mm.Files.Close(makerFirst ? pair.OtherFd : pair.Fd));
        Assert.Equal(0, pair.Mm.Memory.LivePages);
        pair.Check();
    }

    [Fact]
    public void BrokenPage_IsBrokenForBoth()
    {
        var pair = new Pair();
        Assert.True(pair.First.Write(s_first, 7, isPrivate: true).IsDone);
        Assert.True(pair.Second.Read(s_second, isPrivate: true).IsDone);
        pair.Other.PoisonPage(0);
        Assert.Equal((Errno.EHWPOISON, Errno.EHWPOISON), (pair.First.Read(s_first, isPrivate: true).Error, pair.Second.Read(s_second, isPrivate: true).Error));
    }

    [Fact]
    public void EachOpening_HasPartsOfItsOwn()
    {
        var pair = new Pair();
        Assert.Equal(Errno.EEXIST, pair.Bind(pair.OtherKvm, 1, 0x100, pair.OtherFd));
        Assert.Equal(Errno.EINVAL, pair.Bind(pair.OtherKvm, 1, 0x100, pair.Fd));
        Assert.Equal(Errno.EINVAL, pair.Bind(pair.Kvm, 1, 0x100, pair.OtherFd));
        pair.Check();
    }

    [Fact]
    public void Link_ErrorsInOrder()
    {
        var pair = new Pair();
        int plain = pair.Mm.Files.Install(new MemoryFile(pair.Mm.Memory, Page)).Value;
        Assert.Equal(Errno.EINVAL, pair.OtherKvm.LinkGuestMemfd(999, flags: 1).Error);
        Assert.Equal(Errno.EBADF, pair.OtherKvm.LinkGuestMemfd(999).Error);
        Assert.Equal(Errno.EINVAL, pair.OtherKvm.LinkGuestMemfd(plain).Error);
        // Its own, and one that it has opened already.
        Assert.Equal(Errno.EINVAL, pair.Kvm.LinkGuestMemfd(pair.Fd).Error);
        Assert.Equal(Errno.EINVAL, pair.OtherKvm.LinkGuestMemfd(pair.Fd).Error);
        Assert.Equal(Errno.EINVAL, pair.Kvm.LinkGuestMemfd(pair.OtherFd).Error);
        var third = new Kvm(pair.Mm);
        pair.Mm.Memory.Faults = FaultInjection.Nth(1);
        Assert.Equal(Errno.ENOMEM, third.LinkGuestMemfd(pair.Fd).Error);
        pair.Mm.Memory.Faults = null;
        // The pages of a confidential guest are that guest's.
        Assert.Equal(Errno.EINVAL, new Kvm(pair.Mm, new Tdx(pair.Mm.Memory)).LinkGuestMemfd(pair.Fd).Error);
        Assert.Equal(Errno.Ok, pair.Mm.Files.Close(pair.OtherFd));
        Assert.True(pair.OtherKvm.LinkGuestMemfd(pair.Fd).IsOk);
    }

    [Fact]
    public void HoleThroughOneOpening_BesideAFaultOfTheOthersGuest_NobodyIsLeftWithTheOldPage() => RaceAssert.Free(static () =>
    {
        var pair = new Pair();
        return new Trial(
            new TrialTask("vCPU", () => Assert.True(pair.Second.Write(s_second, 8, isPrivate: true).IsDone)),
            new TrialTask("punch", () => Assert.Equal(Errno.Ok, pair.File.Fallocate(Punch, 0, Page))))
        {
            AtEnd = pair.Check,
        };
    }, preemptions: 2);

    [Fact]
    public void BothOpeningsClosedAtOnce_TheMemoryGoesOnce() => RaceAssert.Free(static () =>
    {
        var pair = new Pair();
        Assert.True(pair.First.Write(s_first, 7, isPrivate: true).IsDone);
        return new Trial(
            new TrialTask("close", () => Assert.Equal(Errno.Ok, pair.Mm.Files.Close(pair.Fd))),
            new TrialTask("close the other", () => Assert.Equal(Errno.Ok, pair.Mm.Files.Close(pair.OtherFd))))
        {
            AtEnd = () =>
            {
                Assert.Equal(0, pair.Mm.Memory.LivePages);
                pair.Check();
            },
        };
    }, preemptions: 2);

    /// <summary>Two machines of a process, a slot of two private pages in each, the same memory in both.</summary>
    private sealed class Pair
    {
        private readonly Machine _machine = new();

        public Pair()
        {
            OtherKvm = new Kvm(Mm);
            _machine.Map(Hva0, 4);
            Fd = Kvm.CreateGuestMemfd(2 * Page).Value;
            OtherFd = OtherKvm.LinkGuestMemfd(Fd).Value;
            File = _machine.File(Fd);
            Other = _machine.File(OtherFd);
            Assert.Equal(Errno.Ok, Bind(Kvm, 0, 0x10, Fd));
            Assert.Equal(Errno.Ok, Bind(OtherKvm, 0, 0x80, OtherFd));
            Assert.Equal(Errno.Ok, Kvm.SetMemoryAttributes(s_first, 2 * Page, MemoryAttributes.Private));
            Assert.Equal(Errno.Ok, OtherKvm.SetMemoryAttributes(s_second, 2 * Page, MemoryAttributes.Private));
            First = Kvm.CreateVcpu().Value;
            Second = OtherKvm.CreateVcpu().Value;
        }

        public Mm Mm => _machine.Mm;

        public Kvm Kvm => _machine.Kvm;

        public Kvm OtherKvm { get; }

        public int Fd { get; }

        public int OtherFd { get; }

        public GuestMemfd File { get; }

        public GuestMemfd Other { get; }

        public Vcpu First { get; }

        public Vcpu Second { get; }

        public Errno Bind(Kvm kvm, int id, ulong gfn, int fd) =>
            kvm.SetUserMemoryRegion2(new UserMemoryRegion((uint)id, MemslotFlags.GuestMemfd, new Gfn(gfn).Address, 2 * Page, new Hva(Hva0), fd));

        public void Check()
        {
            Kvm.Invariants!.CheckAll();
            OtherKvm.Invariants!.CheckAll();
        }
    }
}
