using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Facts;

/// <summary>guest_memfd, attributes and population at their edges.</summary>
public sealed class PrivateMemoryFactsTests
{
    private const ulong Page = Machine.Page;
    private const ulong Hva0 = 0x200000;
    private const ulong LastPage = ulong.MaxValue - Page + 1;
    private const FallocateMode Punch = FallocateMode.KeepSize | FallocateMode.PunchHole;
    private readonly Machine _machine = new();

    private Kvm Kvm => _machine.Kvm;

    [Theory]
    [InlineData(FallocateMode.KeepSize, 0ul, 0ul, "EINVAL")]
    [InlineData(FallocateMode.None, 1ul, Page, "EOPNOTSUPP")]
    [InlineData(FallocateMode.PunchHole, 0ul, Page, "EOPNOTSUPP")]
    [InlineData(FallocateMode.KeepSize | FallocateMode.ZeroRange, 1ul, Page, "EOPNOTSUPP")]
    [InlineData(FallocateMode.KeepSize, 1ul, Page, "EINVAL")]
    [InlineData(FallocateMode.KeepSize, LastPage, Page, "EINVAL")]
    [InlineData(FallocateMode.KeepSize, Page, 4 * Page, "EINVAL")]
    [InlineData(FallocateMode.KeepSize, 4 * Page, Page, "EINVAL")]
    [InlineData(FallocateMode.KeepSize, 3 * Page, Page, "ok")]
    [InlineData(Punch, LastPage, Page, "EINVAL")]
    [InlineData(Punch, Page, LastPage - Page, "EINVAL")]
    [InlineData(Punch, Page, (1ul << 62), "ok")]
    [InlineData(Punch, 4 * Page, Page, "ok")]
    public void Fallocate_AtItsEdges(FallocateMode mode, ulong offset, ulong length, string expected)
    {
        GuestMemfd file = _machine.File(Kvm.CreateGuestMemfd(4 * Page).Value);
        Assert.Equal(expected, file.Fallocate(mode, offset, length).ToString());
    }

    [Fact]
    public void AllocationInterrupted_KeepsWhatItHas()
    {
        GuestMemfd file = _machine.File(Kvm.CreateGuestMemfd(4 * Page).Value);
        Assert.Equal(Errno.Ok, file.Fallocate(FallocateMode.KeepSize, 0, 2 * Page));
        file.Signal();
        Assert.Equal(Errno.EINTR, file.Fallocate(FallocateMode.KeepSize, 0, 4 * Page));
        Assert.Equal(2, file.PageCount);
        Assert.Equal(Errno.Ok, file.Fallocate(FallocateMode.KeepSize, 0, 4 * Page));
    }

    [Fact]
    public void AllocationWithoutMemory_IsEnomem_AndKeepsWhatItHas()
    {
        var kvm = new Kvm(new Mm(new HostMemory(capacity: 2), new Locking.Lockdep()));
        var file = (GuestMemfd)kvm.Mm.Files.Get(kvm.CreateGuestMemfd(4 * Page).Value).Value;
        Assert.Equal(Errno.ENOMEM, file.Fallocate(FallocateMode.KeepSize, 0, 4 * Page));
        Assert.Equal(2, file.PageCount);
    }

