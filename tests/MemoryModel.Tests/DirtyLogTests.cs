using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

public sealed class DirtyLogTests
{
    private const ulong Page = PageSize.Bytes;
    private const ulong Pages = 100;
    private const ulong Hva0 = 0x100000;

    [Fact]
    public void D095_EveryWriteIsInThisLogOrTheNext()
    {
        (Machine machine, Vcpu vcpu) = Logged();
        var random = new Random(95);
        var written = new ulong[Pages];
        for (ulong iteration = 1; iteration < 20; iteration++)
        {
            for (int i = 0; i < 30; i++)
            {
                ulong page = (ulong)random.Next((int)Pages);
                written[page] = iteration;
                Assert.True(vcpu.Write(Gpa(page), iteration).IsDone);
            }
            ulong[] log = machine.Kvm.GetDirtyLog(0).Value;
            for (ulong page = 0; page < Pages; page++) Assert.Equal(written[page] == iteration, IsSet(log, page));
            machine.Check();
        }
    }

    [Fact]
    public void D097_LastWordThatIsNotFull_IsRight()
    {
        (Machine machine, Vcpu vcpu) = Logged();
        Assert.True(vcpu.Write(Gpa(Pages - 1), 1).IsDone);
        ulong[] log = machine.Kvm.GetDirtyLog(0).Value;
        Assert.Equal((2, 1ul << (int)((Pages - 1) % 64)), (log.Length, log[1]));
    }

    [Fact]
    public void D098_ManualProtect_ReadingDoesNotClear_ClearingNoticesTheNextWrite()
    {
        (Machine machine, Vcpu vcpu) = Logged(DirtyLogProtect.Manual);
        Assert.True(vcpu.Write(Gpa(3), 1).IsDone);
        Assert.True(IsSet(machine.Kvm.GetDirtyLog(0).Value, 3));
        ulong[] log = machine.Kvm.GetDirtyLog(0).Value;
        Assert.True(IsSet(log, 3));
        Assert.Equal(Errno.Ok, machine.Kvm.ClearDirtyLog(0, 0, Pages, [ulong.MaxValue, ulong.MaxValue]));
        Assert.False(IsSet(machine.Kvm.GetDirtyLog(0).Value, 3));
        machine.Check();
        Assert.True(vcpu.Write(Gpa(3), 2).IsDone);
        Assert.True(IsSet(machine.Kvm.GetDirtyLog(0).Value, 3));
    }

    [Theory]
    [InlineData(1ul, 64ul)]
    [InlineData(0ul, 10ul)]
    [InlineData(64ul, 64ul)]
    [InlineData(128ul, 64ul)]
    public void ClearOfFramesThatAreNotAlignedOrNotThere_IsInvalid(ulong first, ulong count)
    {
        (Machine machine, _) = Logged(DirtyLogProtect.Manual);
        Assert.Equal(Errno.EINVAL, machine.Kvm.ClearDirtyLog(0, first, count, [ulong.MaxValue, ulong.MaxValue]));
    }

    [Fact]
    public void ClearUpToTheEndOfTheSlot_NeedNotBeAligned()
    {
        (Machine machine, _) = Logged(DirtyLogProtect.Manual);
        Assert.Equal(Errno.Ok, machine.Kvm.ClearDirtyLog(0, 64, Pages - 64, [ulong.MaxValue]));
    }

    [Fact]
    public void InitiallySet_BeginsWithEveryPage()
    {
        (Machine machine, _) = Logged(DirtyLogProtect.Manual | DirtyLogProtect.InitiallySet);
        ulong[] log = machine.Kvm.GetDirtyLog(0).Value;
        for (ulong page = 0; page < Pages; page++) Assert.True(IsSet(log, page));
    }

    [Fact]
    public void D100_NotLogged_NoSlot_BadNumbers_Ring_HaveTheirErrors()
    {
        var machine = new Machine();
        machine.AddSlot(0, 0x10, 4, Hva0);
        Assert.Equal(Errno.ENOENT, machine.Kvm.GetDirtyLog(0).Error);
        Assert.Equal(Errno.ENOENT, machine.Kvm.GetDirtyLog(5).Error);
        Assert.Equal(Errno.EINVAL, machine.Kvm.GetDirtyLog(2 << 16).Error);
        Assert.Equal(Errno.EINVAL, machine.Kvm.GetDirtyLog(40000).Error);
        var ring = new Machine(self => new Kvm(self.Mm) { DirtyRingOnly = true });
        Assert.Equal(Errno.ENXIO, ring.Kvm.GetDirtyLog(0).Error);
    }

    [Fact]
    public void D101_DataDroppedByTheHost_GuestReadsZeroWithoutAnExit_AndWritesAnew()
    {
        (Machine machine, Vcpu vcpu) = Logged();
        Assert.True(vcpu.Write(Gpa(0), 5).IsDone);
        Assert.Equal(Errno.Ok, machine.Mm.Madvise(HvaRange.FromStartLength(new Hva(Hva0), Page), Advice.DontNeed));
        RunResult read = vcpu.Read(Gpa(0));
        Assert.True(read.IsDone);
        Assert.Equal(0ul, read.Value);
        Assert.True(vcpu.Write(Gpa(0), 6).IsDone);
        Assert.Equal(6ul, machine.Mm.Read(new Hva(Hva0)).Value);
    }

