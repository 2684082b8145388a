using MemoryModel.Memory;
using MemoryModel.Mmu;

namespace MemoryModel.Tests.Facts;

/// <summary>What a child finds of its parent's memory, whatever state that was in.</summary>
public sealed class ForkFactsTests
{
    private const ulong Page = Machine.Page;
    private const ulong Hva0 = 0x200000;

    private static readonly Hva s_first = new(Hva0);
    private readonly Machine _machine = new();

    private Mm Mm => _machine.Mm;

    [Fact]
    public void WithoutMemoryForTheChild_TheForkFails_AndTheParentKeepsWhatItMayWrite()
    {
        _machine.Map(Hva0, 1);
        Assert.Equal(Errno.Ok, Mm.Write(s_first, 1));
        _machine.Memory.Faults = FaultInjection.Nth(1);
        Assert.Equal(Errno.ENOMEM, Mm.Fork().Error);
        _machine.Memory.Faults = null;
        using (Mm.MmapRead()) Assert.True(Mm.PteAt(s_first).IsWritable);
        Assert.Equal(1, _machine.Memory.LivePages);
    }

    [Fact]
    public void PageInSwap_IsInSwapForBoth_TakesOnePlace_AndComesBackForEach()
    {
        _machine.Map(Hva0, 1);
        Assert.Equal(Errno.Ok, Mm.Write(s_first, 5));
        SwapOut(s_first);
        Mm child = Mm.Fork().Value;
        Assert.Equal((0L, 1L), (_machine.Memory.LivePages, _machine.Memory.SwappedPages));
        Assert.Equal(Errno.Ok, Mm.Write(s_first, 6));
        Assert.Equal(1, _machine.Memory.SwappedPages);
        Assert.Equal(5ul, child.Read(s_first).Value);
        Assert.Equal(6ul, Mm.Read(s_first).Value);
        Assert.Equal(0, _machine.Memory.SwappedPages);
        End(child);
    }

    [Fact]
    public void SwapFull_IsNoReasonForAForkToLoseWhatIsThere()
    {
        var memory = new HostMemory(swapCapacity: 1);
        var mm = new Mm(memory);
        Assert.Equal(Errno.Ok, mm.MmapFixed(s_first, Page, VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, mm.Write(s_first, 5));
        Assert.True(mm.ClearYoung(s_first));
        Assert.Equal(Errno.Ok, mm.SwapOut(s_first));
        Mm child = mm.Fork().Value;
        mm.Exit();
        Assert.Equal(5ul, child.Read(s_first).Value);
        child.Exit();
        Assert.Equal((0L, 0L), (memory.LivePages, memory.SwappedPages));
    }

    [Fact]
    public void PageThatSomebodyKeepsOnItsWayToSwap_ReachesTheChild()
    {
        _machine.Map(Hva0, 1);
        Assert.Equal(Errno.Ok, Mm.Write(s_first, 5));
        HostPage pinned = Mm.GetUserPage(s_first, write: true).Value;
        Assert.True(Mm.ClearYoung(s_first));
        Assert.Equal(Errno.EBUSY, Mm.SwapOut(s_first));
        Mm child = Mm.Fork().Value;
        Assert.Equal(0, _machine.Memory.SwappedPages);
        Assert.Equal(5ul, child.Read(s_first).Value);
        Assert.Equal(Errno.Ok, Mm.Write(s_first, 6));
        Assert.Equal(5ul, child.Read(s_first).Value);
        _machine.Memory.PutPage(pinned);
        End(child);
    }

    [Fact]
    public void BrokenPage_IsBrokenForTheChildToo()
    {
        _machine.Map(Hva0, 1);
        Assert.Equal(Errno.Ok, Mm.Write(s_first, 5));
        Assert.Equal(Errno.Ok, Mm.PoisonPage(s_first));
        Mm child = Mm.Fork().Value;
        Assert.Equal(Errno.EHWPOISON, child.Read(s_first).Error);
        Assert.Equal(Errno.EHWPOISON, child.Write(s_first, 1));
        End(child);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PageThatComesBackFromSwap_AllowsWhatItsAreaAllowsNow(bool pinned)
    {
        _machine.Map(Hva0, 1);
        _machine.AddSlot(0, 0x10, 1, Hva0);
        Vcpu vcpu = _machine.AddVcpu();
        Assert.Equal(Errno.Ok, Mm.Write(s_first, 5));
        HostPage? held = pinned ? Mm.GetUserPage(s_first, write: false).Value : null;
        Assert.True(Mm.ClearYoung(s_first));
        Assert.Equal(pinned ? Errno.EBUSY : Errno.Ok, Mm.SwapOut(s_first));
        Assert.Equal(Errno.Ok, Mm.Mprotect(HvaRange.FromStartLength(s_first, Page), VmaFlags.Read));
        Assert.Equal(5ul, Mm.Read(s_first).Value);
        Assert.Equal(Errno.EFAULT, Mm.Write(s_first, 6));
        Assert.Equal(5ul, vcpu.Read(new Gfn(0x10).Address).Value);
        Assert.Equal(Errno.EFAULT, vcpu.Write(new Gfn(0x10).Address, 6).Error);
        if (held is not null) _machine.Memory.PutPage(held);
        _machine.Check();
    }

    [Fact]
    public void MergedPageOfAReadOnlyArea_StaysReadOnlyWhenItGetsACopyOfItsOwn()
    {
        _machine.Map(Hva0, 2);
        HvaRange both = HvaRange.FromStartLength(s_first, 2 * Page);
        Assert.Equal(Errno.Ok, Mm.Write(s_first, 5));
        Assert.Equal(Errno.Ok, Mm.Write(s_first + Page, 5));
        Assert.Equal(Errno.Ok, Mm.Madvise(both, Advice.Mergeable));
        Assert.Equal(Errno.Ok, Mm.MergePages(s_first, s_first + Page));
        Assert.Equal(Errno.Ok, Mm.Mprotect(both, VmaFlags.Read));
        Assert.Equal(Errno.Ok, Mm.Madvise(both, Advice.Unmergeable));
        Assert.Equal((5ul, 5ul), (Mm.Read(s_first).Value, Mm.Read(s_first + Page).Value));
        Assert.Equal(Errno.EFAULT, Mm.Write(s_first, 6));
        Assert.Equal(Errno.EFAULT, Mm.Write(s_first + Page, 6));
    }

    private void SwapOut(Hva addr)
    {
        Assert.True(Mm.ClearYoung(addr));
        Assert.Equal(Errno.Ok, Mm.SwapOut(addr));
    }

    private void End(Mm child)
    {
        child.Exit();
        Mm.Exit();
        Assert.Equal((0L, 0L), (_machine.Memory.LivePages, _machine.Memory.SwappedPages));
    }
}
