using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;

namespace MemoryModel.Tests;

/// <summary>SEV-SNP and TDX.</summary>
public sealed class ConfidentialTests
{
    private const ulong Page = PageSize.Bytes;
    private const ulong Base = 0x200;
    private const ulong Hva0 = 0x200000;
    private const FallocateMode Punch = FallocateMode.KeepSize | FallocateMode.PunchHole;

    [Fact]
    public void D148_SnpPrepare_SecondTimeIsNothing_LookupAndUpdateFailuresHaveTheirErrors()
    {
        var rmp = new Rmp(covered: 10);
        var snp = new SevSnp(rmp, asid: 1);
        var machine = new Machine(snp);
        HostPage page = machine.Memory.AllocPage().Value;
        Assert.Equal(Errno.Ok, snp.PreparePrivatePage(machine.Kvm, page, new Gfn(1)));
        Assert.Equal(1, rmp.Updates);
        Assert.Equal(Errno.Ok, snp.PreparePrivatePage(machine.Kvm, page, new Gfn(1)));
        Assert.Equal(1, rmp.Updates);
        HostPage second = machine.Memory.AllocPage().Value;
        rmp.FailUpdates = 1;
        Assert.Equal(Errno.EINVAL, snp.PreparePrivatePage(machine.Kvm, second, new Gfn(2)));
        HostPage beyond = machine.Memory.PageOf(machine.Memory.AllocPages(4).Value);
        Assert.Equal(Errno.ENOENT, snp.PreparePrivatePage(machine.Kvm, beyond, new Gfn(3)));
    }

    [Fact]
    public void SnpPrepareFails_FaultIsAMemoryFault_AndNoReferenceStays()
    {
        var rmp = new Rmp { FailUpdates = 1 };
        (Machine machine, _, Vcpu vcpu, GuestMemfd file) = Snp(rmp);
        RunResult result = vcpu.Write(Gpa(0), 1, isPrivate: true);
        Assert.Equal((Errno.EINVAL, ExitReason.MemoryFault), (result.Error, result.Exit));
        Assert.Equal(1, file.PageCount);
        machine.Check();
        Assert.Equal(ExitReason.Exception, vcpu.Write(Gpa(0), 1, isPrivate: true).Exit);
    }

    [Fact]
    public void SnpGuest_AcceptsThenUsesItsPage_HostReadsNonsenseAndCannotWrite()
    {
        (Machine machine, SevSnp snp, Vcpu vcpu, GuestMemfd file) = Snp(new Rmp());
        Assert.Equal(ExitReason.Exception, vcpu.Read(Gpa(0), isPrivate: true).Exit);
        Assert.Equal(Errno.Ok, snp.PValidate(machine.Kvm, new Gfn(Base)));
        Assert.True(vcpu.Write(Gpa(0), 42, isPrivate: true).IsDone);
        Assert.Equal(42ul, vcpu.Read(Gpa(0), isPrivate: true).Value);
        HostPage page = Assert.Single(file.Pages()).Page;
        Assert.NotEqual(42ul, page.Guard!.HostRead(page).Value);
        Assert.Equal(Errno.EFAULT, page.Guard.HostWrite(page, 1));
        machine.Check();
    }

    [Fact]
    public void D082_SharedAttribute_PrivateAccess_IsAMemoryFaultThatSaysPrivate_AndTheReverse()
    {
        (Machine machine, _, Vcpu vcpu, _) = Snp(new Rmp());
        RunResult result = vcpu.Read(Gpa(0), isPrivate: false);
        Assert.Equal((Errno.EFAULT, ExitReason.MemoryFault, false), (result.Error, result.Exit, vcpu.Exit.IsPrivate));
        Assert.Equal(Errno.Ok, machine.SetPrivate(Base, 1, isPrivate: false));
        result = vcpu.Read(Gpa(0), isPrivate: true);
        Assert.Equal((Errno.EFAULT, ExitReason.MemoryFault, true), (result.Error, result.Exit, vcpu.Exit.IsPrivate));
        Assert.Equal((Gpa(0), Page), (vcpu.Exit.Gpa, vcpu.Exit.Size));
    }