    [Fact]
    public void HoleAcrossTwoSlots_IsOneInvalidation_OfJustItsFrames()
    {
        (GuestMemfd file, Vcpu vcpu) = TwoSlotsOnOneFile();
        ulong seq = Kvm.MmuInvalidateSeq;
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 3 * Page, 2 * Page));
        Assert.Equal(seq + 1, Kvm.MmuInvalidateSeq);
        _machine.Check();
        foreach (ulong gfn in new ulong[] { 0x12, 0x13, 0x20, 0x21 }) Assert.Equal(gfn is 0x12 or 0x21 ? gfn : 0, vcpu.Read(new Gfn(gfn).Address).Value);
    }

    [Fact]
    public void HoleThatNoSlotHas_IsNoInvalidation()
    {
        (GuestMemfd file, _) = TwoSlotsOnOneFile();
        ulong seq = Kvm.MmuInvalidateSeq;
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 8 * Page, 2 * Page));
        Assert.Equal(Errno.Ok, _machine.Delete(0));
        seq = Kvm.MmuInvalidateSeq;
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 0, 4 * Page));
        Assert.Equal(seq, Kvm.MmuInvalidateSeq);
    }

    [Theory]
    [InlineData(GmemFlags.Mmap, false)]
    [InlineData(GmemFlags.Mmap, true)]
    [InlineData(GmemFlags.Mmap | GmemFlags.InitShared, false)]
    [InlineData(GmemFlags.Mmap | GmemFlags.InitShared, true)]
    public void HoleInAFileThatIsSharedMemoryToo_ReachesTheMappingsOfEitherKind(GmemFlags flags, bool isPrivate)
    {
        GuestMemfd file = _machine.AddPrivateSlot(0, 0x10, 4, Hva0, flags);
        if (isPrivate) Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 4));
        Vcpu vcpu = _machine.AddVcpu();
        for (ulong gfn = 0x10; gfn < 0x14; gfn++) Assert.True(vcpu.Write(new Gfn(gfn).Address, gfn).IsDone);
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, Page, Page));
        _machine.Check();
        Assert.Equal((0x10ul, 0ul, 0x12ul), (vcpu.Read(new Gfn(0x10).Address).Value, vcpu.Read(new Gfn(0x11).Address).Value, vcpu.Read(new Gfn(0x12).Address).Value));
    }

    [Fact]
    public void CloseUnbindAndEnd_AreSafeInAnyOrder()
    {
        foreach (string order in new[] { "cdp", "cpd", "dcp", "dpc" })
        {
            var machine = new Machine();
            int fd = machine.Kvm.CreateGuestMemfd(4 * Page).Value;
            Assert.Equal(Errno.Ok, machine.SetPrivateSlot(0, 0x10, 4, Hva0, fd));
            Assert.Equal(Errno.Ok, machine.SetPrivate(0x10, 4));
            Assert.True(machine.AddVcpu().Write(new Gfn(0x10).Address, 1).IsDone);
            foreach (char step in order)
            {
                if (step == 'c') Assert.Equal(Errno.Ok, machine.Mm.Files.Close(fd));
                else if (step == 'd') Assert.Equal(Errno.Ok, machine.Delete(0));
                else machine.Kvm.Put();
            }
            Assert.Equal(Errno.EBADF, machine.Mm.Files.Close(fd));
            Assert.Equal(0, machine.Memory.LivePages);
        }
    }

    [Fact]
    public void FileThatIsClosed_TakesGuestsMappingsAlong_WithTheSlotStillThere()
    {
        int fd = Kvm.CreateGuestMemfd(2 * Page).Value;
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(0, 0x10, 2, Hva0, fd));
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 2));
        Vcpu vcpu = _machine.AddVcpu();
        Assert.True(vcpu.Write(new Gfn(0x10).Address, 1).IsDone);
        ulong seq = Kvm.MmuInvalidateSeq;
        Assert.Equal(Errno.Ok, _machine.Mm.Files.Close(fd));
        Assert.Equal(seq + 1, Kvm.MmuInvalidateSeq);
        using (Kvm.Srcu.Read()) Assert.Equal(Errno.EFAULT, GuestMemfd.GetPfn(Kvm, Kvm.GfnToMemslot(new Gfn(0x10))!, new Gfn(0x10)).Error);
        _machine.Check();
    }

    [Theory]
    [InlineData(0ul, Page, 16ul, 0ul)]
    [InlineData(0ul, Page, 1ul, 0ul)]
    [InlineData(0ul, Page, 8ul, 1ul)]
    [InlineData(0ul, 0ul, 8ul, 0ul)]
    [InlineData(1ul, Page, 8ul, 0ul)]
    [InlineData(0ul, Page + 1, 8ul, 0ul)]
    [InlineData(LastPage, Page, 8ul, 0ul)]
    [InlineData(Page, LastPage, 8ul, 0ul)]
    public void AttributesWithWrongArguments_AreInvalid_AndNothingChanges(ulong gpa, ulong size, ulong attributes, ulong flags)
    {
        ulong seq = Kvm.MmuInvalidateSeq;
        Assert.Equal(Errno.EINVAL, Kvm.SetMemoryAttributes(new Gpa(gpa), size, (MemoryAttributes)attributes, flags));
        Assert.Equal((seq, false), (Kvm.MmuInvalidateSeq, Kvm.MemIsPrivate(new Gfn(0))));
    }

    [Fact]
    public void Attributes_OverSlotsOfBothSpacesAndHoles_AreOneInvalidation_WhereNoSlotIsNone()
    {
        _ = _machine.AddPrivateSlot(0, 0x10, 4, Hva0);
        _machine.AddSlot(1, 0x20, 4, Hva0);
        _machine.AddSlot(0, 0x12, 4, Hva0, space: 1);
        ulong seq = Kvm.MmuInvalidateSeq;
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x40, 4));
        Assert.Equal(seq, Kvm.MmuInvalidateSeq);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x00, 0x40));
        Assert.Equal(seq + 1, Kvm.MmuInvalidateSeq);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 0x10));
        Assert.Equal(seq + 1, Kvm.MmuInvalidateSeq);
        // All but the last are so already.
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x20, 0x25));
        Assert.True(Kvm.MemIsPrivate(new Gfn(0x44)));
        Assert.False(Kvm.MemIsPrivate(new Gfn(0x45)));
        Assert.Equal(seq + 2, Kvm.MmuInvalidateSeq);
    }

    [Theory]
    [InlineData(0x200ul, 1ul, true)]
    [InlineData(0x3fful, 1ul, true)]
    [InlineData(0x200ul, 0x200ul, false)]
    [InlineData(0x1fful, 1ul, false)]
    [InlineData(0x400ul, 1ul, false)]
    [InlineData(0x1fful, 0x202ul, false)]
    public void LargePage_IsMixedWhenItsFramesAreNotOfOneKind_WhateverItsNeighboursAre(ulong gfn, ulong count, bool mixed)
    {
        _machine.AddSlot(0, 0, 0x800, Hva0);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(gfn, count));
        Assert.Equal(mixed, Kvm.HasMixedAttributes(new Gfn(0x2aa), 9));
        Assert.True(Kvm.HasMixedAttributes(new Gfn(0x2aa), 18));
    }

    [Fact]
    public void E17_LargePage_MustLieInTheSlot_BeAlignedAlike_AndNotBeLogged()
    {
        _machine.AddSlot(0, 0x200, 0x400, 0x400000);
        _machine.AddSlot(1, 0x800, 0x3ff, 0x800000);
        _machine.AddSlot(2, 0x1000, 0x200, 0x1001000);
        Assert.Equal(Errno.Ok, _machine.SetSlot(3, 0x2000, 0x200, 0x2000000, MemslotFlags.LogDirtyPages));
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(4, 0x4000, 0x200, 0x4001000, Kvm.CreateGuestMemfd(0x200 * Page).Value));
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x4000, 0x200));
        using (Kvm.Srcu.Read())
        {
            Assert.Equal((9, 9), (Order(0x200), Order(0x5ff)));
            Assert.Equal((9, 0), (Order(0x800), Order(0xa00)));
            Assert.Equal(0, Order(0x1000));
            Assert.Equal(0, Order(0x2000));
            // Of private memory, the place in the file counts, not that in the process.
            Assert.Equal(9, Order(0x4000));
        }
    }

    [Fact]
    public void Populate_WithWrongArguments_SaysSo()
    {
        _machine.Map(Hva0, 4);
        _ = _machine.AddPrivateSlot(0, 0x10, 4, Hva0);
        _machine.AddSlot(1, 0x20, 4, Hva0);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 2));
        Assert.Equal(Errno.EINVAL, Populate(0x10, Hva0, 0).Error);
        Assert.Equal(Errno.EINVAL, Populate(0x10, Hva0, ulong.MaxValue).Error);
        Assert.Equal(Errno.EINVAL, Populate(0x10, Hva0 + 1, 1).Error);
        Assert.Equal(Errno.EINVAL, Populate(0x20, Hva0, 1).Error);
        Assert.Equal(Errno.EINVAL, Populate(0x80, Hva0, 1).Error);
        Assert.Equal(Errno.EINVAL, Populate(0x12, Hva0, 1).Error);
        Assert.Equal(Errno.EFAULT, Populate(0x10, 0x900000, 1).Error);
        // What was done before the first error counts.
        Assert.Equal(2ul, Populate(0x10, Hva0, 4).Value);
    }

    [Fact]
    public void Populate_InterruptedOrWithoutItsFile_SaysSo()
    {
        _machine.Map(Hva0, 4);
        int fd = Kvm.CreateGuestMemfd(4 * Page).Value;
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(0, 0x10, 4, Hva0, fd));
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 4));
        GuestMemfd file = _machine.File(fd);
        file.Signal();
        Assert.Equal(Errno.EINTR, Populate(0x10, Hva0, 2).Error);
        Assert.Equal(1ul, Kvm.GmemPopulate(new Gfn(0x10), new Hva(Hva0), 2, (_, _, _, _) => { file.Signal(); return Errno.Ok; }).Value);
        Assert.Equal(Errno.EIO, Kvm.GmemPopulate(new Gfn(0x11), null, 2, static (_, _, _, content) => content is null ? Errno.EIO : Errno.Ok).Error);
        Assert.Equal(Errno.Ok, _machine.Mm.Files.Close(fd));
        Assert.Equal(Errno.EFAULT, Populate(0x10, Hva0, 1).Error);
    }

    [Fact]
    public void Populate_FaultsItsSourceInBeforeItLocksTheFile_UnderTheSlotsLock()
    {
        _machine.Map(Hva0, 1);
        GuestMemfd file = _machine.AddPrivateSlot(0, 0x10, 1, Hva0);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 1));
        bool held = false;
        Assert.Equal(1ul, Kvm.GmemPopulate(new Gfn(0x10), new Hva(Hva0), 1, (kvm, _, _, _) =>
        {
            held = _machine.Lockdep.Holds(file.InvalidateLock) && _machine.Lockdep.Holds(kvm.SlotsLock) && !_machine.Lockdep.HoldsAny(kvm.Mm.MmapLock);
            return Errno.Ok;
        }).Value);
        Assert.True(held);
        Assert.Contains("slots_lock -> mmap_lock", _machine.Lockdep.Order);
        Assert.Contains("slots_lock -> invalidate_lock", _machine.Lockdep.Order);
        Assert.DoesNotContain("invalidate_lock -> mmap_lock", _machine.Lockdep.Order);
    }

    private Result<ulong> Populate(ulong gfn, ulong source, ulong count) => Kvm.GmemPopulate(new Gfn(gfn), new Hva(source), count, static (_, _, page, content) =>
    {
        page.Content = content!.Value;
        return Errno.Ok;
    });

    private int Order(ulong gfn) => Kvm.MaxMappingOrder(Kvm.GfnToMemslot(new Gfn(gfn))!, new Gfn(gfn));

    /// <summary>Frames 0x10 to 0x13 have the first four pages of a file, 0x20 to 0x23 the next four; two more are nobody's.</summary>
    private (GuestMemfd File, Vcpu Vcpu) TwoSlotsOnOneFile()
    {
        int fd = Kvm.CreateGuestMemfd(10 * Page).Value;
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(0, 0x10, 4, Hva0, fd));
        Assert.Equal(Errno.Ok, _machine.SetPrivateSlot(1, 0x20, 4, Hva0, fd, firstPage: 4));
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 0x20));
        Vcpu vcpu = _machine.AddVcpu();
        foreach (ulong gfn in new ulong[] { 0x12, 0x13, 0x20, 0x21 }) Assert.True(vcpu.Write(new Gfn(gfn).Address, gfn).IsDone);
        return (_machine.File(fd), vcpu);
    }
}
