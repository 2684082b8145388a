using MemoryModel.Memory;

namespace MemoryModel.Tests;

/// <summary>A device that mirrors a process's memory: the notifiers with no machine around them.</summary>
public sealed class MirrorTests
{
    private const ulong Page = PageSize.Bytes;
    private static readonly Hva s_hva = new(0x100000);
    private readonly Machine _machine = new();
    private readonly Mirror _mirror;

    public MirrorTests() => _mirror = new Mirror(_machine.Mm);

    private Mm Mm => _machine.Mm;

    [Fact]
    public void D115_AnonymousMemoryWithNewContentsEachRound_IsReadExactly_OneFaultPerPageAndRound()
    {
        var words = new ulong[4];
        for (ulong round = 1; round < 6; round++)
        {
            _machine.Map(s_hva.Value, 4);
            for (ulong page = 0; page < 4; page++) Assert.Equal(Errno.Ok, Mm.Write(s_hva + (page * Page), (round * 10) + page));
            Assert.Equal(Errno.Ok, _mirror.Read(s_hva, words));
            Assert.Equal(Errno.Ok, _mirror.Read(s_hva, words));
            Assert.Equal([(round * 10), (round * 10) + 1, (round * 10) + 2, (round * 10) + 3], words);
            Assert.Equal((int)round * 4, _mirror.Faults);
            Assert.Equal(Errno.Ok, Mm.Munmap(HvaRange.FromStartLength(s_hva, 4 * Page)));
            Assert.Equal(0, _machine.Memory.LivePages);
        }
    }

    [Fact]
    public void D116_NoAccessInPartOfTheRange_IsAFault_AndTheBufferIsUntouched()
    {
        _machine.Map(s_hva.Value, 4);
        for (ulong page = 0; page < 4; page++) Assert.Equal(Errno.Ok, Mm.Write(s_hva + (page * Page), 7));
        Assert.Equal(Errno.Ok, Mm.Munmap(HvaRange.FromStartLength(s_hva + (2 * Page), Page)));
        ulong[] words = [1, 2, 3, 4];
        Assert.Equal(Errno.EFAULT, _mirror.Read(s_hva, words));
        Assert.Equal([1, 2, 3, 4], words);
    }

    [Fact]
    public void D118_ReadOnlyMemory_ReadsTheZeroPage_WriteIsNotPermitted_UntilItIsWritable()
    {
        _machine.Map(s_hva.Value, 1, VmaFlags.Read);
        var words = new ulong[1];
        Assert.Equal(Errno.Ok, _mirror.Read(s_hva, words));
        Assert.Equal((0ul, 0L), (words[0], _machine.Memory.LivePages));
        Assert.Equal(Errno.EPERM, _mirror.Write(s_hva, [5]));
        Assert.Equal(Errno.Ok, Mm.Mprotect(HvaRange.FromStartLength(s_hva, Page), VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, _mirror.Write(s_hva, [5]));
        Assert.Equal(5ul, Mm.Read(s_hva).Value);
        Assert.Equal(0ul, _machine.Memory.ZeroPage.Content);
    }

    [Fact]
    public void D119_Fork_ChildsMirrorWriteIsItsOwn()
    {
        _machine.Map(s_hva.Value, 1);
        Assert.Equal(Errno.Ok, Mm.Write(s_hva, 1));
        Mm child = Mm.Fork().Value;
        Assert.Equal(Errno.Ok, new Mirror(child).Write(s_hva, [2]));
        Assert.Equal((1ul, 2ul), (Mm.Read(s_hva).Value, child.Read(s_hva).Value));
    }

    [Fact]
    public void D134_RangeThatWraps_EndlessInvalidation_AndNonBlockableWhileBusy_HaveTheirErrors()
    {
        Assert.Equal(Errno.EINVAL, _mirror.Read(new Hva(ulong.MaxValue - Page + 1), new ulong[2]));
        Assert.Equal(Errno.EINVAL, _mirror.Read(s_hva + 1, new ulong[1]));
        _machine.Map(s_hva.Value, 1);
        Assert.Equal(Errno.Ok, _mirror.InvalidateRangeStart(Mm, new MmuNotifierRange(HvaRange.FromStartLength(s_hva, Page), MmuEvent.Clear)));
        Assert.Equal(Errno.EBUSY, _mirror.Read(s_hva, new ulong[1]));
        _mirror.InvalidateRangeEnd(Mm, default);
        Assert.Equal(Errno.Ok, _mirror.Read(s_hva, new ulong[1]));

        _mirror.TableLock.Lock();
        Errno refused = Errno.Ok;
        var reaper = new Thread(() => refused = Mm.OomReap());
        reaper.Start();
        reaper.Join();
        _mirror.TableLock.Unlock();
        Assert.Equal(Errno.EAGAIN, refused);
    }
}