    [Fact]
    public void D149_SnpPunchOfPartOfALargeEntry_BreaksItUp_AndFreesOnlyThatPart()
    {
        var rmp = new Rmp();
        (Machine machine, SevSnp snp, Vcpu vcpu, GuestMemfd file) = Snp(rmp, large: true);
        Assert.Equal(ExitReason.Exception, vcpu.Read(Gpa(0), isPrivate: true).Exit);
        Pfn first = file.Pages().First().Page.Pfn;
        Assert.True(rmp.Lookup(first).Value is { IsAssigned: true, IsLarge: true });
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 16 * Page, 4 * Page));
        Assert.Equal(1, rmp.Smashes);
        for (ulong i = 0; i < 512; i++) Assert.Equal(i is < 16 or >= 20, rmp.Lookup(first + i).Value.IsAssigned);
        Assert.Equal(508, machine.Memory.LivePages);
        Assert.Equal(0, snp.LeakedPages);
        machine.Check();
    }

    [Fact]
    public void SnpPunchOfAWholeLargeEntry_IsOneUpdate()
    {
        var rmp = new Rmp();
        (Machine machine, _, Vcpu vcpu, GuestMemfd file) = Snp(rmp, large: true);
        Assert.Equal(ExitReason.Exception, vcpu.Read(Gpa(0), isPrivate: true).Exit);
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 0, 512 * Page));
        Assert.Equal((0, 2, 0L), (rmp.Smashes, rmp.Updates, machine.Memory.LivePages));
    }

    [Fact]
    public void D150_SnpReleaseWithoutASlot_StillGivesThePagesBack()
    {
        var rmp = new Rmp();
        (Machine machine, _, Vcpu vcpu, GuestMemfd file) = Snp(rmp);
        Assert.Equal(ExitReason.Exception, vcpu.Read(Gpa(1), isPrivate: true).Exit);
        Pfn pfn = Assert.Single(file.Pages()).Page.Pfn;
        Assert.Equal(Errno.Ok, machine.Delete(0));
        Assert.True(rmp.Lookup(pfn).Value.IsAssigned);
        Assert.Equal(Errno.Ok, machine.Mm.Files.Close(3));
        Assert.False(rmp.Lookup(pfn).Value.IsAssigned);
        Assert.Equal(0, machine.Memory.LivePages);
    }

    [Fact]
    public void SnpPageThatIsNotGivenBack_IsLost_NotHandedOutAgain()
    {
        var rmp = new Rmp();
        (Machine machine, SevSnp snp, Vcpu vcpu, GuestMemfd file) = Snp(rmp);
        Assert.Equal(ExitReason.Exception, vcpu.Read(Gpa(1), isPrivate: true).Exit);
        HostPage page = Assert.Single(file.Pages()).Page;
        rmp.FailUpdates = 1;
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 0, 4 * Page));
        Assert.Equal(1, snp.LeakedPages);
        Assert.NotSame(page, machine.Memory.AllocPage().Value);
    }

    [Fact]
    public void D151_RmpFault_SmallEntryIsIgnored_LargeOneIsBrokenUpAndItsFramesUnmapped()
    {
        var rmp = new Rmp();
        (Machine machine, SevSnp snp, Vcpu vcpu, _) = Snp(rmp, large: true);
        for (ulong page = 0; page < 512; page += 100) Assert.Equal(ExitReason.Exception, vcpu.Read(Gpa(page), isPrivate: true).Exit);
        Assert.Equal(Errno.EAGAIN, snp.PValidate(machine.Kvm, new Gfn(Base + 5)));
        Assert.True(snp.HandleRmpFault(machine.Kvm, new Gfn(Base + 5)));
        using (machine.Kvm.MmuLock.Read())
        {
            for (ulong page = 0; page < 512; page++) Assert.False(machine.Kvm.Roots()[0].EntryOf(new Gfn(Base + page)).IsPresent);
        }
        Assert.Equal(1, rmp.Smashes);
        // The second of two vCPUs that faulted on the same entry.
        Assert.False(snp.HandleRmpFault(machine.Kvm, new Gfn(Base + 5)));
        Assert.Equal(1, rmp.Smashes);
        Assert.Equal(Errno.Ok, snp.PValidate(machine.Kvm, new Gfn(Base + 5)));
        Assert.True(vcpu.Write(Gpa(5), 1, isPrivate: true).IsDone);
        machine.Check();
    }

    [Fact]
    public void D152_TdxConversionToPrivate_LeavesPrivateMappingsElsewhere_ReAddedPageIsZeroAndWaitsForTheGuest()
    {
        (Machine machine, Tdx tdx, Vcpu vcpu, GuestMemfd file) = TdxGuest(pages: 8, privatePages: 4);
        for (ulong page = 0; page < 4; page++) Use(machine, tdx, vcpu, page, 100 + page);

        Assert.Equal(Errno.Ok, machine.SetPrivate(Base, 8));
        for (ulong page = 0; page < 4; page++) Assert.Equal(100 + page, vcpu.Read(Gpa(page), isPrivate: true).Value);

        // To shared and back: taken out, and added anew.
        Assert.Equal(Errno.Ok, machine.SetPrivate(Base + 1, 1, isPrivate: false));
        Assert.Equal(Errno.Ok, machine.SetPrivate(Base + 1, 1));
        Assert.Equal(ExitReason.Exception, vcpu.Read(Gpa(1), isPrivate: true).Exit);
        Assert.Equal(SeptState.Pending, StateOf(machine, tdx, 1));
        Assert.Equal(Errno.Ok, tdx.Accept(machine.Kvm, new Gfn(Base + 1)));
        Assert.Equal(0ul, vcpu.Read(Gpa(1), isPrivate: true).Value);
        Assert.Equal(102ul, vcpu.Read(Gpa(2), isPrivate: true).Value);
        machine.Check();
        Assert.Equal(4, file.PageCount);
    }

    [Fact]
    public void E7_TdxNotifier_NeverTakesPrivateMappings()
    {
        (Machine machine, Tdx tdx, Vcpu vcpu, _) = TdxGuest(pages: 4, privatePages: 4);
        Use(machine, tdx, vcpu, 0, 5);
        Assert.Equal(Errno.Ok, machine.Mm.Munmap(HvaRange.FromStartLength(new Hva(Hva0), 4 * Page)));
        Assert.Equal(5ul, vcpu.Read(Gpa(0), isPrivate: true).Value);
        machine.Check();
    }

    [Fact]
    public void E21_TdxPageGivenUp_IsBlockedTrackedRemovedAndCleared()
    {
        (Machine machine, Tdx tdx, Vcpu vcpu, GuestMemfd file) = TdxGuest(pages: 4, privatePages: 4);
        Use(machine, tdx, vcpu, 0, 5);
        HostPage page = Assert.Single(file.Pages()).Page;
        Assert.Equal(1, page.HeldBy(PageHolder.SecureEpt));
        Assert.Equal(Errno.EHWPOISON, page.Guard!.HostRead(page).Error);
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 0, Page));
        Assert.Equal((0, 0L, 1), (tdx.EntryCount, machine.Memory.LivePages, tdx.CacheFlushes));
        Assert.Equal(0ul, page.Content);
        machine.Check();
    }

    [Fact]
    public void E21_TdxRemoveWithoutBlockAndTrack_IsRefused()
    {
        (Machine machine, Tdx tdx, Vcpu vcpu, GuestMemfd file) = TdxGuest(pages: 4, privatePages: 4);
        Use(machine, tdx, vcpu, 0, 5);
        HostPage page = Assert.Single(file.Pages()).Page;
        using (machine.Kvm.MmuLock.Write())
        {
            Assert.Equal("E21", Assert.Throws<ModelViolationException>(() => tdx.RemovePrivate(machine.Kvm, new Gfn(Base), page)).Invariant);
            tdx.BlockPrivate(machine.Kvm, new Gfn(Base), page);
            Assert.Equal("E21", Assert.Throws<ModelViolationException>(() => tdx.RemovePrivate(machine.Kvm, new Gfn(Base), page)).Invariant);
        }
    }

    [Fact]
    public void L24_TdxModuleBusy_FaultIsTriedAgain_NoPinStays()
    {
        (Machine machine, Tdx tdx, Vcpu vcpu, GuestMemfd file) = TdxGuest(pages: 4, privatePages: 4);
        tdx.BusyCalls = 1;
        Assert.Equal(RetPf.Retry, vcpu.Touch(new GuestAccess(Gpa(0), AccessKind.Read, IsPrivate: true)).Value);
        Assert.Equal(0, Assert.Single(file.Pages()).Page.HeldBy(PageHolder.SecureEpt));
        Assert.Equal(RetPf.Fixed, vcpu.Touch(new GuestAccess(Gpa(0), AccessKind.Read, IsPrivate: true)).Value);
        machine.Check();
    }

    [Fact]
    public void TdxBeforeItIsComplete_TakesTheImagesPages_AndNoOthers()
    {
        var machine = new Machine(self => new Kvm(self.Mm, new Tdx(self.Memory)));
        var tdx = (Tdx)machine.Kvm.Backend;
        machine.AddPrivateSlot(0, Base, 4, Hva0);
        Assert.Equal(Errno.Ok, machine.SetPrivate(Base, 4));
        Vcpu vcpu = machine.AddVcpu();
        Assert.Equal(Errno.Ok, tdx.AddInitialPage(machine.Kvm, new Gfn(Base), 11));
        Assert.Equal(11ul, vcpu.Read(Gpa(0), isPrivate: true).Value);
        Assert.Equal(Errno.EINVAL, vcpu.Read(Gpa(1), isPrivate: true).Error);
        tdx.FinalizeMachine();
        Assert.Equal(Errno.EINVAL, tdx.AddInitialPage(machine.Kvm, new Gfn(Base + 2), 1));
    }

    [Fact]
    public void TdxFetchFromSharedMemory_IsAnException()
    {
        (Machine machine, _, Vcpu vcpu, _) = TdxGuest(pages: 4, privatePages: 2);
        machine.Map(Hva0, 4);
        Assert.Equal(ExitReason.Exception, vcpu.Run(new GuestAccess(Gpa(3), AccessKind.Fetch)).Exit);
        Assert.True(vcpu.Read(Gpa(3)).IsDone);
    }

    private static (Machine, SevSnp, Vcpu, GuestMemfd) Snp(Rmp rmp, bool large = false)
    {
        var snp = new SevSnp(rmp, asid: 1, largePages: large);
        var machine = new Machine(snp);
        GuestMemfd file = machine.AddPrivateSlot(0, Base, 512, Hva0);
        Assert.Equal(Errno.Ok, machine.SetPrivate(Base, 512));
        return (machine, snp, machine.AddVcpu(), file);
    }

    private static (Machine, Tdx, Vcpu, GuestMemfd) TdxGuest(ulong pages, ulong privatePages)
    {
        var machine = new Machine(self => new Kvm(self.Mm, new Tdx(self.Memory)));
        var tdx = (Tdx)machine.Kvm.Backend;
        tdx.FinalizeMachine();
        GuestMemfd file = machine.AddPrivateSlot(0, Base, pages, Hva0);
        Assert.Equal(Errno.Ok, machine.SetPrivate(Base, privatePages));
        return (machine, tdx, machine.AddVcpu(), file);
    }

    private static void Use(Machine machine, Tdx tdx, Vcpu vcpu, ulong page, ulong value)
    {
        Assert.Equal(ExitReason.Exception, vcpu.Write(Gpa(page), value, isPrivate: true).Exit);
        Assert.Equal(Errno.Ok, tdx.Accept(machine.Kvm, new Gfn(Base + page)));
        Assert.True(vcpu.Write(Gpa(page), value, isPrivate: true).IsDone);
    }

    private static SeptState StateOf(Machine machine, Tdx tdx, ulong page)
    {
        using (machine.Kvm.MmuLock.Read()) return tdx.StateOf(machine.Kvm, new Gfn(Base + page));
    }

    private static Gpa Gpa(ulong page) => new Gfn(Base + page).Address;
}
