using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

/// <summary>What follows from the kernel's operations and errors beside the cases that its own selftests name.</summary>
public sealed class FurtherCaseTests
{
    private const ulong Page = Machine.Page;
    private readonly Machine _machine = new();

    [Fact]
    public void PrivateMemoryThroughTheOldCall_IsInvalid()
    {
        _machine.Map(0x200000, 4);
        int fd = _machine.Kvm.CreateGuestMemfd(4 * Page).Value;
        Assert.Equal(Errno.EINVAL, _machine.Kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.GuestMemfd, new Gfn(0x10).Address, 4 * Page, new Hva(0x200000), fd)));
        Assert.Equal(Errno.EINVAL, _machine.Kvm.SetUserMemoryRegion2(new UserMemoryRegion(0, MemslotFlags.GuestMemfd | MemslotFlags.ReadOnly, new Gfn(0x10).Address, 4 * Page, new Hva(0x200000), fd)));
    }

    [Fact]
    public void FileOfAnotherMachine_IsInvalid()
    {
        _machine.Map(0x200000, 4);
        var other = new Kvm(_machine.Mm);
        int fd = other.CreateGuestMemfd(4 * Page).Value;
        Assert.Equal(Errno.EINVAL, _machine.SetPrivateSlot(0, 0x10, 4, 0x200000, fd));
    }

    [Fact]
    public void TwoSlotsOnPartsOfOneFile_AreFine_OverlapAtTheBackExists()
    {
        _machine.Map(0x200000, 16);
        int fd = _machine.Kvm.CreateGuestMemfd(8 * Page).Value;
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(0, 0x10, 4, 0x200000, fd));
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(1, 0x20, 4, 0x204000, fd, firstPage: 4));
        Assert.Equal(Errno.Ok, _machine.Delete(0));
        Assert.Equal(Errno.EEXIST, _machine.SetPrivateSlot(0, 0x10, 4, 0x200000, fd, firstPage: 2));
        Assert.Equal(Errno.EINVAL, _machine.SetPrivateSlot(0, 0x10, 4, 0x200000, fd, firstPage: 6));
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(0, 0x10, 4, 0x200000, fd));
        _machine.Check();
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul)]
    [InlineData(4097ul)]
    public void FileOfNoSize_OrOfHalfAPage_IsInvalid(ulong size) => Assert.Equal(Errno.EINVAL, _machine.Kvm.CreateGuestMemfd(size).Error);

    [Fact]
    public void AllocationAtOrBeyondTheEnd_IsInvalid_AcrossTheEndToo()
    {
        _machine.Map(0x200000, 4);
        GuestMemfd file = _machine.AddPrivateSlot(0, 0x10, 4, 0x200000);
        Assert.Equal(Errno.EINVAL, file.Fallocate(FallocateMode.KeepSize, 4 * Page, Page));
        Assert.Equal(Errno.EINVAL, file.Fallocate(FallocateMode.KeepSize, 5 * Page, Page));
        Assert.Equal(Errno.EINVAL, file.Fallocate(FallocateMode.KeepSize, 3 * Page, 2 * Page));
        Assert.Equal(Errno.EINVAL, file.Fallocate(FallocateMode.KeepSize, Page - 1, Page));
        Assert.Equal(Errno.EINVAL, file.Fallocate(FallocateMode.KeepSize, 0, Page - 1));
        Assert.Equal(Errno.EINVAL, file.Truncate(0));
    }

    [Fact]
    public void TwoFiles_AreDifferentInodes()
    {
        _machine.Map(0x200000, 8);
        GuestMemfd one = _machine.AddPrivateSlot(0, 0x10, 4, 0x200000);
        GuestMemfd other = _machine.AddPrivateSlot(1, 0x20, 2, 0x204000);
        Assert.NotEqual(one.Inode, other.Inode);
        Assert.Equal((4 * Page, 2 * Page), (one.Size, other.Size));
    }

    [Fact]
    public void TouchBeyondTheEndOfAMappedFile_OrOfOneThatIsNotShared_IsABusError()
    {
        int shared = _machine.Kvm.CreateGuestMemfd(2 * Page, GmemFlags.Mmap | GmemFlags.InitShared).Value;
        Hva at = _machine.Mm.MmapFile(4 * Page, VmaFlags.ReadWrite | VmaFlags.Shared, shared).Value;
        Assert.Equal(Errno.Ok, _machine.Mm.Write(at + Page, 1));
        Assert.Equal(Errno.EFAULT, _machine.Mm.Write(at + (2 * Page), 1));
        int hidden = _machine.Kvm.CreateGuestMemfd(2 * Page, GmemFlags.Mmap).Value;
        Hva unreachable = _machine.Mm.MmapFile(2 * Page, VmaFlags.ReadWrite | VmaFlags.Shared, hidden).Value;
        Assert.Equal(Errno.EFAULT, _machine.Mm.Read(unreachable).Error);
    }

    [Fact]
    public void PrivateAttributeOnASlotWithoutAFile_PrivateAccessIsAMemoryFault()
    {
        _machine.Map(0x200000, 4);
        _machine.AddSlot(0, 0x10, 4, 0x200000);
        Vcpu vcpu = _machine.AddVcpu();
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 4));
        RunResult result = vcpu.Read(new Gfn(0x11).Address);
        Assert.Equal((Errno.EFAULT, ExitReason.MemoryFault), (result.Error, vcpu.Exit.ExitReason));
        Assert.Equal((new Gfn(0x11).Address, Page, true), (vcpu.Exit.Gpa, vcpu.Exit.Size, vcpu.Exit.IsPrivate));
    }

    [Fact]
    public void AttributesThatAreSoAlready_AreNoInvalidation()
    {
        _machine.Map(0x200000, 4);
        _ = _machine.AddPrivateSlot(0, 0x10, 4, 0x200000);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 4));
        ulong seq = _machine.Kvm.MmuInvalidateSeq;
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 2));
        Assert.Equal(seq, _machine.Kvm.MmuInvalidateSeq);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 1, isPrivate: false));
        Assert.NotEqual(seq, _machine.Kvm.MmuInvalidateSeq);
    }

    [Fact]
    public void PrefaultAcrossTheEndOfASlot_DoesWhatItCan_ThenSaysThatNothingIsThere()
    {
        _machine.Map(0x200000, 4);
        _machine.AddSlot(0, 0x10, 4, 0x200000);
        Vcpu vcpu = _machine.AddVcpu();
        Gpa gpa = new Gfn(0x12).Address;
        ulong size = 4 * Page;
        Assert.Equal(Errno.Ok, vcpu.PreFaultMemory(ref gpa, ref size));
        Assert.Equal((new Gfn(0x14).Address, 2 * Page), (gpa, size));
        Assert.Equal(Errno.ENOENT, vcpu.PreFaultMemory(ref gpa, ref size));
        Assert.Equal((new Gfn(0x14).Address, 2 * Page), (gpa, size));
        Assert.Equal(Errno.EINVAL, vcpu.PreFaultMemory(ref gpa, ref size, flags: 1));
    }

    [Fact]
    public void PrefaultOfWhatTheProcessHasNotMapped_IsAFault()
    {
        _machine.AddSlot(0, 0x10, 4, 0x200000);
        Vcpu vcpu = _machine.AddVcpu();
        Gpa gpa = new Gfn(0x10).Address;
        ulong size = Page;
        Assert.Equal(Errno.EFAULT, vcpu.PreFaultMemory(ref gpa, ref size));
        Assert.Equal(Page, size);
    }

    [Fact]
    public void SlotThatMoves_TakesItsLogAlong()
    {
        _machine.Map(0x200000, 64);
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x10, 64, 0x200000, MemslotFlags.LogDirtyPages));
        Vcpu vcpu = _machine.AddVcpu();
        Assert.True(vcpu.Write(new Gfn(0x13).Address, 1).IsDone);
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x100, 64, 0x200000, MemslotFlags.LogDirtyPages));
        Assert.Equal(1ul << 3, Assert.Single(_machine.Kvm.GetDirtyLog(0).Value));
        Assert.True(vcpu.Write(new Gfn(0x105).Address, 1).IsDone);
        Assert.Equal(1ul << 5, Assert.Single(_machine.Kvm.GetDirtyLog(0).Value));
        _machine.Check();
    }

    [Fact]
    public void SlotThatExists_SizeOrAddressOrReadOnlyChanged_IsInvalid_NothingChangedIsFineAndNoNewGeneration()
    {
        _machine.Map(0x200000, 16);
        _machine.AddSlot(0, 0x10, 4, 0x200000);
        ulong generation = _machine.Generation();
        Assert.Equal(Errno.EINVAL, _machine.SetSlot(0, 0x10, 5, 0x200000));
        Assert.Equal(Errno.EINVAL, _machine.SetSlot(0, 0x10, 4, 0x201000));
        Assert.Equal(Errno.EINVAL, _machine.SetSlot(0, 0x10, 4, 0x200000, MemslotFlags.ReadOnly));
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x10, 4, 0x200000));
        Assert.Equal(generation, _machine.Generation());
        Assert.Equal(Errno.EINVAL, _machine.Delete(1));
    }

    [Fact]
    public void UltravisorCalls_BeforeTheStart_AndWithWrongArguments()
    {
        Machine machine = Machine.Secure();
        machine.Map(0x200000, 4);
        machine.AddSlot(0, 0x10, 4, 0x200000);
        Assert.Equal(HypercallStatus.Unsupported, machine.Uv.PageIn(new Gfn(0x10).Address));
        Assert.Equal(HypercallStatus.Unsupported, machine.Uv.PageOut(new Gfn(0x10).Address));
        Assert.True(machine.Uv.InitStart().IsSuccess);
        Assert.Equal(HypercallStatus.P3, machine.Uv.PageIn(new Gfn(0x10).Address, flags: 0, pageShift: 16));
        Assert.Equal(HypercallStatus.P3, machine.Uv.PageIn(new Gfn(0x10).Address, flags: 2, pageShift: 16));
        Assert.Equal(HypercallStatus.P2, machine.Uv.PageIn(new Gfn(0x10).Address, flags: 2));
        Assert.Equal(HypercallStatus.P2, machine.Uv.PageOut(new Gfn(0x10).Address, flags: 1));
        Assert.Equal(HypercallStatus.Parameter, machine.Uv.PageIn(new Gfn(0x80).Address));
    }

    [Fact]
    public void TdxFrameThatWaitsForItsGuest_IsBusyForTheSamePage_AndABugForAnother()
    {
        var tdx = default(Tdx);
        var machine = new Machine(m => new Kvm(m.Mm, tdx = new Tdx(m.Memory)));
        tdx!.FinalizeMachine();
        Result<HostPage> page = machine.Memory.AllocPage();
        Result<HostPage> other = machine.Memory.AllocPage();
        using (machine.Kvm.MmuLock.Write())
        {
            Assert.Equal(Errno.Ok, tdx.MapPrivate(machine.Kvm, new Gfn(1), page.Value));
            Assert.Equal(Errno.EAGAIN, tdx.MapPrivate(machine.Kvm, new Gfn(1), page.Value));
            Assert.Equal(1, page.Value.HeldBy(PageHolder.SecureEpt));
            Assert.Equal(Errno.EIO, tdx.MapPrivate(machine.Kvm, new Gfn(1), other.Value));
        }
        Assert.True(tdx.IsBugged);
        Assert.Equal(0, other.Value.HeldBy(PageHolder.SecureEpt));
    }

    [Fact]
    public void MmapAndItsLike_HaveTheirErrors()
    {
        Mm mm = _machine.Mm;
        Assert.Equal(Errno.EINVAL, mm.Mmap(0, VmaFlags.ReadWrite).Error);
        Assert.Equal(Errno.EINVAL, mm.MmapFixed(new Hva(0x1001), Page, VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, mm.MmapFixed(new Hva(0x100000), 4 * Page, VmaFlags.ReadWrite));
        Assert.Equal(Errno.EEXIST, mm.MmapFixed(new Hva(0x103000), Page, VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, mm.MmapFixed(new Hva(0x103000), Page, VmaFlags.Read, replace: true));
        Assert.Equal(Errno.EINVAL, mm.Munmap(HvaRange.FromStartLength(new Hva(0x100001), Page)));
        Assert.Equal(Errno.EINVAL, mm.Munmap(HvaRange.FromStartLength(new Hva(0x100000), 0)));
        Assert.Equal(Errno.Ok, mm.Munmap(HvaRange.FromStartLength(new Hva(0x800000), Page)));
        Assert.Equal(Errno.ENOMEM, mm.Mprotect(HvaRange.FromStartLength(new Hva(0x102000), 4 * Page), VmaFlags.Read));
        Assert.Equal(Errno.ENOMEM, mm.Madvise(HvaRange.FromStartLength(new Hva(0x102000), 4 * Page), Advice.DontNeed));
        Assert.Equal(Errno.EFAULT, mm.Mremap(new Hva(0x800000), Page, Page).Error);
        Assert.Equal(Errno.EINVAL, mm.Mremap(new Hva(0x100001), Page, Page).Error);
        Assert.Equal(Errno.EINVAL, mm.Mremap(new Hva(0x100000), Page, Page, MremapFlags.Fixed, new Hva(0x900000)).Error);
        Assert.Equal(Errno.EINVAL, mm.Mremap(new Hva(0x100000), 2 * Page, 2 * Page, MremapFlags.MayMove | MremapFlags.Fixed, new Hva(0x101000)).Error);
        Assert.Equal(Errno.EFAULT, mm.Mremap(new Hva(0x101000), 2 * Page, 3 * Page, MremapFlags.MayMove).Error);
        Assert.Equal(new Hva(0x900000), mm.Mremap(new Hva(0x100000), Page, Page, MremapFlags.MayMove | MremapFlags.Fixed, new Hva(0x900000)).Value);
    }
}
