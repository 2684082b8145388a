using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Facts;

/// <summary>The dirty log at its edges.</summary>
public sealed class DirtyLogFactsTests
{
    private const ulong Page = Machine.Page;
    private const ulong Pages = 130;
    private const ulong Hva0 = 0x200000;

    [Fact]
    public void Errors_ComeInTheirOrder()
    {
        Machine ring = Make(DirtyLogProtect.Manual, ring: true);
        Assert.Equal(Errno.ENXIO, ring.Kvm.GetDirtyLog(9 << 16).Error);
        Assert.Equal(Errno.ENXIO, ring.Kvm.ClearDirtyLog(9 << 16, 1, 1, []));
        Kvm kvm = Make(DirtyLogProtect.Manual).Kvm;
        // The alignment of the first page before the slot, the rest of the range after it.
        Assert.Equal(Errno.EINVAL, kvm.ClearDirtyLog(5, 1, 64, [0]));
        Assert.Equal(Errno.ENOENT, kvm.ClearDirtyLog(5, 0, 1, [0]));
        Assert.Equal(Errno.EINVAL, kvm.ClearDirtyLog(2 << 16, 0, 64, [0]));
        Assert.Equal(Errno.EINVAL, kvm.ClearDirtyLog(32764, 0, 64, [0]));
        Assert.Equal(Errno.ENOENT, kvm.ClearDirtyLog(1 << 16, 0, 64, [0]));
    }

    [Theory]
    [InlineData(0ul, 130ul, true)]
    [InlineData(0ul, 128ul, true)]
    [InlineData(64ul, 66ul, true)]
    [InlineData(128ul, 2ul, true)]
    [InlineData(128ul, 1ul, false)]
    [InlineData(128ul, 3ul, false)]
    [InlineData(128ul, 64ul, false)]
    [InlineData(192ul, 0ul, false)]
    [InlineData(0ul, 129ul, false)]
    [InlineData(0ul, 192ul, false)]
    [InlineData(64ul, ulong.MaxValue, false)]
    [InlineData(64ul, ulong.MaxValue - 63, false)]
    [InlineData(ulong.MaxValue - 63, 64ul, false)]
    [InlineData(0ul, 0ul, true)]
    public void Clear_TakesRangesOfSixtyFour_OrUpToTheEnd_InsideTheSlot(ulong first, ulong count, bool isFine) =>
        Assert.Equal(isFine ? Errno.Ok : Errno.EINVAL, Make(DirtyLogProtect.Manual).Kvm.ClearDirtyLog(0, first, count, new ulong[3]));

    [Fact]
    public void Clear_ProtectsOnlyWhatWasMarked_AndBitsBeyondTheSlotDoNoHarm()
    {
        Machine machine = Make(DirtyLogProtect.Manual);
        Vcpu vcpu = machine.AddVcpu();
        foreach (ulong page in new ulong[] { 0, 1, 129 }) Assert.True(vcpu.Write(Gpa(page), 1).IsDone);
        Assert.Equal(Errno.Ok, machine.Kvm.ClearDirtyLog(0, 0, Pages, [1ul << 1, 0, ulong.MaxValue]));
        Assert.Equal((true, false, false), (Writable(machine, 0), Writable(machine, 1), Writable(machine, 129)));
        Assert.Equal([1ul, 0ul, 0ul], machine.Kvm.GetDirtyLog(0).Value);
        long flushes = vcpu.Tlb.Flushes;
        Assert.Equal(Errno.Ok, machine.Kvm.ClearDirtyLog(0, 0, Pages, [1ul << 1, ulong.MaxValue, ulong.MaxValue]));
        Assert.True(vcpu.Read(Gpa(0)).IsDone);
        // The one that was due before; none for bits that were not set.
        Assert.Equal(flushes + 1, vcpu.Tlb.Flushes);
        machine.Check();
    }

    [Fact]
    public void LogOfOneAddressSpace_IsNotThatOfTheOther()
    {
        Machine machine = Make(DirtyLogProtect.None);
        Assert.Equal(Errno.Ok, machine.SetSlot(0, 0x1000, Pages, Hva0, MemslotFlags.LogDirtyPages, space: 1));
        Vcpu vcpu = machine.AddVcpu();
        vcpu.InSmm = true;
        Assert.True(vcpu.Write(new Gfn(0x1000 + 65).Address, 1).IsDone);
        Assert.Equal([0ul, 0ul, 0ul], machine.Kvm.GetDirtyLog(0).Value);
        Assert.Equal([0ul, 2ul, 0ul], machine.Kvm.GetDirtyLog(1 << 16).Value);
        Assert.Equal([0ul, 0ul, 0ul], machine.Kvm.GetDirtyLog(1 << 16).Value);
        machine.Check();
    }

    [Fact]
    public void InitiallySet_HasNoBitBeyondTheSlot_AndASlotLoggedLaterBeginsSoToo()
    {
        Machine machine = Make(DirtyLogProtect.Manual | DirtyLogProtect.InitiallySet);
        Assert.Equal([ulong.MaxValue, ulong.MaxValue, 3ul], machine.Kvm.GetDirtyLog(0).Value);
        machine.AddSlot(1, 0x1000, 3, Hva0);
        Assert.Equal(Errno.Ok, machine.SetSlot(1, 0x1000, 3, Hva0, MemslotFlags.LogDirtyPages));
        Assert.Equal([7ul], machine.Kvm.GetDirtyLog(1).Value);
        // Without manual protection the flag means nothing.
        Assert.Equal([0ul, 0ul, 0ul], Make(DirtyLogProtect.InitiallySet).Kvm.GetDirtyLog(0).Value);
    }

    [Fact]
    public void WriteThroughTheProcess_IsNotTheGuests_AndIsNotLogged()
    {
        Machine machine = Make(DirtyLogProtect.None);
        Assert.Equal(Errno.Ok, machine.Mm.Write(new Hva(Hva0), 1));
        Assert.Equal([0ul, 0ul, 0ul], machine.Kvm.GetDirtyLog(0).Value);
    }

    [Fact]
    public void PageSwappedOutAndWrittenAgain_IsLogged()
    {
        Machine machine = Make(DirtyLogProtect.None);
        Vcpu vcpu = machine.AddVcpu();
        Assert.True(vcpu.Write(Gpa(0), 1).IsDone);
        _ = machine.Kvm.GetDirtyLog(0);
        _ = machine.Mm.SwapOut(new Hva(Hva0));
        Assert.Equal(Errno.Ok, machine.Mm.SwapOut(new Hva(Hva0)));
        Assert.Equal(1ul, vcpu.Read(Gpa(0)).Value);
        Assert.Equal(0ul, machine.Kvm.GetDirtyLog(0).Value[0]);
        Assert.True(vcpu.Write(Gpa(0), 2).IsDone);
        Assert.Equal(1ul, machine.Kvm.GetDirtyLog(0).Value[0]);
        machine.Check();
    }

    private static Machine Make(DirtyLogProtect protect, bool ring = false)
    {
        var machine = new Machine(self => new Kvm(self.Mm) { DirtyLogProtect = protect, DirtyRingOnly = ring });
        machine.Map(Hva0, Pages);
        Assert.Equal(Errno.Ok, machine.SetSlot(0, 0x10, Pages, Hva0, MemslotFlags.LogDirtyPages));
        return machine;
    }

    private static bool Writable(Machine machine, ulong page)
    {
        using (machine.Kvm.MmuLock.Read()) return machine.Kvm.Roots()[0].EntryOf(new Gfn(0x10 + page)).IsWritable;
    }

    private static Gpa Gpa(ulong page) => new Gfn(0x10 + page).Address;
}
