using MemoryModel.Exploration;
using MemoryModel.Memory;
using MemoryModel.Tests.Exploration;

namespace MemoryModel.Tests;

/// <summary>E24 to E28, broken on purpose: order, sleep, read sections, balance, deadlock.</summary>
public sealed class LockInvariantBreakTests
{
    private const ulong Hva0 = 0x100000;

    [Fact]
    public void E24_LocksInTheOppositeOrder() => InvariantBreakTests.Broken("E24", static machine =>
    {
        using (machine.Mm.MmapRead())
        using (machine.Kvm.SlotsLock.Hold())
        {
        }
    });

    [Fact]
    public void E25_MutexUnderTheMmuLock() => InvariantBreakTests.Broken("E25", static machine =>
    {
        using (machine.Kvm.MmuLock.Write()) _ = machine.Mm.Read(new Hva(Hva0));
    });

    [Fact]
    public void E26_SlotsLockInsideAReadSection() => InvariantBreakTests.Broken("E26", static machine =>
    {
        using (machine.Kvm.Srcu.Read())
        using (machine.Kvm.SlotsLock.Hold())
        {
        }
    });

    [Fact]
    public void E26_WaitForReadersInsideAReadSection() => InvariantBreakTests.Broken("E26", static machine =>
    {
        using (machine.Kvm.Srcu.Read()) machine.Kvm.Srcu.Synchronize();
    });

    [Fact]
    public void E27_LockHeldAtReturn() => InvariantBreakTests.Broken("E27", static machine => machine.Mm.MmapReadLock());

    [Fact]
    public void E27_WriteUnlockAfterADowngrade() => InvariantBreakTests.Broken("E27", static machine =>
    {
        machine.Mm.MmapWriteLock();
        machine.Mm.MmapWriteDowngrade();
        machine.Mm.MmapWriteUnlock();
    });

    [Fact]
    public void E28_WaitForReadersUnderALockThatTheyTake() => InvariantBreakTests.Broken("E28", static machine =>
    {
        using (machine.Kvm.Srcu.Read())
        using (machine.Kvm.SlotsArchLock.Hold())
        {
        }
        using (machine.Kvm.SlotsArchLock.Hold()) machine.Kvm.Srcu.Synchronize();
    });

    [Fact]
    public void E28_Deadlock_NamesTheTasksAndWhatEachIsStuckAt()
    {
        Failure failure = RaceAssert.Found(static () =>
        {
            var machine = new RaceMachine(isWatched: false);
            return new Trial(new TrialTask("swap", machine.Replace), new TrialTask("reader", machine.ReadThenLock));
        }, 1);
        Assert.Equal(("E28", "swap, reader"), (failure.Number, failure.Task));
        Assert.Equal(2, failure.Trace.Stuck.Count);
    }
}
