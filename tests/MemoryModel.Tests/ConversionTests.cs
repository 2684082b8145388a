using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;

namespace MemoryModel.Tests;

/// <summary>Memory that goes from shared to private and back.</summary>
public sealed class ConversionTests
{
    private const ulong Page = PageSize.Bytes;
    private const ulong Large = 512;
    private const ulong Base = 0x200;
    private const ulong Pages = Large + 1;
    private const ulong Hva0 = 0x200000;
    private const FallocateMode Punch = FallocateMode.KeepSize | FallocateMode.PunchHole;
    private readonly Machine _machine = new();
    private readonly GuestMemfd _file;
    private readonly Vcpu _vcpu;

    public ConversionTests()
    {
        _machine.Map(Hva0, 2 * Large);
        _file = _machine.AddPrivateSlot(0, Base, 2 * Large, Hva0);
        _vcpu = _machine.AddVcpu();
    }

    [Fact]
    public void D070_D071_OnePagePrivate_HostKeepsTheOldContent_GuestHasItsOwn()
    {
        Fill(1);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base + 3, 1));
        Assert.True(_vcpu.Write(Gpa(3), 2).IsDone);
        Assert.Equal(1ul, Host(3));
        Assert.Equal(2ul, _vcpu.Read(Gpa(3)).Value);
        for (ulong page = 0; page < 8; page++) Assert.Equal(page == 3 ? 2ul : 1ul, _vcpu.Read(Gpa(page)).Value);
        _machine.Check();
    }

    [Fact]
    public void D073_OddPagesBackToShared_OddSeeTheHosts_EvenStayPrivate()
    {
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base, 8));
        for (ulong page = 0; page < 8; page++) Assert.True(_vcpu.Write(Gpa(page), 2).IsDone);
        for (ulong page = 1; page < 8; page += 2)
        {
            Assert.Equal(Errno.Ok, _machine.SetPrivate(Base + page, 1, isPrivate: false));
            Assert.Equal(Errno.Ok, _machine.Mm.Write(new Hva(Hva0 + (page * Page)), 3));
        }
        for (ulong page = 0; page < 8; page++) Assert.Equal(page % 2 == 1 ? 3ul : 2ul, _vcpu.Read(Gpa(page)).Value);
        _machine.Check();
    }

    [Theory]
    [InlineData(0ul, 1ul)]
    [InlineData(0ul, Large)]
    [InlineData(1ul, 1ul)]
    [InlineData(1ul, Large)]
    [InlineData(Large, 1ul)]
    public void D074_HeadTailAndMixedRanges_EachFrameHasItsKind(ulong first, ulong count)
    {
        Fill(1);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base + first, count));
        for (ulong page = first; page < first + count; page += 61) Assert.True(_vcpu.Write(Gpa(page), 2).IsDone);
        for (ulong page = 0; page < Pages; page++)
        {
            bool inside = page >= first && page < first + count;
            Assert.Equal(inside, _machine.Kvm.MemIsPrivate(new Gfn(Base + page)));
            if (!inside || (page - first) % 61 == 0) Assert.Equal(inside ? 2ul : 1ul, _vcpu.Read(Gpa(page)).Value);
        }
        bool mixed = count % Large != 0 || first % Large != 0;
        Assert.Equal(mixed && first < Large, _machine.Kvm.HasMixedAttributes(new Gfn(Base), 9));
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base + first, count, isPrivate: false));
        for (ulong page = first; page < first + count; page += 61) Assert.Equal(1ul, _vcpu.Read(Gpa(page)).Value);
        _machine.Check();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void D076_D077_PunchedWithoutAChangeOfAttributes_GuestReadsZero(bool allFaulted)
    {
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base, 8));
        for (ulong page = 0; page < 8; page++)
        {
            if (allFaulted || page == 4) Assert.True(_vcpu.Write(Gpa(page), 9).IsDone);
        }
        Assert.Equal(Errno.Ok, _file.Fallocate(Punch, 4 * Page, Page));
        _machine.Check();
        Assert.Equal(0ul, _vcpu.Read(Gpa(4)).Value);
        if (allFaulted) Assert.Equal(9ul, _vcpu.Read(Gpa(5)).Value);
    }

    [Fact]
    public void D079_HypercallToConvert_ExitsWithTheRange_AndTheAnswerResumesTheGuest()
    {
        RunResult exit = _vcpu.MapGpaRange(Gpa(2), 3, isPrivate: true);
        Assert.Equal((ExitReason.Hypercall, Gpa(2), 3 * Page, true), (exit.Exit, _vcpu.Exit.Gpa, _vcpu.Exit.Size, _vcpu.Exit.IsPrivate));
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base + 2, 3));
        Assert.Equal(0ul, _vcpu.CompleteHypercall(0).Value);
        Assert.True(_vcpu.Write(Gpa(2), 1).IsDone);
    }

    [Fact]
    public void D080_PrivateAccessAfterTheSlotIsGone_IsAMemoryFault()
    {
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base, 2));
        Assert.True(_vcpu.Write(Gpa(1), 1).IsDone);
        Assert.Equal(Errno.Ok, _machine.Delete(0));
        RunResult result = _vcpu.Read(Gpa(1));
        Assert.Equal((Errno.EFAULT, ExitReason.MemoryFault), (result.Error, result.Exit));
        Assert.Equal((Gpa(1), Page, true), (_vcpu.Exit.Gpa, _vcpu.Exit.Size, _vcpu.Exit.IsPrivate));
    }

    [Fact]
    public void PrivateFrameOfASlotWithoutAFile_IsAMemoryFault()
    {
        _machine.Map(0x8000000, 4);
        _machine.AddSlot(1, 0x900, 4, 0x8000000);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x900, 1));
        RunResult result = _vcpu.Read(new Gfn(0x900).Address);
        Assert.Equal((Errno.EFAULT, ExitReason.MemoryFault, true), (result.Error, result.Exit, _vcpu.Exit.IsPrivate));
        Assert.Equal(0, _file.PageCount);
    }

    public static TheoryData<Gpa, ulong, ulong, ulong> WrongAttributes => new()
    {
        { new Gpa(0), Page, 8, 1 },
        { new Gpa(0), Page, 1, 0 },
        { new Gpa(0), Page, 16, 0 },
        { new Gpa(0), 0, 8, 0 },
        { new Gpa(1), Page, 8, 0 },
        { new Gpa(0), Page + 1, 8, 0 },
        { new Gpa(ulong.MaxValue - Page + 1), 2 * Page, 8, 0 },
    };

    [Theory]
    [MemberData(nameof(WrongAttributes))]
    public void D083_WrongArguments_AreInvalid(Gpa gpa, ulong size, ulong attributes, ulong flags) =>
        Assert.Equal(Errno.EINVAL, _machine.Kvm.SetMemoryAttributes(gpa, size, (MemoryAttributes)attributes, flags));

    [Fact]
    public void D085_AttributesWhereNoSlotIs_AreSeenByASlotMadeLater()
    {
        ulong seq = _machine.Kvm.MmuInvalidateSeq;
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x4000, 300));
        Assert.Equal(seq, _machine.Kvm.MmuInvalidateSeq);
        _machine.Map(0x40000000, Large);
        GuestMemfd late = _machine.AddPrivateSlot(7, 0x4000, Large, 0x40000000);
        Assert.True(_vcpu.Write(new Gfn(0x4000).Address, 1).IsDone);
        Assert.True(_vcpu.Write(new Gfn(0x4000 + 300).Address, 1).IsDone);
        Assert.Equal(1, late.PageCount);
        Assert.True(_machine.Kvm.HasMixedAttributes(new Gfn(0x4000), 9));
        using (_machine.Kvm.Srcu.Read()) Assert.Equal(0, _machine.Kvm.MaxMappingOrder(_machine.Kvm.GfnToMemslot(new Gfn(0x4000))!, new Gfn(0x4000)));
        _machine.Check();
    }

    [Fact]
    public void SameAttributesAgain_AreNoInvalidation()
    {
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base, 4));
        ulong seq = _machine.Kvm.MmuInvalidateSeq;
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base + 1, 3));
        Assert.Equal(seq, _machine.Kvm.MmuInvalidateSeq);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base + 1, 4));
        Assert.Equal(seq + 1, _machine.Kvm.MmuInvalidateSeq);
    }

    [Fact]
    public void PunchedHole_IsOneInvalidationForTheHole()
    {
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base, 8));
        for (ulong page = 0; page < 8; page++) Assert.True(_vcpu.Write(Gpa(page), 9).IsDone);
        ulong seq = _machine.Kvm.MmuInvalidateSeq;
        Assert.Equal(Errno.Ok, _file.Fallocate(Punch, 2 * Page, 3 * Page));
        Assert.Equal(seq + 1, _machine.Kvm.MmuInvalidateSeq);
        using (_machine.Kvm.MmuLock.Read())
        {
            ShadowRoot root = _machine.Kvm.Roots()[0];
            for (ulong page = 0; page < 8; page++) Assert.Equal(page is < 2 or >= 5, root.EntryOf(new Gfn(Base + page)).IsPresent);
        }
    }

    [Fact]
    public void E7_NotifierNeverTakesPrivateMappings_HoleNeverSharedOnes()
    {
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base, 1));
        Assert.True(_vcpu.Write(Gpa(0), 2).IsDone);
        Assert.True(_vcpu.Write(Gpa(1), 1).IsDone);
        Assert.Equal(Errno.Ok, _machine.Mm.Madvise(HvaRange.FromStartLength(new Hva(Hva0), 2 * Page), Advice.DontNeed));
        Assert.Equal((true, false), (IsMapped(0), IsMapped(1)));
        Assert.True(_vcpu.Write(Gpa(1), 1).IsDone);
        Assert.Equal(Errno.Ok, _file.Fallocate(Punch, 0, 2 * Page));
        Assert.Equal((false, true), (IsMapped(0), IsMapped(1)));
        _machine.Check();
    }

    [Fact]
    public void Populate_StopsAtTheFirstError_AndCountsWhatItDid()
    {
        Hva source = _machine.Mm.Mmap(4 * Page, VmaFlags.ReadWrite).Value;
        for (ulong i = 0; i < 4; i++) Assert.Equal(Errno.Ok, _machine.Mm.Write(source + (i * Page), 50 + i));
        static Errno Copy(Kvm kvm, Gfn gfn, HostPage page, ulong? content)
        {
            if (content is not { } word) return Errno.EINVAL;
            page.Content = word;
            return gfn.Value == Base + 2 ? Errno.EINTR : Errno.Ok;
        }

        Assert.Equal(Errno.EINVAL, _machine.Kvm.GmemPopulate(new Gfn(Base), source, 4, Copy).Error);
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base, 4));
        Assert.Equal(Errno.EINVAL, _machine.Kvm.GmemPopulate(new Gfn(Base), source, 0, Copy).Error);
        Assert.Equal(Errno.EINVAL, _machine.Kvm.GmemPopulate(new Gfn(Base), source + 1, 4, Copy).Error);
        Assert.Equal(2ul, _machine.Kvm.GmemPopulate(new Gfn(Base), source, 4, Copy).Value);
        Assert.Equal(Errno.EINTR, _machine.Kvm.GmemPopulate(new Gfn(Base + 2), source, 1, Copy).Error);
        Assert.Equal(Errno.EFAULT, _machine.Kvm.GmemPopulate(new Gfn(Base + 3), new Hva(0x7000_0000_0000), 1, Copy).Error);
        Assert.Equal(51ul, _vcpu.Read(Gpa(1)).Value);
        _machine.Check();
    }

    [Fact]
    public void D086_PrefaultInsideASlot_DoesAllOfIt()
    {
        Gpa gpa = Gpa(0);
        ulong size = Large * Page;
        Assert.Equal(Errno.Ok, _vcpu.PreFaultMemory(ref gpa, ref size));
        Assert.Equal((Gpa(Large), 0ul), (gpa, size));
        Assert.True(IsMapped(Large - 1));
    }

    [Fact]
    public void D088_D089_PrefaultOutsideSlots_FailsAndChangesNothing_AcrossTheEndItShrinks()
    {
        Gpa gpa = new Gfn(0x9000).Address;
        ulong size = 4 * Page;
        Assert.Equal(Errno.ENOENT, _vcpu.PreFaultMemory(ref gpa, ref size));
        Assert.Equal((new Gfn(0x9000).Address, 4 * Page), (gpa, size));
        gpa = Gpa((2 * Large) - 2);
        Assert.Equal(Errno.Ok, _vcpu.PreFaultMemory(ref gpa, ref size));
        Assert.Equal((Gpa(2 * Large), 2 * Page), (gpa, size));
    }

    [Fact]
    public void D091_PrefaultOfPrivateMemory_AllocatesIt_AndMarksNothingUsed()
    {
        Assert.Equal(Errno.Ok, _machine.SetPrivate(Base, 16));
        Gpa gpa = Gpa(0);
        ulong size = 16 * Page;
        Assert.Equal(Errno.Ok, _vcpu.PreFaultMemory(ref gpa, ref size));
        Assert.Equal(16, _file.PageCount);
        using (_machine.Kvm.MmuLock.Read()) Assert.False(_machine.Kvm.Roots()[0].EntryOf(new Gfn(Base)).IsAccessed);
    }

    [Theory]
    [InlineData(0ul, 0ul, 0ul)]
    [InlineData(1ul, Page, 0ul)]
    [InlineData(0ul, Page + 1, 0ul)]
    [InlineData(ulong.MaxValue - Page + 1, 2 * Page, 0ul)]
    [InlineData(0ul, Page, 1ul)]
    public void D092_PrefaultWithWrongArguments_IsInvalid(ulong at, ulong length, ulong flags)
    {
        var gpa = new Gpa(at);
        ulong size = length;
        Assert.Equal(Errno.EINVAL, _vcpu.PreFaultMemory(ref gpa, ref size, flags));
        Assert.Equal((new Gpa(at), length), (gpa, size));
    }

    [Fact]
    public void D092_PrefaultWithASignalPending_IsInterrupted()
    {
        _vcpu.Signal();
        Gpa gpa = Gpa(0);
        ulong size = Page;
        Assert.Equal(Errno.EINTR, _vcpu.PreFaultMemory(ref gpa, ref size));
        Assert.Equal(Page, size);
    }

    private bool IsMapped(ulong page)
    {
        using (_machine.Kvm.MmuLock.Read()) return _machine.Kvm.Roots()[0].EntryOf(new Gfn(Base + page)).IsPresent;
    }

    private void Fill(ulong value)
    {
        for (ulong page = 0; page < Pages; page++) Assert.Equal(Errno.Ok, _machine.Mm.Write(new Hva(Hva0 + (page * Page)), value));
    }

    private ulong Host(ulong page) => _machine.Mm.Read(new Hva(Hva0 + (page * Page))).Value;

    private static Gpa Gpa(ulong page) => new Gfn(Base + page).Address;
}
