using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

public sealed class GuestMemfdTests
{
    private const ulong Page = PageSize.Bytes;
    private const ulong Hva0 = 0x100000;
    private const FallocateMode Keep = FallocateMode.KeepSize;
    private const FallocateMode Punch = FallocateMode.KeepSize | FallocateMode.PunchHole;
    private readonly Machine _machine = new();

    private Kvm Kvm => _machine.Kvm;

    [Fact]
    public void D004_UnknownFlag_IsInvalid() =>
        Assert.Equal(Errno.EINVAL, Kvm.SetUserMemoryRegion2(new UserMemoryRegion(0, (MemslotFlags)8, new Gpa(0), Page, new Hva(Hva0))));

    [Theory]
    [InlineData(MemslotFlags.LogDirtyPages)]
    [InlineData(MemslotFlags.ReadOnly)]
    public void D005_PrivateMemoryWithAnotherFlag_IsInvalid(MemslotFlags flag)
    {
        int fd = Create(4);
        Assert.Equal(Errno.EINVAL, Kvm.SetUserMemoryRegion2(new UserMemoryRegion(0, MemslotFlags.GuestMemfd | flag, new Gpa(0), 4 * Page, new Hva(Hva0), fd)));
    }

    [Fact]
    public void PrivateMemoryThroughTheFirstCall_IsInvalid() =>
        Assert.Equal(Errno.EINVAL, Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.GuestMemfd, new Gpa(0), 4 * Page, new Hva(Hva0), Create(4))));

    [Fact]
    public void D010_D011_FileThatIsNoGuestMemfd_IsInvalid()
    {
        int fd = _machine.Mm.Files.Install(new MemoryFile(_machine.Memory, 4 * Page, _machine.Lockdep)).Value;
        Assert.Equal(Errno.EINVAL, _machine.SetPrivateSlot(0, 0, 4, Hva0, fd));
        var other = new Kvm(_machine.Mm);
        Assert.Equal(Errno.EINVAL, _machine.SetPrivateSlot(0, 0, 4, Hva0, other.CreateGuestMemfd(4 * Page).Value));
        Assert.Equal("", _machine.Slots());
    }

    [Fact]
    public void D013_OffsetInsideAPage_IsInvalid()
    {
        int fd = Create(4);
        for (ulong offset = 1; offset < Page; offset += 97)
            Assert.Equal(Errno.EINVAL, Kvm.SetUserMemoryRegion2(new UserMemoryRegion(0, MemslotFlags.GuestMemfd, new Gpa(0), Page, new Hva(Hva0), fd, offset)));
        Assert.Equal(Errno.EINVAL, Kvm.SetUserMemoryRegion2(new UserMemoryRegion(0, MemslotFlags.GuestMemfd, new Gpa(0), 2 * Page, new Hva(Hva0), fd, ulong.MaxValue - Page + 1)));
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(0, 0, 1, Hva0, fd));
    }

    [Fact]
    public void D014_FileClosedBeforeTheMachine_TearsDownCleanly()
    {
        int fd = Create(4);
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(0, 0, 4, Hva0, fd));
        Assert.Equal(Errno.Ok, _machine.Mm.Files.Close(fd));
        _machine.Check();
        Kvm.Put();
        Assert.Equal(0, _machine.Memory.LivePages);
        Assert.Equal("E23", Assert.Throws<ModelViolationException>(Kvm.Put).Invariant);
    }

    [Fact]
    public void D016_D017_D019_D020_DeletedAndMadeAgain_OverlapOfFileOrFramesExists()
    {
        int fd = Create(8);
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(1, 0x10, 4, Hva0, fd));
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(2, 0x14, 4, Hva0, fd, 4));
        // Deleted with the flag, and without a file.
        Assert.Equal(Errno.Ok, Kvm.SetUserMemoryRegion2(new UserMemoryRegion(1, MemslotFlags.GuestMemfd, new Gpa(0), 0, new Hva(0))));
        Assert.Equal(Errno.EEXIST, _machine.SetPrivateSlot(1, 0x40, 4, Hva0, fd, 2));
        Assert.Equal(Errno.EEXIST, _machine.SetPrivateSlot(1, 0x12, 4, Hva0, fd));
        Assert.Equal(Errno.EEXIST, _machine.SetPrivateSlot(1, 0x16, 4, Hva0, fd));
        _machine.Check();
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(1, 0x40, 4, Hva0, fd));
        _machine.Check();
    }

    [Fact]
    public void SlotWithPrivateMemory_CannotBeChangedInPlace()
    {
        int fd = Create(4);
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(1, 0x10, 4, Hva0, fd));
        Assert.Equal(Errno.EINVAL, _machine.SetPrivateSlot(1, 0x10, 4, Hva0, fd));
        Assert.Equal(Errno.EINVAL, _machine.SetSlot(1, 0x20, 4, Hva0));
        Assert.Equal(Errno.EINVAL, _machine.SetSlot(1, 0x10, 4, Hva0, MemslotFlags.LogDirtyPages));
    }

    [Fact]
    public void E12_BackendRefuses_TheFileIsLetGoOf()
    {
        var backend = new RecordingBackend { Answer = Errno.ENOMEM };
        var machine = new Machine(backend);
        int fd = machine.Kvm.CreateGuestMemfd(4 * Page).Value;
        Assert.Equal(Errno.ENOMEM, machine.SetPrivateSlot(0, 0x10, 4, Hva0, fd));
        machine.Check();
        backend.Answer = Errno.Ok;
        Assert.Equal(Errno.Ok, machine.SetPrivateSlot(1, 0x10, 4, Hva0, fd));
    }

    [Fact]
    public void D041_ReadAndWrite_Fail() => Assert.Equal(Errno.EINVAL, _machine.File(Create(1)).ReadWrite());

    [Fact]
    public void D044_EveryUnknownFlagIsInvalid_EveryKnownOneIsFine()
    {
        for (int bit = 0; bit < 31; bit++)
        {
            bool known = bit < 2;
            Assert.Equal(known ? Errno.Ok : Errno.EINVAL, Kvm.CreateGuestMemfd(Page, (GmemFlags)(1 << bit)).Error);
        }
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul)]
    [InlineData(Page - 1)]
    [InlineData(Page + 1)]
    [InlineData(ulong.MaxValue - Page + 1)]
    public void SizeThatIsNoNumberOfPages_IsInvalid(ulong size) => Assert.Equal(Errno.EINVAL, Kvm.CreateGuestMemfd(size).Error);

    [Fact]
    public void D046_SizeAndBlockSize_AreAsAskedFor()
    {
        GuestMemfd file = _machine.File(Create(5));
        Assert.Equal((5 * Page, Page), (file.Size, file.BlockSize));
        Assert.NotEqual(file.Inode, _machine.File(Create(5)).Inode);
        Assert.Equal(Errno.EINVAL, file.Truncate(Page));
    }

    [Fact]
    public void D047_AllocateAll_GivesEveryPage()
    {
        GuestMemfd file = _machine.File(Create(4));
        Assert.Equal(Errno.Ok, file.Fallocate(Keep, 0, 4 * Page));
        Assert.Equal(4, file.PageCount);
        Assert.Equal(4, _machine.Memory.LivePages);
    }

    [Fact]
    public void AllocateBeyondTheEnd_IsInvalid()
    {
        GuestMemfd file = _machine.File(Create(4));
        Assert.Equal(Errno.EINVAL, file.Fallocate(Keep, 4 * Page, Page));
        Assert.Equal(Errno.EINVAL, file.Fallocate(Keep, 3 * Page, 2 * Page));
        Assert.Equal(0, file.PageCount);
    }

    [Fact]
    public void D049_PunchAtAndAfterTheEnd_IsFine()
    {
        GuestMemfd file = _machine.File(Create(4));
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 4 * Page, Page));
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 5 * Page, Page));
    }

    [Theory]
    [InlineData(Page - 1, Page)]
    [InlineData(0ul, Page - 1)]
    [InlineData(0ul, 0ul)]
    public void D050_PunchThatIsNotPageAligned_IsInvalid(ulong offset, ulong length) =>
        Assert.Equal(Errno.EINVAL, _machine.File(Create(4)).Fallocate(Punch, offset, length));

    [Fact]
    public void D052_PunchedPage_CanBeAllocatedAgain()
    {
        GuestMemfd file = _machine.File(Create(4));
        Assert.Equal(Errno.Ok, file.Fallocate(Keep, 0, 4 * Page));
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, Page, Page));
        Assert.Equal(3, file.PageCount);
        Assert.Equal(Errno.Ok, file.Fallocate(Keep, Page, Page));
        Assert.Equal(4, file.PageCount);
    }

    [Theory]
    [InlineData(FallocateMode.None)]
    [InlineData(FallocateMode.PunchHole)]
    [InlineData(FallocateMode.KeepSize | FallocateMode.ZeroRange)]
    [InlineData(FallocateMode.KeepSize | FallocateMode.PunchHole | FallocateMode.CollapseRange)]
    public void D053_D054_OtherModes_AreNotSupported(FallocateMode mode) => Assert.Equal(Errno.EOPNOTSUPP, _machine.File(Create(1)).Fallocate(mode, 0, Page));

    [Fact]
    public void D055_D056_MapWithoutTheFlagOrPrivately_Fails()
    {
        const VmaFlags Shared = VmaFlags.ReadWrite | VmaFlags.Shared;
        Assert.Equal(Errno.ENODEV, _machine.Mm.MmapFile(Page, Shared, Create(1)).Error);
        Assert.Equal(Errno.EINVAL, _machine.Mm.MmapFile(Page, VmaFlags.ReadWrite, Create(1, GmemFlags.Mmap)).Error);
    }

    [Fact]
    public void MapWithoutInitShared_TouchIsSigbus()
    {
        Hva hva = _machine.Mm.MmapFile(Page, VmaFlags.ReadWrite | VmaFlags.Shared, Create(1, GmemFlags.Mmap)).Value;
        Assert.Equal(Errno.EFAULT, _machine.Mm.Write(hva, 1));
    }

    [Fact]
    public void D058_D059_SharedFile_HoldsWhatIsWritten_AndAPunchedPageIsZero()
    {
        (Hva hva, GuestMemfd file) = MapShared(8);
        for (ulong page = 0; page < 8; page++) Assert.Equal(Errno.Ok, _machine.Mm.Write(hva + (page * Page), 0xaa + page));
        Hva second = _machine.Mm.MmapFile(8 * Page, VmaFlags.ReadWrite | VmaFlags.Shared, FdOf(file)).Value;
        for (ulong page = 0; page < 8; page++) Assert.Equal(0xaa + page, _machine.Mm.Read(second + (page * Page)).Value);
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 0, Page));
        _machine.Check();
        Assert.Equal(0ul, _machine.Mm.Read(hva).Value);
        Assert.Equal(0xabul, _machine.Mm.Read(hva + Page).Value);
        Assert.Equal(Errno.Ok, _machine.Mm.Write(second, 1));
        Assert.Equal(1ul, _machine.Mm.Read(hva).Value);
    }

    [Fact]
    public void TouchBeyondTheEnd_IsSigbus()
    {
        int fd = Create(1, GmemFlags.Mmap | GmemFlags.InitShared);
        Hva hva = _machine.Mm.MmapFile(2 * Page, VmaFlags.ReadWrite | VmaFlags.Shared, fd).Value;
        Assert.Equal(Errno.Ok, _machine.Mm.Write(hva, 1));
        Assert.Equal(Errno.EFAULT, _machine.Mm.Write(hva + Page, 1));
    }

    [Fact]
    public void D061_Advice_HugePageAndDontNeedAreFine_CollapseIsInvalid()
    {
        (Hva hva, _) = MapShared(2);
        HvaRange range = HvaRange.FromStartLength(hva, 2 * Page);
        Assert.Equal(Errno.Ok, _machine.Mm.Write(hva, 6));
        Assert.Equal(Errno.Ok, _machine.Mm.Madvise(range, Advice.HugePage));
        Assert.Equal(Errno.EINVAL, _machine.Mm.Madvise(range, Advice.Collapse));
        Assert.Equal(Errno.Ok, _machine.Mm.Madvise(range, Advice.DontNeed));
        Assert.Equal(6ul, _machine.Mm.Read(hva).Value);
    }

    [Fact]
    public void D064_SlotOnASharedFile_HostAndGuestSeeEachOthersWrites()
    {
        (Hva hva, GuestMemfd file) = MapShared(4);
        int fd = FdOf(file);
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(0, 0x10, 4, hva.Value, fd));
        Vcpu vcpu = _machine.AddVcpu();
        Assert.Equal(Errno.Ok, _machine.Mm.Write(hva, 0xaa));
        Assert.Equal(0xaaul, vcpu.Read(new Gfn(0x10).Address).Value);
        Assert.True(vcpu.Write(new Gfn(0x10).Address, 0xff).IsDone);
        Hva again = _machine.Mm.MmapFile(4 * Page, VmaFlags.ReadWrite | VmaFlags.Shared, fd).Value;
        Assert.Equal(0xfful, _machine.Mm.Read(again).Value);
        _machine.Check();
    }

    [Fact]
    public void D065_D066_BadFileNumberOrRangePastTheEnd_Fails()
    {
        Assert.Equal(Errno.EBADF, _machine.SetPrivateSlot(0, 0x10, 4, Hva0, 999));
        Assert.Equal(Errno.EINVAL, _machine.SetPrivateSlot(0, 0x10, 4, Hva0, Create(4), firstPage: 1));
    }

    [Fact]
    public void D067_FileClosedWhileTheSlotExists_PrivateAccessIsAMemoryFault()
    {
        _machine.Map(Hva0, 4);
        int fd = Create(4);
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(0, 0x10, 4, Hva0, fd));
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 4));
        Vcpu vcpu = _machine.AddVcpu();
        Assert.True(vcpu.Write(new Gfn(0x11).Address, 3).IsDone);
        Assert.Equal(Errno.Ok, _machine.Mm.Files.Close(fd));
        _machine.Check();
        RunResult result = vcpu.Read(new Gfn(0x11).Address);
        Assert.Equal((Errno.EFAULT, ExitReason.MemoryFault), (result.Error, result.Exit));
        Assert.Equal((new Gfn(0x11).Address, Page, true), (vcpu.Exit.Gpa, vcpu.Exit.Size, vcpu.Exit.IsPrivate));
        Assert.Equal(0, _machine.Memory.LivePages);
        Assert.Equal(Errno.Ok, _machine.Delete(0));
    }

    [Fact]
    public void D068_MachineClosedFirst_FileCanStillBePunchedAndAllocated()
    {
        GuestMemfd file = _machine.AddPrivateSlot(0, 0x10, 4, Hva0);
        Kvm.Put();
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 0, 4 * Page));
        Assert.Equal(Errno.Ok, file.Fallocate(Keep, 0, 4 * Page));
        Assert.Equal(4, file.PageCount);
    }

    [Fact]
    public void BrokenPrivatePage_IsAMemoryFaultWithItsOwnError()
    {
        GuestMemfd file = _machine.AddPrivateSlot(0, 0x10, 4, Hva0);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 4));
        Vcpu vcpu = _machine.AddVcpu();
        Assert.True(vcpu.Write(new Gfn(0x12).Address, 1).IsDone);
        file.PoisonPage(2);
        RunResult result = vcpu.Read(new Gfn(0x12).Address);
        Assert.Equal((Errno.EHWPOISON, ExitReason.MemoryFault), (result.Error, result.Exit));
        Assert.Equal(1, file.PageCount);
    }

    private int Create(ulong pages, GmemFlags flags = GmemFlags.None) => Kvm.CreateGuestMemfd(pages * Page, flags).Value;

    private (Hva Hva, GuestMemfd File) MapShared(ulong pages)
    {
        int fd = Create(pages, GmemFlags.Mmap | GmemFlags.InitShared);
        return (_machine.Mm.MmapFile(pages * Page, VmaFlags.ReadWrite | VmaFlags.Shared, fd).Value, _machine.File(fd));
    }

    private int FdOf(GuestMemfd file)
    {
        for (int fd = 3; ; fd++)
        {
            if (_machine.Mm.Files.Get(fd) is { IsOk: true } found)
            {
                found.Value.Put();
                if (ReferenceEquals(found.Value, file)) return fd;
            }
        }
    }
}
