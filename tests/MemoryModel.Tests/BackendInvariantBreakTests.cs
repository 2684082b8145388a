using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;

namespace MemoryModel.Tests;

/// <summary>E17 and E19 to E21, broken on purpose: what the hardware of a confidential machine knows is not what the kernel does.</summary>
public sealed class BackendInvariantBreakTests
{
    private const ulong Page = PageSize.Bytes;
    private const ulong Hva0 = 0x100000;
    private static readonly Gfn s_frame = new(0x10);

    [Fact]
    public void E17_LargeEntryWithAPartThatIsAnothers()
    {
        var rmp = new Rmp();
        InvariantBreakTests.Broken("E17", machine =>
        {
            GuestMemfd file = machine.AddPrivateSlot(1, 0x200, 512, Hva0 + (512 * Page));
            Assert.Equal(Errno.Ok, machine.SetPrivate(0x200, 512));
            _ = machine.Kvm.Vcpus[0].Read(new Gfn(0x200).Address, isPrivate: true);
            HostPage page = file.Pages().ElementAt(7).Page;
            Assert.True(rmp.Lookup(page.Pfn).Value.IsLarge);
            machine.Check();
            // Without the large entry having been broken up.
            Assert.Equal(Errno.Ok, rmp.MakeShared(page.Pfn, large: false));
            machine.Check();
        }, new SevSnp(rmp, 1, largePages: true));
    }

    [Fact]
    public void E19_SecurePageThatThePoolHasTakenBack()
    {
        ModelViolationException violation = Assert.Throws<ModelViolationException>(() => ModelTask.Run("breaker", static () =>
        {
            Machine machine = Machine.Secure();
            machine.Map(Hva0, 2);
            machine.AddSlot(0, 0x10, 2, Hva0);
            Assert.True(machine.Uv.InitStart().IsSuccess);
            Assert.True(machine.Uv.PageIn(s_frame.Address).IsSuccess);
            machine.Check();
            machine.Pool.Free(new Pfn(0));
            machine.Check();
        }));
        InvariantBreakTests.AssertNames("E19", violation);
    }

    [Fact]
    public void E20_PageInTheTableForAnotherFrame()
    {
        var rmp = new Rmp();
        InvariantBreakTests.Broken("E20", machine =>
        {
            GuestMemfd file = machine.AddPrivateSlot(1, 0x40, 1, Hva0 + (16 * Page));
            Assert.Equal(Errno.Ok, machine.SetPrivate(0x40, 1));
            _ = machine.Kvm.Vcpus[0].Read(new Gfn(0x40).Address, isPrivate: true);
            Assert.Equal(Errno.Ok, rmp.MakePrivate(file.Pages().Single().Page.Pfn, new Gfn(0x41).Address, 1, large: false));
            machine.Check();
        }, new SevSnp(rmp, 1));
    }

    [Fact]
    public void E20_PageThatGoesBackToTheHostAndIsStillTheGuests()
    {
        var backend = new FaultyBackend { OnPrepare = static page => page.Guard = new ClosedGuard() };
        InvariantBreakTests.Broken("E20", static machine =>
        {
            GuestMemfd file = machine.AddPrivateSlot(1, 0x40, 1, Hva0 + (16 * Page));
            Assert.Equal(Errno.Ok, machine.SetPrivate(0x40, 1));
            _ = machine.Kvm.Vcpus[0].Read(new Gfn(0x40).Address);
            _ = file.Fallocate(FallocateMode.KeepSize | FallocateMode.PunchHole, 0, Page);
        }, backend);
    }

    [Fact]
    public void E21_EntryWhosePinIsGone() => BrokenTdx("E21", static (machine, _, page) =>
    {
        machine.Memory.Put(page, PageHolder.SecureEpt);
        machine.Check();
    });

    [Fact]
    public void E21_RemovedWithoutBlockAndTrack() => BrokenTdx("E21", static (machine, tdx, page) =>
    {
        using (machine.Kvm.MmuLock.Write()) tdx.RemovePrivate(machine.Kvm, new Gfn(0x40), page);
    });

    [Fact]
    public void E21_RemovedWithoutTrack() => BrokenTdx("E21", static (machine, tdx, page) =>
    {
        using (machine.Kvm.MmuLock.Write())
        {
            tdx.BlockPrivate(machine.Kvm, new Gfn(0x40), page);
            tdx.RemovePrivate(machine.Kvm, new Gfn(0x40), page);
        }
    });

    private static void BrokenTdx(string number, Action<Machine, Tdx, HostPage> breaker)
    {
        Tdx tdx = null!;
        ModelViolationException violation = Assert.Throws<ModelViolationException>(() => ModelTask.Run("breaker", () =>
        {
            var machine = new Machine(self => new Kvm(self.Mm, tdx = new Tdx(self.Memory)));
            tdx.FinalizeMachine();
            GuestMemfd file = machine.AddPrivateSlot(0, 0x40, 1, Hva0);
            Assert.Equal(Errno.Ok, machine.SetPrivate(0x40, 1));
            _ = machine.AddVcpu().Touch(new GuestAccess(new Gfn(0x40).Address, AccessKind.Read, IsPrivate: true));
            machine.Check();
            breaker(machine, tdx, file.Pages().Single().Page);
        }));
        InvariantBreakTests.AssertNames(number, violation);
    }
}
