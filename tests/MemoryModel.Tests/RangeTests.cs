using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Ranges;

namespace MemoryModel.Tests;

public sealed class RangeTests
{
    private const ulong Page = PageSize.Bytes;
    private readonly Machine _machine = new();
    private readonly List<string> _seen = [];

    private Kvm Kvm => _machine.Kvm;

    [Theory]
    [InlineData(0x2000ul, 0x2000ul)]
    [InlineData(0x2000ul, 0x1000ul)]
    public void D154_EndNotAboveStart_IsInvalidAndWarnedOfOnce(ulong start, ulong end)
    {
        HvaRange range = HvaRange.FromStartEnd(new Hva(start), new Hva(end));
        Assert.Equal(Errno.EINVAL, HvaRangeOperator.Apply(Kvm, range, Record));
        Assert.Equal(Errno.EINVAL, HvaRangeOperator.Apply(Kvm, range, Record));
        Assert.Single(Kvm.Log.Lines);
        Assert.Empty(_seen);
    }

    [Fact]
    public void D154_LengthThatWrapsAround_IsInvalid() =>
        Assert.Equal(Errno.EINVAL, HvaRangeOperator.Apply(Kvm, HvaRange.FromStartLength(new Hva(0x1000), ulong.MaxValue), Record));

    [Fact]
    public void D154_NoSlot_IsOkAndTheHandlerIsNotCalled()
    {
        Assert.Equal(Errno.Ok, HvaRangeOperator.Apply(Kvm, Range(0x1000, 0x9000), Record));
        Assert.Empty(_seen);
    }

    [Fact]
    public void D154_HandlerFailsOnSecondSlot_ThirdIsNotCalled()
    {
        ThreeSlots();
        int calls = 0;
        Errno error = HvaRangeOperator.Apply(Kvm, Range(0x100000, 0x200000), (Kvm _, in SlotGfnRange _) => ++calls == 2 ? Errno.ENOMEM : Errno.Ok);
        Assert.Equal(Errno.ENOMEM, error);
        Assert.Equal(2, calls);
        Assert.Empty(ModelTask.Current.Held);
    }

