using MemoryModel.Memory;
using MemoryModel.Mmu;

namespace MemoryModel.Tests.Facts;

/// <summary>Memory that processes share, and memory that may not be touched.</summary>
public sealed class SharedMemoryFactsTests
{
    private const ulong Page = Machine.Page;
    private const ulong Hva0 = 0x200000;
    private static readonly Hva s_first = new(Hva0);
    private readonly Machine _machine = new();

    private Mm Mm => _machine.Mm;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SharedAnonymousMemory_IsTheSameInAChild_TouchedBeforeTheForkOrNot(bool touched)
    {
        _machine.Map(Hva0, 2, VmaFlags.ReadWrite | VmaFlags.Shared);
        if (touched) Assert.Equal(Errno.Ok, Mm.Write(s_first, 1));
        Mm child = Mm.Fork().Value;
        Assert.Equal(Errno.Ok, new Mirror(child).Write(s_first, [2]));
        Assert.Equal(2ul, Mm.Read(s_first).Value);
        Assert.Equal(Errno.Ok, Mm.Write(s_first, 3));
        Assert.Equal(3ul, child.Read(s_first).Value);
        Mm.Exit();
        Assert.Equal(3ul, child.Read(s_first).Value);
        child.Exit();
        Assert.Equal(0, _machine.Memory.LivePages);
    }

    [Fact]
    public void SharedAnonymousMemory_KeepsItsContentThroughDontNeed_AndIsGoneWithItsMapping()
    {
        Hva at = Mm.Mmap(2 * Page, VmaFlags.ReadWrite | VmaFlags.Shared).Value;
        Assert.Equal(Errno.Ok, Mm.Write(at + Page, 4));
        Assert.Equal(Errno.Ok, Mm.Madvise(HvaRange.FromStartLength(at, 2 * Page), Advice.DontNeed));
        Assert.Equal((0ul, 4ul), (Mm.Read(at).Value, Mm.Read(at + Page).Value));
        Assert.Equal(Errno.Ok, Mm.Munmap(HvaRange.FromStartLength(at, Page)));
        Assert.Equal(4ul, Mm.Read(at + Page).Value);
        Assert.Equal(Errno.Ok, Mm.Munmap(HvaRange.FromStartLength(at, 2 * Page)));
        Assert.Equal(0, _machine.Memory.LivePages);
    }

    [Fact]
    public void GuestOnSharedAnonymousMemory_AndAChild_SeeEachOthersWrites()
    {
        _machine.Map(Hva0, 1, VmaFlags.ReadWrite | VmaFlags.Shared);
        _machine.AddSlot(0, 0x10, 1, Hva0);
        Vcpu vcpu = _machine.AddVcpu();
        Assert.True(vcpu.Write(new Gfn(0x10).Address, 1).IsDone);
        Mm child = Mm.Fork().Value;
        _machine.Check();
        Assert.Equal(1ul, child.Read(s_first).Value);
        Assert.Equal(Errno.Ok, child.Write(s_first, 2));
        Assert.Equal(2ul, vcpu.Read(new Gfn(0x10).Address).Value);
        Assert.True(vcpu.Write(new Gfn(0x10).Address, 3).IsDone);
        Assert.Equal(3ul, child.Read(s_first).Value);
        _machine.Check();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoAccess_IsAFaultForProcessMirrorAndGuest_TouchedBeforeOrNot_UntilItIsAllowedAgain(bool touched)
    {
        _machine.Map(Hva0, 2);
        _machine.AddSlot(0, 0x10, 2, Hva0);
        Vcpu vcpu = _machine.AddVcpu();
        var mirror = new Mirror(Mm);
        if (touched)
        {
            Assert.True(vcpu.Write(new Gfn(0x11).Address, 7).IsDone);
            Assert.Equal(Errno.Ok, mirror.Read(s_first, new ulong[2]));
        }
        HvaRange second = HvaRange.FromStartLength(s_first + Page, Page);
        Assert.Equal(Errno.Ok, Mm.Mprotect(second, VmaFlags.None));
        _machine.Check();
        ulong[] words = [1, 2];
        Assert.Equal(Errno.EFAULT, mirror.Read(s_first, words));
        Assert.Equal([1, 2], words);
        Assert.Equal(Errno.EFAULT, mirror.Write(s_first + Page, [1]));
        Assert.Equal((Errno.EFAULT, Errno.EFAULT), (Mm.Read(s_first + Page).Error, Mm.Write(s_first + Page, 1)));
        Assert.Equal(Errno.EFAULT, vcpu.Read(new Gfn(0x11).Address).Error);
        Assert.True(vcpu.Read(new Gfn(0x10).Address).IsDone);

        Assert.Equal(Errno.Ok, Mm.Mprotect(second, VmaFlags.Read));
        Assert.Equal(touched ? 7ul : 0, vcpu.Read(new Gfn(0x11).Address).Value);
        Assert.Equal(Errno.EPERM, mirror.Write(s_first + Page, [1]));
        Assert.Equal(Errno.Ok, Mm.Mprotect(second, VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, mirror.Write(s_first + Page, [8]));
        Assert.Equal(8ul, vcpu.Read(new Gfn(0x11).Address).Value);
        _machine.Check();
    }

    [Fact]
    public void MappingThatMayOnlyBeWritten_CanBeWritten_TouchedBeforeOrNot()
    {
        _machine.Map(Hva0, 2);
        Assert.Equal(Errno.Ok, Mm.Write(s_first, 1));
        Assert.Equal(Errno.Ok, Mm.Mprotect(HvaRange.FromStartLength(s_first, 2 * Page), VmaFlags.Write));
        Assert.Equal((Errno.Ok, Errno.Ok), (Mm.Write(s_first, 2), Mm.Write(s_first + Page, 3)));
        Assert.Equal(Errno.Ok, Mm.Mprotect(HvaRange.FromStartLength(s_first, 2 * Page), VmaFlags.Read));
        Assert.Equal((2ul, 3ul), (Mm.Read(s_first).Value, Mm.Read(s_first + Page).Value));
    }

    [Fact]
    public void EverySlotThatThereCanBe_CanBeMade_AndOneMoreCannot()
    {
        const int All = 32764;
        for (int i = 0; i < All; i++) _machine.AddSlot(i, (ulong)i * 512, 512, (ulong)i << 21);
        _machine.Check();
        using (_machine.Kvm.Srcu.Read()) Assert.Equal(All, _machine.Kvm.Memslots().Count);
        Assert.Equal(Errno.EINVAL, _machine.SetSlot(All, All * 512ul, 512, 0));
        Assert.Equal(Errno.EEXIST, _machine.SetSlot(All - 1, (All - 2) * 512ul, 512, (All - 1ul) << 21));
    }
}
