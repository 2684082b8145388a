using MemoryModel.Locking;
using MemoryModel.Memory;

namespace MemoryModel.Tests;

/// <summary>E28: a swap of memslots waits for notifiers, so notifiers wait for nothing that its task holds.</summary>
public sealed class NotifierOrderTests
{
    private const ulong Hva0 = 0x100000;
    private readonly Machine _machine = new();

    public NotifierOrderTests()
    {
        _machine.Map(Hva0, 1);
        _machine.AddSlot(0, 0x10, 1, Hva0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NotifierThatTakesALockOfTheSwap_IsRefused(bool archLock)
    {
        MutexLock gate = archLock ? _machine.Kvm.SlotsArchLock : _machine.Kvm.SlotsLock;
        Assert.Equal(Errno.Ok, _machine.Mm.RegisterNotifier(new LockingNotifier(gate)));

        ModelViolationException violation = Assert.Throws<ModelViolationException>(() => ModelTask.Run("madvise", Drop));

        Assert.Equal("lock order", violation.Invariant);
        Assert.Contains("while active invalidations is held", violation.Message);
    }

    [Fact]
    public void NotifierThatTakesALockOfItsOwn_IsFine()
    {
        Assert.Equal(Errno.Ok, _machine.Mm.RegisterNotifier(new LockingNotifier(new MutexLock("own", _machine.Lockdep))));
        ModelTask.Run("madvise", Drop);
        Assert.Equal(Errno.Ok, _machine.Delete(0));
    }

    private void Drop() => Assert.Equal(Errno.Ok, _machine.Mm.Madvise(HvaRange.FromStartLength(new Hva(Hva0), PageSize.Bytes), Advice.DontNeed));

    private sealed class LockingNotifier(MutexLock gate) : MmuNotifier
    {
        public override Errno InvalidateRangeStart(Mm mm, in MmuNotifierRange range)
        {
            using (gate.Hold()) return Errno.Ok;
        }
    }
}
