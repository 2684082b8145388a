using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

/// <summary>What a guest sees of its memory while the host changes it.</summary>
public sealed class GuestAccessTests
{
    private const ulong Page = PageSize.Bytes;
    private const ulong Hva0 = 0x100000;
    private readonly Machine _machine = new();
    private readonly Vcpu _vcpu;

    public GuestAccessTests() => _vcpu = _machine.AddVcpu();

    [Fact]
    public void D001_NoSlots_InstructionFetchIsAnInternalError()
    {
        RunResult result = _vcpu.Run(new GuestAccess(new Gpa(0x1000), AccessKind.Fetch));
        Assert.Equal((Errno.Ok, ExitReason.InternalError), (result.Error, result.Exit));
    }

    [Fact]
    public void D022_AccessWhileTheSlotMoves_IsTriedAgainOrMmioAtItsAddress()
    {
        Memory(4);
        Assert.True(_vcpu.Write(Gpa(0), 7).IsDone);
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x40, 4, Hva0));
        RunResult result = _vcpu.Read(Gpa(0));
        Assert.Equal((ExitReason.Mmio, 8ul, Gpa(0), false), (result.Exit, _vcpu.Exit.Size, _vcpu.Exit.Gpa, _vcpu.Exit.IsWrite));
        Assert.Equal(7ul, _vcpu.Read(new Gfn(0x40).Address).Value);
        _machine.Check();
    }

    [Fact]
    public void D022_AccessWhileTheSlotIsInvalid_IsTriedAgain()
    {
        var backend = new RecordingBackend();
        var machine = new Machine(backend);
        machine.Map(Hva0, 4);
        machine.AddSlot(0, 0x10, 4, Hva0);
        Vcpu vcpu = machine.AddVcpu();
        Result<RetPf>? seen = null;
        backend.OnFlush = (_, _) => seen = vcpu.Touch(new GuestAccess(new Gfn(0x10).Address, AccessKind.Write, 1));
        Assert.Equal(Errno.Ok, machine.Delete(0));
        Assert.Equal(RetPf.Retry, seen!.Value.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void D023_D026_SlotDeletedInUse_GuestGetsMmio_WithTheQuirkAndWithout(bool quirk)
    {
        var machine = new Machine(self => new Kvm(self.Mm) { SlotZapAllQuirk = quirk });
        machine.Map(Hva0, 8);
        machine.AddSlot(0, 0x10, 4, Hva0);
        machine.AddSlot(1, 0x20, 4, Hva0 + (4 * Page));
        Vcpu vcpu = machine.AddVcpu();
        Assert.True(vcpu.Write(new Gfn(0x10).Address, 1).IsDone);
        Assert.True(vcpu.Write(new Gfn(0x20).Address, 2).IsDone);
        Assert.Equal(Errno.Ok, machine.Delete(0));
        Assert.Equal(ExitReason.Mmio, vcpu.Read(new Gfn(0x10).Address).Exit);
        Assert.Equal(new Gfn(0x10).Address, vcpu.Exit.Gpa);
        Assert.Equal(2ul, vcpu.Read(new Gfn(0x20).Address).Value);
        machine.Check();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void D025_D026_SlotWithCodeDeleted_IsAnInternalError(bool quirk)
    {
        var machine = new Machine(self => new Kvm(self.Mm) { SlotZapAllQuirk = quirk });
        machine.Map(Hva0, 4);
        machine.AddSlot(0, 0, 4, Hva0);
        Vcpu vcpu = machine.AddVcpu();
        Assert.True(vcpu.Run(new GuestAccess(new Gpa(0), AccessKind.Fetch)).IsDone);
        Assert.Equal(Errno.Ok, machine.Delete(0));
        Assert.Equal(ExitReason.InternalError, vcpu.Run(new GuestAccess(new Gpa(0), AccessKind.Fetch)).Exit);
    }

    [Fact]
    public void D028_UnrelatedSlotAddedAndDeletedWhileTheGuestRuns_NoAccessFails()
    {
        Memory(16);
        _machine.Map(0x400000, 4);
        bool done = false;
        RunResult bad = default;
        var guest = new Thread(() => ModelTask.Run("vcpu", () =>
        {
            for (ulong i = 0; !Volatile.Read(ref done); i++)
            {
                RunResult result = _vcpu.Write(Gpa(i % 16), i);
                if (!result.IsDone) bad = result;
            }
        }));
        guest.Start();
        for (int i = 0; i < 50; i++)
        {
            _machine.AddSlot(5, 0x100, 4, 0x400000);
            Assert.Equal(Errno.Ok, _machine.Delete(5));
        }
        Volatile.Write(ref done, true);
        guest.Join();
        Assert.Equal(default, bad);
        _machine.Check();
    }

    [Theory]
    [InlineData(1ul)]
    [InlineData(3ul)]
    [InlineData(10ul)]
    public void D029_SlotsWithARemainder_HostAndGuestSeeEachOthersWritesInEveryPage(ulong slots)
    {
        const ulong Pages = 64;
        _machine.Map(Hva0, Pages);
        for (ulong i = 0; i < slots; i++)
        {
            ulong first = i * (Pages / slots);
            ulong count = i == slots - 1 ? Pages - first : Pages / slots;
            _machine.AddSlot((int)i, 0x10 + first, count, Hva0 + (first * Page));
        }
        for (ulong page = 0; page < Pages; page++)
        {
            Assert.Equal(Errno.Ok, _machine.Mm.Write(HvaOf(page), 1000 + page));
            Assert.Equal(1000 + page, _vcpu.Read(Gpa(page)).Value);
            Assert.True(_vcpu.Write(Gpa(page), 2000 + page).IsDone);
            Assert.Equal(2000 + page, _machine.Mm.Read(HvaOf(page)).Value);
        }
        _machine.Check();
    }

    [Fact]
    public void D031_DontNeedOfWrittenPages_NoMmio_NextWriteBringsThemBack()
    {
        Memory(8);
        for (ulong page = 0; page < 8; page++) Assert.True(_vcpu.Write(Gpa(page), 100 + page).IsDone);
        for (ulong page = 0; page < 4; page++) Assert.Equal(Errno.Ok, _machine.Mm.Madvise(Range(page, 1), Advice.DontNeed));
        _machine.Check();
        for (ulong page = 0; page < 4; page++) Assert.Equal(0ul, _vcpu.Read(Gpa(page)).Value);
        for (ulong page = 4; page < 8; page++) Assert.Equal(100 + page, _vcpu.Read(Gpa(page)).Value);
        Assert.True(_vcpu.Write(Gpa(0), 5).IsDone);
        Assert.Equal(5ul, _machine.Mm.Read(HvaOf(0)).Value);
        _machine.Check();
    }

    [Fact]
    public void D032_DontNeedAcrossSlots_TakesJustThePagesAskedFor()
    {
        _machine.Map(Hva0, 12);
        for (int i = 0; i < 3; i++) _machine.AddSlot(i, (ulong)(0x10 + (i * 4)), 4, Hva0 + ((ulong)i * 4 * Page));
        for (ulong page = 0; page < 12; page++) Assert.True(_vcpu.Write(Gpa(page), 100 + page).IsDone);
        Assert.Equal(Errno.Ok, _machine.Mm.Madvise(Range(3, 6), Advice.DontNeed));
        for (ulong page = 0; page < 12; page++) Assert.Equal(page is >= 3 and < 9 ? 0 : 100 + page, _vcpu.Read(Gpa(page)).Value);
    }

    [Fact]
    public void D034_GuestWritesBelowAMovingSlot_NoMmio()
    {
        _machine.Map(Hva0, 8);
        _machine.AddSlot(0, 0x10, 4, Hva0);
        _machine.AddSlot(1, 0x20, 4, Hva0 + (4 * Page));
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(Errno.Ok, _machine.SetSlot(1, i % 2 == 0 ? 0x30ul : 0x20ul, 4, Hva0 + (4 * Page)));
            for (ulong page = 0; page < 4; page++) Assert.True(_vcpu.Write(Gpa(page), page).IsDone);
        }
    }

    [Fact]
    public void D035_SlotsOverOneRegion_EveryAddressCanBeWritten_AndUnmappingReachesAll()
    {
        _machine.Map(Hva0, 4);
        for (int i = 0; i < 8; i++) _machine.AddSlot(i, (ulong)(0x10 + (i * 4)), 4, Hva0);
        Vcpu other = _machine.AddVcpu();
        for (ulong page = 0; page < 32; page++)
        {
            Assert.True(_vcpu.Write(Gpa(page), page).IsDone);
            Assert.Equal(page, other.Read(Gpa(page)).Value);
        }
        _machine.Check();
        Assert.Equal(Errno.Ok, _machine.Mm.Munmap(Range(0, 4)));
        _machine.Check();
        for (ulong page = 0; page < 32; page++) Assert.Equal(Errno.EFAULT, other.Read(Gpa(page)).Error);
    }

    [Fact]
    public void D037_D038_ProtectedReadOnly_ReadsGoOn_WritesFailUntilItIsWritableAgain()
    {
        Memory(4);
        for (ulong page = 0; page < 4; page++) Assert.True(_vcpu.Write(Gpa(page), 40 + page).IsDone);
        Assert.Equal(Errno.Ok, _machine.Mm.Mprotect(Range(0, 4), VmaFlags.Read));
        _machine.Check();
        for (ulong page = 0; page < 4; page++)
        {
            Assert.Equal(40 + page, _vcpu.Read(Gpa(page)).Value);
            Assert.Equal(Errno.EFAULT, _vcpu.Write(Gpa(page), 1).Error);
        }
        Assert.Equal(Errno.Ok, _machine.Mm.Mprotect(Range(0, 4), VmaFlags.ReadWrite));
        for (ulong page = 0; page < 4; page++) Assert.True(_vcpu.Write(Gpa(page), page).IsDone);
        _machine.Check();
    }

    [Fact]
    public void D040_E22_ProcessExitsWithSlots_EverythingIsDropped()
    {
        Memory(4);
        for (ulong page = 0; page < 4; page++) Assert.True(_vcpu.Write(Gpa(page), page).IsDone);
        _machine.Mm.Exit();
        Assert.Equal(0, _machine.Memory.LivePages);
        Assert.Equal(Errno.EIO, _vcpu.Read(Gpa(0)).Error);
        using (_machine.Kvm.MmuLock.Read()) Assert.All(_machine.Kvm.Roots(), root => Assert.False(root.EntryOf(new Gfn(0x10)).IsPresent));
        Assert.Equal(Errno.EINVAL, _machine.Mm.RegisterNotifier(new CountingNotifier()));
    }

    [Fact]
    public void D107_D108_ReadOnlySlot_ReadsAndFetchesGoOn_WriteIsMmio_MemoryUnchanged()
    {
        _machine.Map(Hva0, 1);
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x10, 1, Hva0, MemslotFlags.ReadOnly));
        Assert.Equal(Errno.Ok, _machine.Mm.Write(HvaOf(0), 9));
        Assert.Equal(9ul, _vcpu.Read(Gpa(0)).Value);
        Assert.True(_vcpu.Run(new GuestAccess(Gpa(0), AccessKind.Fetch)).IsDone);
        RunResult result = _vcpu.Write(Gpa(0), 1);
        Assert.Equal((ExitReason.Mmio, true, 1ul, Gpa(0)), (result.Exit, _vcpu.Exit.IsWrite, _vcpu.Exit.Data, _vcpu.Exit.Gpa));
        Assert.Equal(9ul, _machine.Mm.Read(HvaOf(0)).Value);
        _machine.Check();
    }

    [Fact]
    public void D109_ReadOnlySlot_WriteThatCannotBeEmulated_IsNotImplemented()
    {
        _machine.Map(Hva0, 1);
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x10, 1, Hva0, MemslotFlags.ReadOnly));
        Assert.Equal(Errno.ENOSYS, _vcpu.Run(new GuestAccess(Gpa(0), AccessKind.Write, 1, IsDecodable: false)).Error);
    }

    [Fact]
    public void MmioIsRemembered_UntilASlotIsMade()
    {
        Memory(1);
        Assert.Equal(ExitReason.Mmio, _vcpu.Read(new Gfn(0x80).Address).Exit);
        Assert.Equal(ExitReason.Mmio, _vcpu.Read(new Gfn(0x80).Address).Exit);
        _machine.Map(0x400000, 1);
        _machine.AddSlot(3, 0x80, 1, 0x400000);
        Assert.True(_vcpu.Write(new Gfn(0x80).Address, 3).IsDone);
    }

    [Fact]
    public void BothAddressSpaces_HaveTheirOwnSlots_AndAnInvalidationEndsOnceInBoth()
    {
        Memory(2);
        _machine.AddSlot(0, 0x10, 2, Hva0, space: 1);
        Assert.True(_vcpu.Write(Gpa(0), 3).IsDone);
        _vcpu.InSmm = true;
        Assert.Equal(3ul, _vcpu.Read(Gpa(0)).Value);
        Assert.Equal(Errno.Ok, _machine.Mm.Madvise(Range(0, 2), Advice.DontNeed));
        using (_machine.Kvm.MmuLock.Read()) Assert.Equal(0, _machine.Kvm.MmuInvalidateInProgress);
        _machine.Check();
        Assert.Equal(0ul, _vcpu.Read(Gpa(0)).Value);
    }

    [Fact]
    public void Signal_IsAnInterruptedExit()
    {
        Memory(1);
        _vcpu.Signal();
        RunResult result = _vcpu.Read(Gpa(0));
        Assert.Equal((Errno.EINTR, ExitReason.Interrupted), (result.Error, result.Exit));
        Assert.True(_vcpu.Read(Gpa(0)).IsDone);
    }

    [Fact]
    public void BrokenPage_ProcessGetsASignal_GuestTriesAgain()
    {
        Memory(1);
        Assert.True(_vcpu.Write(Gpa(0), 1).IsDone);
        Assert.Equal(Errno.Ok, _machine.Mm.PoisonPage(HvaOf(0)));
        _machine.Check();
        Assert.Equal(RetPf.Retry, _vcpu.Touch(new GuestAccess(Gpa(0), AccessKind.Read)).Value);
        Assert.Equal(1, _vcpu.Signals);
        Assert.Equal(Errno.EHWPOISON, _machine.Mm.Read(HvaOf(0)).Error);
    }

    [Fact]
    public void KernelWritesToGuestMemory_StopAtTheFirstPageThatIsNotThere()
    {
        Memory(2);
        using (_machine.Kvm.Srcu.Read())
        {
            Assert.Equal(Errno.EFAULT, _machine.Kvm.WriteGuest(new Gfn(0x11), [5, 6]));
            var words = new ulong[1];
            Assert.Equal(Errno.Ok, _machine.Kvm.ReadGuest(new Gfn(0x11), words));
            Assert.Equal(5ul, words[0]);
        }
    }

    [Fact]
    public void HvaCache_LooksUpAnewWhenSlotsChanged()
    {
        Memory(2);
        Assert.Equal(Errno.Ok, _machine.Mm.Write(HvaOf(0), 8));
        var cache = new GfnToHvaCache();
        using (_machine.Kvm.Srcu.Read())
        {
            Assert.Equal(Errno.EINVAL, _machine.Kvm.InitHvaCache(cache, new Gpa(ulong.MaxValue - 4), 16));
            Assert.Equal(Errno.EFAULT, _machine.Kvm.InitHvaCache(cache, Gpa(1), 2 * Page));
            Assert.Equal(Errno.Ok, _machine.Kvm.InitHvaCache(cache, Gpa(0), 8));
            Assert.Equal(8ul, _machine.Kvm.ReadGuestCached(cache).Value);
        }
        Assert.Equal(Errno.Ok, _machine.Delete(0));
        using (_machine.Kvm.Srcu.Read()) Assert.Equal(Errno.EFAULT, _machine.Kvm.ReadGuestCached(cache).Error);
    }

    private void Memory(ulong pages)
    {
        _machine.Map(Hva0, pages);
        _machine.AddSlot(0, 0x10, pages, Hva0);
    }

    private static Gpa Gpa(ulong page) => new Gfn(0x10 + page).Address;

    private static Hva HvaOf(ulong page) => new(Hva0 + (page * Page));

    private static HvaRange Range(ulong page, ulong pages) => HvaRange.FromStartLength(HvaOf(page), pages * Page);
}
