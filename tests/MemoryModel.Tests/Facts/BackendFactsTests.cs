using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Facts;

/// <summary>The Ultravisor, SEV-SNP and TDX at their edges.</summary>
public sealed class BackendFactsTests
{
    private const ulong Page = Machine.Page;
    private const ulong Hva0 = 0x200000;
    private const FallocateMode Punch = FallocateMode.KeepSize | FallocateMode.PunchHole;

    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul)]
    [InlineData(3ul)]
    public void InitStart_WithAHoleInASlot_IsAWrongParameter_AndLeavesNoTrace(ulong hole)
    {
        Machine machine = Secure(4, out UltravisorFirmware firmware);
        Assert.Equal(Errno.Ok, machine.Mm.Munmap(Bytes(hole, 1)));
        Assert.Equal(HypercallStatus.Parameter, machine.Uv.InitStart());
        Assert.Equal(0, firmware.RegisteredSlots);
        Assert.Equal(SecureGuestState.Normal, StateOf(machine));
        using (machine.Mm.MmapRead()) Assert.NotEqual(VmaFlags.None, machine.Mm.FindVma(new Hva(Hva0))!.Flags & VmaFlags.Mergeable);
    }

    [Fact]
    public void InitStart_ChecksInItsOrder()
    {
        Machine machine = Secure(1, out _);
        machine.Uv.IsRadix = false;
        machine.Uv.IsSecureGuestAllowed = false;
        Assert.Equal(HypercallStatus.Unsupported, machine.Uv.InitStart());
        machine.Uv.IsRadix = true;
        Assert.Equal(HypercallStatus.Authority, machine.Uv.InitStart());
        machine.Uv.IsSecureGuestAllowed = true;
        Assert.Equal(HypercallStatus.Success, machine.Uv.InitStart());
        Assert.Equal(HypercallStatus.State, machine.Uv.InitStart());
    }

    [Fact]
    public void SvmOff_ThatTheUltravisorRefuses_IsInvalid_AndTheMachineStaysSecure_WithoutItsPages()
    {
        Machine machine = Secure(2, out UltravisorFirmware firmware);
        Assert.True(machine.Uv.InitStart().IsSuccess);
        Assert.True(machine.Uv.InitDone().IsSuccess);
        ((StubbornFirmware)firmware).Answer = Errno.EIO;
        Assert.Equal(Errno.EINVAL, machine.Uv.SvmOff());
        Assert.Equal((SecureGuestState.Secure, 0), (StateOf(machine), machine.Pool.Used));
        ((StubbornFirmware)firmware).Answer = Errno.Ok;
        Assert.Equal(Errno.Ok, machine.Uv.SvmOff());
        Assert.Equal(SecureGuestState.Normal, StateOf(machine));
    }

    [Fact]
    public void SvmOff_DropsBothAddressSpaces_AbortTheNormalOne()
    {
        Machine machine = Secure(2, out _);
        machine.AddSlot(0, 0x90, 2, Hva0, space: 1);
        Assert.True(machine.Uv.InitStart().IsSuccess);
        Assert.True(machine.Uv.PageIn(new Gfn(0x10).Address).IsSuccess);
        Assert.Equal(Errno.Ok, machine.Uv.SvmOff());
        Assert.Equal(0, machine.Pool.Used);
        machine.Check();
    }

    [Fact]
    public void PageOut_OfAPageThatHasMovedInTheProcess_SucceedsAndMovesNothing()
    {
        Machine machine = Secure(2, out _);
        Assert.True(machine.Uv.InitStart().IsSuccess);
        Assert.True(machine.Uv.PageIn(new Gfn(0x10).Address).IsSuccess);
        Assert.True(machine.Mm.Mremap(new Hva(Hva0), Page, Page, MremapFlags.MayMove | MremapFlags.DontUnmap).IsOk);
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageOut(new Gfn(0x10).Address));
        Assert.Equal((GfnState.Secure, 1), (machine.StateOf(0x10), machine.Pool.Used));
    }

    [Fact]
    public void PageSharedAndTakenBack_IsCleared()
    {
        var firmware = new PeekingFirmware();
        Machine machine = Machine.Secure(firmware: firmware);
        machine.Map(Hva0, 1);
        machine.AddSlot(0, 0x10, 1, Hva0);
        Assert.True(machine.Uv.InitStart().IsSuccess);
        Assert.True(machine.Uv.PageIn(new Gfn(0x10).Address, flags: 1).IsSuccess);
        Assert.Equal(Errno.Ok, machine.Mm.Write(new Hva(Hva0), 9));
        Assert.True(machine.Uv.PageIn(new Gfn(0x10).Address).IsSuccess);
        Assert.Equal(0ul, firmware.LastContent);
    }

    [Fact]
    public void PageThatIsPagedOut_StaysSoWhenTheMachineBecomesSecure_AndComesBackWithItsContent()
    {
        Machine machine = Secure(2, out _);
        Assert.True(machine.Uv.InitStart().IsSuccess);
        Assert.Equal(Errno.Ok, machine.Mm.Write(new Hva(Hva0), 9));
        Assert.True(machine.Uv.PageIn(new Gfn(0x10).Address).IsSuccess);
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageOut(new Gfn(0x10).Address));
        Assert.Equal(GfnState.SecurePagedOut, machine.StateOf(0x10));
        Assert.Equal(HypercallStatus.Success, machine.Uv.PageOut(new Gfn(0x10).Address));
        Assert.True(machine.Uv.InitDone().IsSuccess);
        Assert.Equal((GfnState.SecurePagedOut, GfnState.Secure), (machine.StateOf(0x10), machine.StateOf(0x11)));
        Assert.True(machine.Uv.PageIn(new Gfn(0x10).Address).IsSuccess);
        Assert.Equal(9ul, machine.Mm.Read(new Hva(Hva0)).Value);
    }

    [Fact]
    public void E19_PagesOfAMachineThatEnds_AreAllGivenBackWithItsMemory()
    {
        Machine machine = Secure(4, out _);
        Assert.True(machine.Uv.InitStart().IsSuccess);
        Assert.True(machine.Uv.InitDone().IsSuccess);
        Assert.Equal(4, machine.Pool.Used);
        machine.Kvm.Put();
        machine.Mm.Exit();
        Assert.Equal((0, 0L), (machine.Pool.Used, machine.Memory.LivePages));
    }

    [Fact]
    public void SlotMadeInASecureMachine_IsMadeKnown_OneWithAHoleIsNot()
    {
        Machine machine = Secure(2, out UltravisorFirmware firmware);
        Assert.True(machine.Uv.InitStart().IsSuccess);
        machine.Map(0x800000, 2);
        machine.AddSlot(1, 0x80, 2, 0x800000);
        Assert.Equal(2, firmware.RegisteredSlots);
        machine.AddSlot(2, 0x90, 2, 0x801000);
        Assert.Equal(2, firmware.RegisteredSlots);
        Assert.Single(machine.Kvm.Log.Lines);
    }

    [Fact]
    public void SnpLargeEntryThatIsNotGivenBack_IsLostWhole_AndWarnedOf()
    {
        var rmp = new Rmp();
        var snp = new SevSnp(rmp, 1, largePages: true);
        var machine = new Machine(snp);
        GuestMemfd file = machine.AddPrivateSlot(0, 0x200, 512, Hva0);
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x200, 512));
        _ = machine.AddVcpu().Read(new Gfn(0x200).Address, isPrivate: true);
        rmp.FailUpdates = 1;
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 0, 512 * Page));
        Assert.Equal((512, 0), (snp.LeakedPages, snp.CacheFlushes));
        Assert.Single(machine.Kvm.Log.Lines);
        // None of them is handed out again.
        HostPage next = machine.Memory.AllocPage().Value;
        Assert.False(rmp.Lookup(next.Pfn).Value.IsAssigned);
        machine.Memory.PutPage(next, PageHolder.Kernel);
        machine.Check();
    }

    [Theory]
    [InlineData(1ul, 511ul, 1, 1)]
    [InlineData(0ul, 511ul, 1, 1)]
    [InlineData(0ul, 512ul, 0, 511)]
    [InlineData(511ul, 1ul, 1, 511)]
    public void SnpHoleInALargeEntry_BreaksItUpUnlessItGoesWhole(ulong first, ulong count, int smashes, int left)
    {
        var rmp = new Rmp();
        var machine = new Machine(new SevSnp(rmp, 1, largePages: true));
        GuestMemfd file = machine.AddPrivateSlot(0, 0x200, 512, Hva0);
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x200, 512));
        _ = machine.AddVcpu().Read(new Gfn(0x200).Address, isPrivate: true);
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, first * Page, count * Page));
        Assert.Equal(smashes, rmp.Smashes);
        int assigned = file.Pages().Count(page => rmp.Lookup(page.Page.Pfn).Value.IsAssigned);
        Assert.Equal(512 - (int)count, assigned);
        Assert.True(left >= assigned);
        machine.Check();
    }

    [Fact]
    public void SnpGuestGivesItsAcceptanceUp_AndMustAcceptAgain()
    {
        var snp = new SevSnp(new Rmp(), 1);
        var machine = new Machine(snp);
        _ = machine.AddPrivateSlot(0, 0x10, 1, Hva0);
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x10, 1));
        Vcpu vcpu = machine.AddVcpu();
        Gfn frame = new(0x10);
        Assert.Equal(ExitReason.Exception, vcpu.Write(frame.Address, 1, isPrivate: true).Exit);
        Assert.Equal(Errno.Ok, snp.PValidate(machine.Kvm, frame));
        Assert.True(vcpu.Write(frame.Address, 1, isPrivate: true).IsDone);
        Assert.Equal(Errno.Ok, snp.PValidate(machine.Kvm, frame, validate: false));
        Assert.Equal(ExitReason.Exception, vcpu.Read(frame.Address, isPrivate: true).Exit);
    }

    [Fact]
    public void TdxHole_TakesThePageOut_CleansIt_AndTheNextIsPending()
    {
        Tdx tdx = null!;
        var machine = new Machine(self => new Kvm(self.Mm, tdx = new Tdx(self.Memory)));
        tdx.FinalizeMachine();
        GuestMemfd file = machine.AddPrivateSlot(0, 0x10, 1, Hva0);
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x10, 1));
        Vcpu vcpu = machine.AddVcpu();
        Gfn frame = new(0x10);
        Assert.Equal(ExitReason.Exception, vcpu.Write(frame.Address, 5, isPrivate: true).Exit);
        Assert.Equal(Errno.Ok, tdx.Accept(machine.Kvm, frame));
        Assert.True(vcpu.Write(frame.Address, 5, isPrivate: true).IsDone);
        HostPage page = file.Pages().Single().Page;
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 0, Page));
        Assert.Equal((0ul, 0, 1), (page.Content, page.HeldBy(PageHolder.SecureEpt), tdx.CacheFlushes));
        Assert.Equal(ExitReason.Exception, vcpu.Read(frame.Address, isPrivate: true).Exit);
        using (machine.Kvm.MmuLock.Read()) Assert.Equal(SeptState.Pending, tdx.StateOf(machine.Kvm, frame));
        Assert.Equal(Errno.Ok, tdx.Accept(machine.Kvm, frame));
        Assert.Equal(0ul, vcpu.Read(frame.Address, isPrivate: true).Value);
        machine.Check();
    }

    [Fact]
    public void TdxChangeOfOtherSlots_LeavesPrivateEntries()
    {
        Tdx tdx = null!;
        var machine = new Machine(self => new Kvm(self.Mm, tdx = new Tdx(self.Memory)));
        tdx.FinalizeMachine();
        _ = machine.AddPrivateSlot(0, 0x10, 1, Hva0);
        Assert.Equal(Errno.Ok, machine.SetPrivate(0x10, 1));
        _ = machine.AddVcpu().Read(new Gfn(0x10).Address, isPrivate: true);
        machine.AddSlot(1, 0x40, 1, Hva0);
        Assert.Equal(Errno.Ok, machine.Delete(1));
        Assert.Equal(1, tdx.EntryCount);
        Assert.Equal(Errno.Ok, machine.Delete(0));
        Assert.Equal(0, tdx.EntryCount);
        machine.Check();
    }

    private static Machine Secure(ulong pages, out UltravisorFirmware firmware)
    {
        Machine machine = Machine.Secure(firmware: firmware = new StubbornFirmware());
        machine.Map(Hva0, pages, VmaFlags.ReadWrite | VmaFlags.Mergeable);
        machine.AddSlot(0, 0x10, pages, Hva0);
        return machine;
    }

    private static SecureGuestState StateOf(Machine machine)
    {
        using (machine.Uv.UvmemLock.Hold()) return machine.Uv.State;
    }

    private static HvaRange Bytes(ulong page, ulong pages) => HvaRange.FromStartLength(new Hva(Hva0 + (page * Page)), pages * Page);

    private sealed class StubbornFirmware : UltravisorFirmware
    {
        public Errno Answer { get; set; }

        public override Errno Terminate() => Answer.IsError ? Answer : base.Terminate();
    }

    private sealed class PeekingFirmware : UltravisorFirmware
    {
        public ulong LastContent { get; private set; } = ulong.MaxValue;

        public override Errno PageIn(SecurePage page, ulong content)
        {
            LastContent = content;
            return base.PageIn(page, content);
        }
    }
}