    [Fact]
    public void D154_HandlerFailsInFirstAddressSpace_SecondIsNotVisited()
    {
        _machine.AddSlot(0, 0, 4, 0x100000);
        _machine.AddSlot(0, 0, 4, 0x100000, space: 1);
        int calls = 0;
        Assert.Equal(Errno.EFAULT, HvaRangeOperator.Apply(Kvm, Range(0x100000, 0x104000), (Kvm _, in SlotGfnRange _) =>
        {
            calls++;
            return Errno.EFAULT;
        }));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void D154_BothAddressSpaces_AreVisited()
    {
        _machine.AddSlot(0, 0x10, 4, 0x100000);
        _machine.AddSlot(0, 0x80, 4, 0x100000, space: 1);
        Assert.Equal(Errno.Ok, HvaRangeOperator.Apply(Kvm, Range(0x100000, 0x104000), Record));
        Assert.Equal(["0:0 [0x10, 0x14)", "1:0 [0x80, 0x84)"], _seen);
    }

    [Theory]
    [InlineData(0x100000ul, 0x104000ul, "0:0 [0x10, 0x14)")]
    [InlineData(0x0ul, 0x900000ul, "0:0 [0x10, 0x14)")]
    [InlineData(0x101800ul, 0x102001ul, "0:0 [0x11, 0x13)")]
    [InlineData(0x101ffful, 0x102000ul, "0:0 [0x11, 0x12)")]
    [InlineData(0x103ffful, 0x105000ul, "0:0 [0x13, 0x14)")]
    public void D154_Range_IsClippedAndPartialPagesCountWhole(ulong start, ulong end, string expected)
    {
        _machine.AddSlot(0, 0x10, 4, 0x100000);
        Assert.Equal(Errno.Ok, HvaRangeOperator.Apply(Kvm, Range(start, end), Record));
        Assert.Equal([expected], _seen);
        _seen.Clear();
        Assert.True(NotifierWalk.Run(Kvm, Range(start, end), RecordFlag));
        Assert.Equal([expected], _seen);
    }

    [Fact]
    public void D154_RangeThatEndsWhereASlotBegins_DoesNotMeetIt()
    {
        _machine.AddSlot(0, 0x10, 4, 0x100000);
        Assert.Equal(Errno.Ok, HvaRangeOperator.Apply(Kvm, Range(0xff000, 0x100000), Record));
        Assert.Equal(Errno.Ok, HvaRangeOperator.Apply(Kvm, Range(0x104000, 0x105000), Record));
        Assert.Empty(_seen);
    }

    [Fact]
    public void D154_SlotsThatShareMemory_AreVisitedOnceEach()
    {
        _machine.AddSlot(0, 0x10, 4, 0x100000);
        _machine.AddSlot(1, 0x20, 4, 0x100000);
        Assert.Equal(Errno.Ok, HvaRangeOperator.Apply(Kvm, Range(0x100000, 0x101000), Record));
        Assert.Equal(["0:0 [0x10, 0x11)", "0:1 [0x20, 0x21)"], _seen);
    }

    [Fact]
    public void D154_HandlerTakesAMutex_IsLegalInTheOperator()
    {
        ThreeSlots();
        var rmp = new MutexLock("direct_map_mutex", _machine.Lockdep);
        int calls = 0;
        Assert.Equal(Errno.Ok, HvaRangeOperator.Apply(Kvm, Range(0x100000, 0x200000), (Kvm _, in SlotGfnRange _) =>
        {
            using (rmp.Hold()) calls++;
            return Errno.Ok;
        }));
        Assert.Equal(3, calls);
    }

    [Fact]
    public void HandlerTakesAMutex_IsRefusedUnderTheNotifierWalk()
    {
        ThreeSlots();
        var rmp = new MutexLock("direct_map_mutex", _machine.Lockdep);
        ModelViolationException violation = Assert.Throws<ModelViolationException>(() => ModelTask.Run("notifier", () =>
            NotifierWalk.Run(Kvm, Range(0x100000, 0x200000), (Kvm _, in SlotGfnRange _) =>
            {
                using (rmp.Hold()) return true;
            })));
        Assert.Equal("sleep in atomic", violation.Invariant);
    }

    [Fact]
    public void OperatorWithTheMmuLockHeld_IsRefused()
    {
        Assert.Equal("lock excluded", Assert.Throws<ModelViolationException>(() => ModelTask.Run("caller", () =>
        {
            Kvm.MmuLock.WriteLock();
            Assert.Equal(Errno.Ok, HvaRangeOperator.Apply(Kvm, Range(0x1000, 0x2000), Record));
        })).Invariant);
    }

    [Fact]
    public void NotifierWalk_VisitsAllWhateverTheyReturn_AndMergesTheFlags()
    {
        ThreeSlots();
        int calls = 0;
        Assert.True(NotifierWalk.Run(Kvm, Range(0x100000, 0x200000), (Kvm _, in SlotGfnRange _) => ++calls == 2));
        Assert.Equal(3, calls);
        Assert.False(NotifierWalk.Run(Kvm, Range(0x100000, 0x200000), (Kvm _, in SlotGfnRange _) => false));
    }

    [Fact]
    public void NotifierWalk_NoSlot_TakesNoLock()
    {
        ThreeSlots();
        bool locked = false;
        Kvm.MmuLock.WriteLock();
        var walker = new Thread(() => Assert.False(NotifierWalk.Run(Kvm, Range(0x900000, 0x901000), RecordFlag, onLock: _ => locked = true)));
        walker.Start();
        // It ends although the lock is held here.
        walker.Join();
        Kvm.MmuLock.WriteUnlock();
        Assert.False(locked);
        Assert.Empty(_seen);
    }

    [Fact]
    public void NotifierWalk_LocksOnce_FlushesUnderTheLock_AndOnlyWhenAsked()
    {
        ThreeSlots();
        int locked = 0;
        int flushed = 0;
        NotifierLockHook flush = kvm =>
        {
            kvm.MmuLock.AssertHeld();
            flushed++;
        };
        Assert.True(NotifierWalk.Run(Kvm, Range(0x100000, 0x200000), RecordFlag, _ => locked++, flush));
        Assert.Equal((1, 1), (locked, flushed));
        Assert.False(NotifierWalk.Run(Kvm, Range(0x100000, 0x200000), (Kvm _, in SlotGfnRange _) => false, _ => locked++, flush));
        Assert.Equal((2, 1), (locked, flushed));
        Assert.Empty(ModelTask.Current.Held);
    }

    [Fact]
    public void NotifierWalk_RangeTurnedAround_DoesNothing()
    {
        ThreeSlots();
        Assert.False(NotifierWalk.Run(Kvm, HvaRange.FromStartEnd(new Hva(0x2000), new Hva(0x1000)), RecordFlag));
        Assert.Empty(_seen);
        Assert.Single(Kvm.Log.Lines);
    }

    [Fact]
    public void L20_SlotDeletedWhileAnEarlierOneIsHandled_IsStillHandedOut()
    {
        ThreeSlots();
        Thread? deleter = null;
        Assert.Equal(Errno.ENOMEM, HvaRangeOperator.Apply(Kvm, Range(0x100000, 0x200000), (Kvm kvm, in SlotGfnRange range) =>
        {
            _seen.Add($"{range.Slot.Id} invalid={range.Slot.IsInvalid}");
            if (deleter is null)
            {
                deleter = new Thread(() => ModelTask.Run("deleter", () => Assert.Equal(Errno.Ok, _machine.Delete(1))));
                deleter.Start();
                var spin = new SpinWait();
                while (kvm.IsVisibleGfn(new Gfn(0x20))) spin.SpinOnce();
            }
            return range.Slot.Id == 1 ? Errno.ENOMEM : Errno.Ok;
        }));
        deleter!.Join();
        // The walk began with the old set and keeps it.
        Assert.Equal(["0 invalid=False", "1 invalid=False"], _seen);
    }

    private static HvaRange Range(ulong start, ulong end) => HvaRange.FromStartEnd(new Hva(start), new Hva(end));

    private void ThreeSlots()
    {
        _machine.AddSlot(0, 0x10, 4, 0x100000);
        _machine.AddSlot(1, 0x20, 4, 0x110000);
        _machine.AddSlot(2, 0x30, 4, 0x120000);
    }

    private Errno Record(Kvm kvm, in SlotGfnRange range)
    {
        _seen.Add($"{range.Slot.AddressSpace}:{range.Slot.Id} {range.Range}");
        return Errno.Ok;
    }

    private bool RecordFlag(Kvm kvm, in SlotGfnRange range) => Record(kvm, range).IsOk;
}
