using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Facts;

/// <summary>Memslots at their edges: the order of the checks, the ends of the address spaces, generations, and what an INVALID slot still is.</summary>
public sealed class MemslotFactsTests
{
    private const ulong Page = Machine.Page;
    private const ulong Hva0 = 0x200000;
    private const ulong LastPage = ulong.MaxValue - Page + 1;
    private readonly Machine _machine = new();

    [Theory]
    [InlineData(0ul, 1ul)]
    [InlineData(0ul, Page + 1)]
    [InlineData(1ul, Page)]
    [InlineData(Page - 1, 0ul)]
    public void SizeOrGuestAddressInsideAPage_IsInvalid_ForADeletionToo(ulong gpa, ulong size)
    {
        _machine.AddSlot(0, 0x10, 4, Hva0);
        Assert.Equal(Errno.EINVAL, Set(0, gpa, size, Hva0));
        Assert.NotEqual("", _machine.Slots());
    }

    [Fact]
    public void UserAddress_UnalignedTaggedOrBeyondTheProcess_IsInvalid_UpToItsVeryEndItIsNot()
    {
        ulong top = Mm.TaskSize.Value;
        Assert.Equal(Errno.EINVAL, Set(0, 0, Page, Hva0 + 1));
        Assert.Equal(Errno.EINVAL, Set(0, 0, Page, (1ul << 57) | Hva0));
        Assert.Equal(Errno.EINVAL, Set(0, 0, Page, top));
        Assert.Equal(Errno.EINVAL, Set(0, 0, 2 * Page, top - Page));
        Assert.Equal(Errno.EINVAL, Set(0, 0, Page, LastPage));
        Assert.Equal(Errno.Ok, Set(0, 0, Page, top - Page));
        Assert.Equal(Errno.Ok, Set(1, Page, Page, 0));
    }

    [Fact]
    public void GuestRangeThatEndsAtTheTopOrWraps_IsInvalid_TheLastOneBelowIsNot()
    {
        Assert.Equal(Errno.EINVAL, Set(0, LastPage, Page, Hva0));
        Assert.Equal(Errno.EINVAL, Set(0, LastPage, 2 * Page, Hva0));
        Assert.Equal(Errno.Ok, Set(0, LastPage - Page, Page, Hva0));
        Assert.Equal(Errno.Ok, _machine.Delete(0));
    }

    [Fact]
    public void NumberOfSlotAndSpace_UpToTheLastOfEach_NotBeyond()
    {
        const uint Last = 32763;
        Assert.Equal(Errno.Ok, Set(Last, 0, Page, Hva0));
        Assert.Equal(Errno.Ok, Set((1 << 16) | Last, 0, Page, Hva0));
        Assert.Equal(Errno.EINVAL, Set(Last + 1, Page, Page, Hva0));
        Assert.Equal(Errno.EINVAL, Set(0xffff, Page, Page, Hva0));
        Assert.Equal(Errno.EINVAL, Set((2 << 16) | 1, Page, Page, Hva0));
        Assert.Equal(Errno.EINVAL, Set((0xffffu << 16) | 1, Page, Page, Hva0));
    }