    [Fact]
    public void D104_ReadsAndFetches_MarkNothing()
    {
        (Machine machine, Vcpu vcpu) = Logged();
        Assert.Equal(Errno.Ok, machine.Mm.Write(new Hva(Hva0), 1));
        Assert.True(vcpu.Read(Gpa(0)).IsDone);
        Assert.True(vcpu.Run(new GuestAccess(Gpa(1), AccessKind.Fetch)).IsDone);
        Assert.All(machine.Kvm.GetDirtyLog(0).Value, word => Assert.Equal(0ul, word));
    }

    [Fact]
    public void D110_ReadOnlyAndLogged_WriteIsMmio_AndMarksNothing()
    {
        var machine = new Machine();
        machine.Map(Hva0, Pages);
        Assert.Equal(Errno.Ok, machine.SetSlot(0, 0x10, Pages, Hva0, MemslotFlags.ReadOnly | MemslotFlags.LogDirtyPages));
        Vcpu vcpu = machine.AddVcpu();
        Assert.Equal(ExitReason.Mmio, vcpu.Write(Gpa(0), 1).Exit);
        Assert.All(machine.Kvm.GetDirtyLog(0).Value, word => Assert.Equal(0ul, word));
    }

    [Fact]
    public void LogSwitchedOnLater_WritableMappingsAreProtected_AndSwitchedOff_TheBitmapIsGone()
    {
        var machine = new Machine();
        machine.Map(Hva0, Pages);
        machine.AddSlot(0, 0x10, Pages, Hva0);
        Vcpu vcpu = machine.AddVcpu();
        Assert.True(vcpu.Write(Gpa(0), 1).IsDone);
        Assert.Equal(Errno.Ok, machine.SetSlot(0, 0x10, Pages, Hva0, MemslotFlags.LogDirtyPages));
        machine.Check();
        Assert.True(vcpu.Write(Gpa(0), 2).IsDone);
        Assert.True(IsSet(machine.Kvm.GetDirtyLog(0).Value, 0));
        Assert.Equal(Errno.Ok, machine.SetSlot(0, 0x10, Pages, Hva0));
        Assert.Equal(Errno.ENOENT, machine.Kvm.GetDirtyLog(0).Error);
    }

    [Fact]
    public void KernelsOwnWrites_AreLogged()
    {
        (Machine machine, _) = Logged();
        using (machine.Kvm.Srcu.Read()) Assert.Equal(Errno.Ok, machine.Kvm.WriteGuest(new Gfn(0x12), [7]));
        Assert.True(IsSet(machine.Kvm.GetDirtyLog(0).Value, 2));
    }

    [Fact]
    public void D112_ClearedWithoutAFlush_UseThroughACachedTranslationMayGoUnmarked()
    {
        (Machine machine, Vcpu vcpu) = Logged();
        Assert.True(vcpu.Write(Gpa(0), 1).IsDone);
        Assert.True(machine.Mm.ClearYoung(new Hva(Hva0)));
        Assert.True(vcpu.Read(Gpa(0)).IsDone);
        Assert.False(machine.Mm.TestYoung(new Hva(Hva0)));
        Assert.True(vcpu.Tlb.Holds(new Gfn(0x10)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void D113_E16_ClearedAndFlushed_NextUseIsMarkedAgain_WithAccessedBitsAndWithout(bool accessedBits)
    {
        var machine = new Machine(self => new Kvm(self.Mm) { UsesAccessedBits = accessedBits });
        machine.Map(Hva0, Pages);
        machine.AddSlot(0, 0x10, Pages, Hva0);
        Vcpu vcpu = machine.AddVcpu();
        for (ulong page = 0; page < Pages; page++) Assert.True(vcpu.Write(Gpa(page), 1).IsDone);
        for (ulong page = 0; page < Pages; page++) Assert.True(machine.Mm.ClearFlushYoung(new Hva(Hva0 + (page * Page))));
        for (ulong page = 0; page < Pages; page++) Assert.False(machine.Mm.TestYoung(new Hva(Hva0 + (page * Page))));
        Assert.Equal(1ul, vcpu.Read(Gpa(7)).Value);
        for (ulong page = 0; page < Pages; page++) Assert.Equal(page == 7, machine.Mm.TestYoung(new Hva(Hva0 + (page * Page))));
        machine.Check();
    }

    private static (Machine Machine, Vcpu Vcpu) Logged(DirtyLogProtect protect = DirtyLogProtect.None)
    {
        var machine = new Machine(self => new Kvm(self.Mm) { DirtyLogProtect = protect });
        machine.Map(Hva0, Pages);
        Assert.Equal(Errno.Ok, machine.SetSlot(0, 0x10, Pages, Hva0, MemslotFlags.LogDirtyPages));
        return (machine, machine.AddVcpu());
    }

    private static bool IsSet(ulong[] log, ulong page) => (log[page / 64] >> (int)(page % 64) & 1) != 0;

    private static Gpa Gpa(ulong page) => new Gfn(0x10 + page).Address;
}
