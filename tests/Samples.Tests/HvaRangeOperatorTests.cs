using MemoryModel.Memory;
using MemoryModel.Ranges;
using Samples.HvaRanges;

namespace Samples.Tests;

public sealed class HvaRangeOperatorTests
{
    [Fact]
    public async Task Program_TellsWhatTheOperatorDoes()
    {
        string[] lines = (await SampleProgram.RunAsync("HvaRangeOperator")).Select(line => line.Trim()).ToArray();
        Assert.Equal(
            [
                "address space 0, slot 0: frames [0x10, 0x13)",
                "address space 0, slot 1: frames [0x40, 0x43)",
                "address space 1, slot 0: frames [0x80, 0x82)",
                "address space 0, slot 0: frames [0x11, 0x13)",
                "address space 0, slot 1: frames [0x40, 0x41)",
                "address space 1, slot 0: frames [0x80, 0x82)",
                "address space 0, slot 0: frames [0x10, 0x13)",
                "address space 0, slot 1: frames [0x40, 0x43) - out of memory",
            ],
            lines.Where(line => line.StartsWith("address space", StringComparison.Ordinal)));
        Assert.Equal(["result: ok", "result: ok", "result: ENOMEM"], lines.Where(line => line.StartsWith("result", StringComparison.Ordinal)));
        Assert.Contains("a size passed as the end: EINVAL", lines);
        Assert.Contains("refused: sleep in atomic: direct_map_mutex may sleep while mmu_lock (exclusive) is held (task mmu notifier)", lines);
        Assert.Contains("ENOMEM | EFAULT = ECHILD", lines);
        Assert.Contains("with the lock: 2 calls, ENOMEM", lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UnifiedWalk_TakesTheLockOnlyWhenNeeded_AndLeavesNone(bool needLock)
    {
        var guest = new Guest();
        bool held = !needLock;
        Errno error = UnifiedWalk.Run(guest.Kvm, Guest.Bytes(0, PageSize.Bytes), needLock, (MemoryModel.Kvm kvm, in SlotGfnRange _, ref Errno _) =>
        {
            held = guest.Lockdep.Holds(kvm.MmuLock);
            return false;
        });
        Assert.True(error.IsOk);
        Assert.Equal(needLock, held);
        Assert.False(guest.Lockdep.HoldsAny(guest.Kvm.MmuLock));
        Assert.False(guest.Lockdep.HoldsAny(guest.Kvm.Srcu));
    }
}
