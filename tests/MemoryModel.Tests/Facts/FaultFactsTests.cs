using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Facts;

/// <summary>What a fault comes to, case by case, and what is mapped ahead of any.</summary>
public sealed class FaultFactsTests
{
    private const ulong Page = Machine.Page;
    private const ulong Hva0 = 0x200000;
    private const ulong LastPage = ulong.MaxValue - Page + 1;
    private readonly Machine _machine = new();
    private readonly Vcpu _vcpu;

    public FaultFactsTests() => _vcpu = _machine.AddVcpu();

    [Fact]
    public void PrivateAccessWhereNoSlotIs_IsAMemoryFault_SharedAccessIsMmio()
    {
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x80, 1));
        RunResult result = _vcpu.Read(new Gfn(0x80).Address + 24);
        Assert.Equal((Errno.EFAULT, ExitReason.MemoryFault), (result.Error, result.Exit));
        // The frame, not the address.
        Assert.Equal((new Gfn(0x80).Address, Page, true), (_vcpu.Exit.Gpa, _vcpu.Exit.Size, _vcpu.Exit.IsPrivate));
        Assert.Equal((Errno.Ok, ExitReason.Mmio), (_vcpu.Read(new Gfn(0x81).Address).Error, _vcpu.Exit.ExitReason));
    }

    [Fact]
    public void MmioIsRemembered_WithItsGeneration_AndForgottenWithTheNextOne()
    {
        Memory(2);
        Assert.Equal(ExitReason.Mmio, _vcpu.Read(new Gfn(0x80).Address).Exit);
        Assert.True(EntryOf(0x80) is { IsMmio: true, IsPresent: false } entry && entry.Generation == _machine.Generation());
        Assert.Equal(RetPf.Emulate, Touch(0x80, AccessKind.Write).Value);
        _machine.AddSlot(5, 0x90, 1, Hva0);
        Assert.NotEqual(EntryOf(0x80).Generation, _machine.Generation());
        Assert.Equal(RetPf.Emulate, Touch(0x80, AccessKind.Read).Value);
        Assert.Equal(_machine.Generation(), EntryOf(0x80).Generation);
    }

    [Fact]
    public void NothingMappedInTheProcess_IsEfaultWithoutAnExit()
    {
        _machine.AddSlot(0, 0x10, 1, Hva0);
        RunResult result = _vcpu.Read(Gpa(0));
        Assert.Equal((Errno.EFAULT, ExitReason.None), (result.Error, result.Exit));
    }

    [Fact]
    public void NoMemoryLeftForTheProcess_IsEfault_ForPrivateMemoryTheFilesOwnError()
    {
        var memory = new HostMemory(capacity: 1);
        var mm = new Mm(memory, new Locking.Lockdep());
        var kvm = new Kvm(mm);
        Assert.Equal(Errno.Ok, mm.MmapFixed(new Hva(Hva0), 4 * Page, VmaFlags.ReadWrite));
        int fd = kvm.CreateGuestMemfd(Page).Value;
        Assert.Equal(Errno.Ok, kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, new Gfn(0x10).Address, 2 * Page, new Hva(Hva0))));
        Assert.Equal(Errno.Ok, kvm.SetUserMemoryRegion2(new UserMemoryRegion(1, MemslotFlags.GuestMemfd, new Gfn(0x20).Address, Page, new Hva(Hva0), fd)));
        Assert.Equal(Errno.Ok, kvm.SetMemoryAttributes(new Gfn(0x20).Address, Page, MemoryAttributes.Private));
        Vcpu vcpu = kvm.CreateVcpu().Value;
        Assert.True(vcpu.Write(new Gfn(0x10).Address, 1).IsDone);
        Assert.Equal((Errno.EFAULT, ExitReason.None), (vcpu.Write(new Gfn(0x11).Address, 1).Error, vcpu.Exit.ExitReason));
        Assert.Equal((Errno.ENOMEM, ExitReason.MemoryFault), (vcpu.Write(new Gfn(0x20).Address, 1).Error, vcpu.Exit.ExitReason));
        kvm.Invariants!.CheckAll();
    }

    [Fact]
    public void SignalPending_FaultThatWouldWaitLeaves_OneThatNeedNotDoesNot()
    {
        Memory(2);
        Assert.Equal(Errno.Ok, _machine.Mm.Write(new Hva(Hva0), 1));
        _vcpu.Signal();
        Assert.Equal(RetPf.Fixed, Touch(0x10, AccessKind.Write).Value);
        Assert.Equal(Errno.EINTR, Touch(0x11, AccessKind.Write).Error);
        Assert.Equal(ExitReason.Interrupted, _vcpu.Exit.ExitReason);
        Assert.Equal(RetPf.Fixed, Touch(0x11, AccessKind.Write).Value);
        _machine.Check();
    }

    [Fact]
    public void ReadFault_MapsWritableWhereTheProcessCanWriteAlready_ReadOnlyOtherwise()
    {
        Memory(2);
        Assert.Equal(Errno.Ok, _machine.Mm.Write(new Hva(Hva0), 1));
        Assert.True(_vcpu.Read(Gpa(0)).IsDone);
        Assert.True(_vcpu.Read(Gpa(1)).IsDone);
        Assert.True(EntryOf(0x10).IsWritable);
        Assert.False(EntryOf(0x11).IsWritable);
    }

    [Fact]
    public void AccessWithAGoodEntry_IsSpurious()
    {
        Memory(1);
        Assert.Equal(RetPf.Fixed, Touch(0x10, AccessKind.Write).Value);
        using (_machine.Kvm.Srcu.Read()) Assert.Equal(RetPf.Spurious, _machine.Kvm.HandlePageFault(_vcpu, new GuestAccess(Gpa(0), AccessKind.Write, 1)).Value);
    }

    [Fact]
    public void WriteToALoggedPage_IsMadeWritableWithoutTheMmuLock_UnderADirectRootOnly()
    {
        Memory(1);
        Assert.True(_vcpu.Write(Gpa(0), 1).IsDone);
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x10, 1, Hva0, MemslotFlags.LogDirtyPages));
        // Somebody else holds the mmu_lock all the while.
        Result<RetPf> fast = default;
        var vcpu = new Thread(() =>
        {
            using (_machine.Kvm.Srcu.Read()) fast = _machine.Kvm.HandlePageFault(_vcpu, new GuestAccess(Gpa(0), AccessKind.Write, 2));
        });
        using (_machine.Kvm.MmuLock.Write())
        {
            vcpu.Start();
            vcpu.Join();
        }
        Assert.Equal(RetPf.Fixed, fast.Value);
        Assert.Equal(1ul, Assert.Single(_machine.Kvm.GetDirtyLog(0).Value));

        Vcpu nested = _machine.AddVcpu();
        ShadowRoot own = _machine.Kvm.CreateRoot();
        Assert.False(own.IsDirect);
        nested.UseRoot(own);
        Assert.True(nested.Read(Gpa(0)).IsDone);
        Assert.False(own.EntryOf(new Gfn(0x10)).IsWritable);
        Assert.True(nested.Write(Gpa(0), 3).IsDone);
        Assert.Equal(1ul, Assert.Single(_machine.Kvm.GetDirtyLog(0).Value));
        _machine.Check();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Prefault_MarksNothingUsed_AndTheFirstUseIsMarked(bool accessedBits)
    {
        var machine = new Machine(self => new Kvm(self.Mm) { UsesAccessedBits = accessedBits });
        machine.Map(Hva0, 2);
        machine.AddSlot(0, 0x10, 2, Hva0);
        for (ulong page = 0; page < 2; page++) Assert.Equal(Errno.Ok, machine.Mm.Write(new Hva(Hva0 + (page * Page)), 7));
        Vcpu vcpu = machine.AddVcpu();
        Prefault(vcpu, 0x10, 2);
        // Once more: what is there stays as it is.
        Prefault(vcpu, 0x10, 2);
        Assert.False(Young(machine, 0));
        Assert.False(Young(machine, 1));
        Assert.Equal(7ul, vcpu.Read(Gpa(1)).Value);
        Assert.Equal((false, true), (Young(machine, 0), Young(machine, 1)));
        machine.Check();
    }

    [Fact]
    public void Prefault_BreaksNoSharing_AndTakesNoMemory()
    {
        Memory(4);
        Prefault(_vcpu, 0x10, 4);
        Assert.Equal(0, _machine.Memory.LivePages);
        Assert.True(EntryOf(0x13) is { IsPresent: true, IsWritable: false });
    }

    [Fact]
    public void PrefaultOfABrokenPage_IsHwpoison_AndNobodyGetsASignal()
    {
        Memory(3);
        Assert.Equal(Errno.Ok, _machine.Mm.Write(new Hva(Hva0 + Page), 1));
        Assert.Equal(Errno.Ok, _machine.Mm.PoisonPage(new Hva(Hva0 + Page)));
        Assert.Equal((Errno.EHWPOISON, 0x11ul, 1ul), PrefaultOf(_vcpu, 0x11, 1));
        Assert.Equal(0, _vcpu.Signals);
        // What comes before it is done.
        Assert.Equal((Errno.Ok, 0x11ul, 2ul), PrefaultOf(_vcpu, 0x10, 3));
    }

    [Fact]
    public void PrefaultOfABrokenPrivatePage_IsHwpoison()
    {
        GuestMemfd file = _machine.AddPrivateSlot(0, 0x10, 2, Hva0);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 2));
        Assert.Equal(Errno.Ok, file.Fallocate(FallocateMode.KeepSize, 0, 2 * Page));
        file.PoisonPage(0);
        Assert.Equal((Errno.EHWPOISON, 0x10ul, 2ul), PrefaultOf(_vcpu, 0x10, 2));
        Assert.Equal((Errno.Ok, 0x12ul, 0ul), PrefaultOf(_vcpu, 0x11, 1));
    }

    [Fact]
    public void PrefaultUnderShadowPaging_IsNotSupported_WrongArgumentsComeFirst()
    {
        Memory(2);
        _vcpu.UseRoot(_machine.Kvm.CreateRoot());
        Assert.Equal((Errno.EOPNOTSUPP, 0x10ul, 1ul), PrefaultOf(_vcpu, 0x10, 1));
        Gpa gpa = Gpa(0) + 1;
        ulong size = Page;
        Assert.Equal(Errno.EINVAL, _vcpu.PreFaultMemory(ref gpa, ref size));
        _vcpu.UseRoot(null);
        Assert.Equal((Errno.Ok, 0x11ul, 0ul), PrefaultOf(_vcpu, 0x10, 1));
    }

    [Fact]
    public void PrefaultAtTheTopOfTheAddressSpace_WrapsAndIsInvalid()
    {
        foreach (ulong length in new ulong[] { Page, 2 * Page })
        {
            Gpa gpa = new(LastPage);
            ulong size = length;
            Assert.Equal(Errno.EINVAL, _vcpu.PreFaultMemory(ref gpa, ref size));
            Assert.Equal((new Gpa(LastPage), length), (gpa, size));
        }
    }

    [Fact]
    public void PrefaultOfADeadMachine_IsEio()
    {
        Memory(1);
        _machine.Mm.Exit();
        Assert.Equal((Errno.EIO, 0x10ul, 1ul), PrefaultOf(_vcpu, 0x10, 1));
    }

    [Fact]
    public void PrefaultOfAReadOnlySlot_IsFine()
    {
        _machine.Map(Hva0, 1);
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x10, 1, Hva0, MemslotFlags.ReadOnly));
        Prefault(_vcpu, 0x10, 1);
        Assert.False(EntryOf(0x10).IsWritable);
    }

    [Fact]
    public void ManyRootsOfOneFrame_BeyondTheThreshold_AreTakenOutAtOnce()
    {
        // Unwatched: to check a thousand roots a thousand times takes a while.
        var kvm = new Kvm(new Mm(new HostMemory()));
        Assert.Equal(Errno.Ok, kvm.Mm.MmapFixed(new Hva(Hva0), Page, VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, Gpa(0), Page, new Hva(Hva0))));
        Vcpu vcpu = kvm.CreateVcpu().Value;
        for (int roots = 1; roots <= Kvm.RmapRecycleThreshold + 1; roots++)
        {
            vcpu.UseRoot(kvm.CreateRoot());
            Assert.Equal(RetPf.Fixed, vcpu.Touch(new GuestAccess(Gpa(0), AccessKind.Write, 1)).Value);
            if (roots >= Kvm.RmapRecycleThreshold) Assert.Equal(roots == Kvm.RmapRecycleThreshold ? roots : 0, CountAt(kvm));
        }
    }

    private static int CountAt(Kvm kvm)
    {
        using (kvm.Srcu.Read())
        using (kvm.MmuLock.Read()) return kvm.GfnToMemslot(new Gfn(0x10))!.Rmap.CountAt(kvm, 0);
    }

    private void Memory(ulong pages)
    {
        _machine.Map(Hva0, pages);
        _machine.AddSlot(0, 0x10, pages, Hva0);
    }

    private Spte EntryOf(ulong gfn)
    {
        using (_machine.Kvm.MmuLock.Read()) return _machine.Kvm.Roots()[0].EntryOf(new Gfn(gfn));
    }

    private Result<RetPf> Touch(ulong gfn, AccessKind kind) => _vcpu.Touch(new GuestAccess(new Gfn(gfn).Address, kind, 1));

    private static bool Young(Machine machine, ulong page)
    {
        using (machine.Kvm.Srcu.Read())
        using (machine.Kvm.MmuLock.Write())
        {
            Memslot slot = machine.Kvm.GfnToMemslot(new Gfn(0x10))!;
            return machine.Kvm.TestAgeGfnRange(new Ranges.SlotGfnRange(slot, GfnRange.FromStartCount(new Gfn(0x10 + page), 1)));
        }
    }

    private static void Prefault(Vcpu vcpu, ulong gfn, ulong pages) => Assert.Equal((Errno.Ok, gfn + pages, 0ul), PrefaultOf(vcpu, gfn, pages));

    /// <summary>The answer, the frame and the number of pages afterwards.</summary>
    private static (Errno Error, ulong Gfn, ulong Pages) PrefaultOf(Vcpu vcpu, ulong gfn, ulong pages)
    {
        Gpa gpa = new Gfn(gfn).Address;
        ulong size = pages * Page;
        Errno error = vcpu.PreFaultMemory(ref gpa, ref size);
        return (error, gpa.Frame.Value, size / Page);
    }

    private static Gpa Gpa(ulong page) => new Gfn(0x10 + page).Address;
}