    [Fact]
    public void Overlap_IsForOtherNumbersOfTheSameSpace_TouchingIsNone()
    {
        _machine.AddSlot(0, 0x10, 4, Hva0);
        Assert.Equal(Errno.EEXIST, _machine.SetSlot(1, 0x13, 1, Hva0));
        Assert.Equal(Errno.EEXIST, _machine.SetSlot(1, 0x0f, 2, Hva0));
        Assert.Equal(Errno.EEXIST, _machine.SetSlot(1, 0x00, 0x40, Hva0));
        Assert.Equal(Errno.Ok, _machine.SetSlot(1, 0x0f, 1, Hva0));
        Assert.Equal(Errno.Ok, _machine.SetSlot(2, 0x14, 1, Hva0));
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x11, 4, Hva0, space: 1));
        _machine.Check();
    }

    [Fact]
    public void MoveOntoAnother_Exists_AndTheSlotStaysWithItsMappings()
    {
        _machine.Map(Hva0, 8);
        _machine.AddSlot(0, 0x10, 4, Hva0);
        _machine.AddSlot(1, 0x20, 4, Hva0 + (4 * Page));
        Vcpu vcpu = _machine.AddVcpu();
        Assert.True(vcpu.Write(new Gfn(0x10).Address, 5).IsDone);
        (string slots, ulong generation, ulong seq) = (_machine.Slots(), _machine.Generation(), _machine.Kvm.MmuInvalidateSeq);
        Assert.Equal(Errno.EEXIST, _machine.SetSlot(0, 0x23, 4, Hva0));
        Assert.Equal((slots, generation, seq), (_machine.Slots(), _machine.Generation(), _machine.Kvm.MmuInvalidateSeq));
        Assert.True(vcpu.Tlb.Holds(new Gfn(0x10)));
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x24, 4, Hva0));
    }

    [Fact]
    public void EachRefusal_ComesInItsPlace()
    {
        _machine.AddSlot(0, 0x10, 4, Hva0);
        int fd = _machine.Kvm.CreateGuestMemfd(4 * Page).Value;
        // Wrong in itself, before what is there.
        Assert.Equal(Errno.EINVAL, Set2(1, 0x10 * Page, 4 * Page, Hva0 + 1, fd));
        Assert.Equal(Errno.EINVAL, Set2(1, 0x10 * Page, 4 * Page, Hva0, fd, offset: 1));
        Assert.Equal(Errno.EINVAL, Set2(1, 0x10 * Page, 4 * Page, Hva0, fd, offset: LastPage - (2 * Page)));
        // What is there, before the file.
        Assert.Equal(Errno.EEXIST, Set2(1, 0x10 * Page, 4 * Page, Hva0, fd: 99));
        Assert.Equal(Errno.EINVAL, Set2(0, 0x10 * Page, 4 * Page, Hva0, fd: 99));
        Assert.Equal(Errno.EBADF, Set2(1, 0x20 * Page, 4 * Page, Hva0, fd: 99));
        Assert.Equal(Errno.EINVAL, Set2(1, 0x20 * Page, 4 * Page, Hva0, fd, offset: Page));
        Assert.Equal(Errno.Ok, Set2(1, 0x20 * Page, 4 * Page, Hva0, fd));
        Assert.Equal(Errno.EEXIST, Set2(2, 0x30 * Page, 4 * Page, Hva0, fd));
    }

    [Fact]
    public void Delete_IgnoresFileOffsetAndUserAddress_OfWhatIsNotThereItIsInvalid()
    {
        _ = _machine.AddPrivateSlot(0, 0x10, 4, Hva0);
        Assert.Equal(Errno.Ok, Set2(0, 0x777 * Page, 0, 0x5000, fd: -1, offset: 8 * Page));
        Assert.Equal(Errno.EINVAL, Set2(0, 0x777 * Page, 0, 0x5000, fd: -1));
        Assert.Equal(Errno.EINVAL, _machine.Delete(0, space: 1));
    }

    [Theory]
    [InlineData(MemslotFlags.ReadOnly)]
    [InlineData(MemslotFlags.ReadOnly | MemslotFlags.LogDirtyPages)]
    public void ReadOnlySlots_AreOnlyWhereTheMachineHasThem(MemslotFlags flags)
    {
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0, 1, Hva0, flags));
        Assert.Equal(Errno.EINVAL, new Machine(new SevSnp(new Rmp(), 1)).SetSlot(0, 0, 1, Hva0, flags));
        Assert.Equal(Errno.EINVAL, new Machine(new Tdx(new HostMemory())).SetSlot(0, 0, 1, Hva0, flags));
    }

    [Fact]
    public void PrivateMemory_IsOnlyWhereTheMachineHasIt()
    {
        Machine machine = Machine.Secure();
        Assert.Equal(Errno.EINVAL, machine.Kvm.CreateGuestMemfd(Page).Error);
        Assert.Equal(Errno.EINVAL, machine.Kvm.SetUserMemoryRegion2(new UserMemoryRegion(0, MemslotFlags.GuestMemfd, default, Page, new Hva(Hva0), 3)));
        Assert.Equal(Errno.EINVAL, machine.SetPrivate(0, 1));
        Assert.Equal(Errno.Ok, machine.SetPrivate(0, 1, isPrivate: false));
    }

    [Fact]
    public void FlagsOnly_TakesNothingOut_AndIsOneStepOfTheGeneration()
    {
        _machine.Map(Hva0, 4);
        _machine.AddSlot(0, 0x10, 4, Hva0);
        Vcpu vcpu = _machine.AddVcpu();
        Assert.True(vcpu.Write(new Gfn(0x10).Address, 1).IsDone);
        ulong generation = _machine.Generation();
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x10, 4, Hva0, MemslotFlags.LogDirtyPages));
        Assert.Equal(generation + Kvm.AddressSpaceCount, _machine.Generation());
        using (_machine.Kvm.MmuLock.Read()) Assert.True(_machine.Kvm.Roots()[0].EntryOf(new Gfn(0x10)) is { IsPresent: true, IsWritable: false });
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x10, 4, Hva0));
        using (_machine.Kvm.MmuLock.Read()) Assert.True(_machine.Kvm.Roots()[0].EntryOf(new Gfn(0x10)).IsPresent);
    }

    [Fact]
    public void Generations_BeginAtTheNumberOfTheirSpace_AndGoUpByTheNumberOfSpaces()
    {
        Assert.Equal((0ul, 1ul), (_machine.Generation(), _machine.Generation(1)));
        _machine.AddSlot(0, 0x10, 4, Hva0);
        Assert.Equal((2ul, 1ul), (_machine.Generation(), _machine.Generation(1)));
        _machine.AddSlot(0, 0x10, 4, Hva0, space: 1);
        Assert.Equal((2ul, 3ul), (_machine.Generation(), _machine.Generation(1)));
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x20, 4, Hva0));
        Assert.Equal(6ul, _machine.Generation());
        Assert.Equal(Errno.Ok, _machine.Delete(0));
        Assert.Equal(10ul, _machine.Generation());
        Assert.Equal(3ul, _machine.Generation(1));
    }

    [Fact]
    public void InvalidSlot_IsFoundByFrameAndReachedByNotifiers_ButTranslatesNothing()
    {
        var backend = new RecordingBackend();
        var machine = new Machine(backend);
        machine.Map(Hva0, 4);
        machine.AddSlot(0, 0x10, 4, Hva0);
        Vcpu vcpu = machine.AddVcpu();
        int flushes = 0;
        backend.OnFlush = (kvm, flushed) =>
        {
            Assert.True(flushed.IsInvalid);
            flushes++;
            Gfn third = flushed.BaseGfn + 2;
            using (kvm.Srcu.Read())
            {
                Memslot slot = kvm.GfnToMemslot(third)!;
                Assert.True(slot.IsInvalid);
                Assert.Equal(new Hva(Hva0), slot.UserspaceAddr);
                Assert.False(kvm.IsVisibleGfn(third));
                Assert.Equal(Errno.ENOENT, kvm.GfnToHva(third).Error);
                Assert.Equal(Errno.ENOENT, kvm.GfnToPage(third).Error);
                Assert.Equal(Errno.EFAULT, kvm.ReadGuest(third, new ulong[1]));
                Assert.Equal(Errno.EFAULT, kvm.WriteGuest(third, [1]));
            }
            int visited = 0;
            _ = NotifierWalk.Run(kvm, HvaRange.FromStartLength(new Hva(Hva0 + (3 * Page)), Page), (Kvm _, in SlotGfnRange range) => { visited += range.Slot.IsInvalid ? 1 : 0; return false; });
            Assert.Equal(1, visited);
            Gpa gpa = third.Address;
            ulong size = Page;
            Assert.Equal(Errno.EAGAIN, vcpu.PreFaultMemory(ref gpa, ref size));
            Assert.Equal((third.Address, Page), (gpa, size));
        };
        Assert.Equal(Errno.Ok, machine.SetSlot(0, 0x40, 4, Hva0));
        Assert.Equal(Errno.Ok, machine.Delete(0));
        Assert.Equal(2, flushes);
    }

    [Theory]
    [InlineData(0x10ul, 0ul)]
    [InlineData(0x40ul, 4ul)]
    public void DeleteOrMoveThatIsRefused_BringsTheVerySlotBack_GenerationsAheadByTwoSteps(ulong gfn, ulong pages)
    {
        var backend = new RecordingBackend();
        var machine = new Machine(backend);
        machine.Map(Hva0, 4);
        machine.AddSlot(0, 0x10, 4, Hva0);
        Vcpu vcpu = machine.AddVcpu();
        Assert.True(vcpu.Write(new Gfn(0x10).Address, 5).IsDone);
        (string slots, ulong generation) = (machine.Slots(), machine.Generation());
        backend.Answer = Errno.EIO;
        Assert.Equal(Errno.EIO, machine.SetSlot(0, gfn, pages, Hva0));
        Assert.Equal((slots, generation + (2 * Kvm.AddressSpaceCount)), (machine.Slots(), machine.Generation()));
        Assert.Equal(5ul, vcpu.Read(new Gfn(0x10).Address).Value);
        machine.Check();
    }

    [Fact]
    public void SlotAtUserAddressZero_IsInvalidatedAsAnyOther()
    {
        _machine.Map(0, 2);
        _machine.AddSlot(0, 0x10, 2, 0);
        Vcpu vcpu = _machine.AddVcpu();
        Assert.True(vcpu.Write(new Gfn(0x10).Address, 5).IsDone);
        Assert.Equal(Errno.Ok, _machine.Mm.Madvise(HvaRange.FromStartLength(new Hva(0), Page), Advice.DontNeed));
        _machine.Check();
        Assert.Equal(0ul, vcpu.Read(new Gfn(0x10).Address).Value);
    }

    private Errno Set(uint slot, ulong gpa, ulong size, ulong hva) => _machine.Kvm.SetUserMemoryRegion(new UserMemoryRegion(slot, MemslotFlags.None, new Gpa(gpa), size, new Hva(hva)));

    private Errno Set2(uint slot, ulong gpa, ulong size, ulong hva, int fd, ulong offset = 0) =>
        _machine.Kvm.SetUserMemoryRegion2(new UserMemoryRegion(slot, MemslotFlags.GuestMemfd, new Gpa(gpa), size, new Hva(hva), fd, offset));
}
