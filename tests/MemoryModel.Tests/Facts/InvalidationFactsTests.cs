using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Facts;

/// <summary>The invalidation protocol at its edges: counts, ranges that touch by a page, notifications of both address spaces, aging.</summary>
public sealed class InvalidationFactsTests
{
    private const ulong Page = Machine.Page;
    private const ulong Hva0 = 0x200000;
    private readonly Machine _machine = new();
    private readonly Vcpu _vcpu;

    public InvalidationFactsTests()
    {
        _machine.Map(Hva0, 8);
        _machine.AddSlot(0, 0x10, 4, Hva0);
        _vcpu = _machine.AddVcpu();
    }

    private Kvm Kvm => _machine.Kvm;

    [Fact]
    public void FrameInRange_IsTriedAgain_ItsNeighboursAreNot_UntilTheEndThatConcernsAll()
    {
        ulong seq = Kvm.MmuInvalidateSeq;
        using (Kvm.MmuLock.Write())
        {
            Begin(0x11, 2);
            Assert.Equal([false, true, true, false], Retries(seq));
            Assert.True(Kvm.MmuInvalidateRetry(seq));
            Kvm.MmuInvalidateEnd();
            Assert.Equal([true, true, true, true], Retries(seq));
            Assert.Equal(seq + 1, Kvm.MmuInvalidateSeq);
            Assert.Equal([false, false, false, false], Retries(seq + 1));
            Assert.False(Kvm.MmuInvalidateRetry(seq + 1));
        }
    }

    [Fact]
    public void InvalidationsAtATime_EachEndCounts_TheRangeCoversAllUntilTheLast_ThenBeginsAnew()
    {
        ulong seq = Kvm.MmuInvalidateSeq;
        using (Kvm.MmuLock.Write())
        {
            Begin(0x10, 1);
            Begin(0x12, 1);
            Assert.Equal([true, true, true, false], Retries(seq));
            Kvm.MmuInvalidateEnd();
            Assert.Equal((seq + 1, 1), (Kvm.MmuInvalidateSeq, Kvm.MmuInvalidateInProgress));
            Assert.Equal([true, true, true, false], Retries(seq + 1));
            Kvm.MmuInvalidateEnd();
            Assert.Equal((seq + 2, 0), (Kvm.MmuInvalidateSeq, Kvm.MmuInvalidateInProgress));
            Begin(0x13, 1);
            Assert.Equal([false, false, false, true], Retries(seq + 2));
            Kvm.MmuInvalidateEnd();
        }
    }

    [Fact]
    public void SeveralRangesOfOneInvalidation_GrowIntoOne()
    {
        ulong seq = Kvm.MmuInvalidateSeq;
        using (Kvm.MmuLock.Write())
        {
            Kvm.MmuInvalidateBegin();
            Kvm.MmuInvalidateRangeAdd(GfnRange.FromStartCount(new Gfn(0x12), 1));
            Kvm.MmuInvalidateRangeAdd(GfnRange.FromStartCount(new Gfn(0x11), 1));
            Assert.Equal([false, true, true, false], Retries(seq));
            Kvm.MmuInvalidateEnd();
        }
    }

    [Fact]
    public void BegunAndNoRangeYet_EveryFrameIsTriedAgain()
    {
        ulong seq = Kvm.MmuInvalidateSeq;
        using (Kvm.MmuLock.Write())
        {
            Kvm.MmuInvalidateBegin();
            Assert.Equal([true, true, true, true], Retries(seq));
            Kvm.MmuInvalidateRangeAdd(GfnRange.FromStartCount(new Gfn(0x12), 1));
            Kvm.MmuInvalidateEnd();
        }
    }

    [Theory]
    // Pages of the process, the slot has the first four; how often an invalidation has ended, and which frames were taken out.
    [InlineData(4, 4, 0ul, "")]
    [InlineData(3, 5, 1ul, "3")]
    [InlineData(3, 1, 1ul, "3")]
    [InlineData(0, 1, 1ul, "0")]
    [InlineData(1, 2, 1ul, "1 2")]
    [InlineData(0, 8, 1ul, "0 1 2 3")]
    public void NotificationThatTouchesTheSlot_TakesJustItsFrames_OneThatDoesNotBeginsNothing(int page, int pages, ulong ends, string taken)
    {
        for (ulong i = 0; i < 4; i++) Assert.True(_vcpu.Write(Gpa(i), i).IsDone);
        ulong seq = Kvm.MmuInvalidateSeq;
        Assert.Equal(Errno.Ok, _machine.Mm.Munmap(Bytes((ulong)page, (ulong)pages)));
        Assert.Equal(seq + ends, Kvm.MmuInvalidateSeq);
        Assert.Equal(taken, string.Join(' ', Enumerable.Range(0, 4).Where(i => !EntryOf((ulong)i).IsPresent)));
        _machine.Check();
    }

    [Fact]
    public void NotificationOfOneByte_TakesItsPage()
    {
        for (ulong i = 0; i < 4; i++) Assert.True(_vcpu.Write(Gpa(i), i).IsDone);
        var range = new MmuNotifierRange(HvaRange.FromStartLength(new Hva(Hva0 + (2 * Page) - 1), 2), MmuEvent.Clear);
        using (_machine.Mm.MmapRead())
        {
            Assert.Equal(Errno.Ok, Kvm.Notifier.InvalidateRangeStart(_machine.Mm, range));
            Assert.Equal([true, false, false, true], Enumerable.Range(0, 4).Select(i => EntryOf((ulong)i).IsPresent));
            Kvm.Notifier.InvalidateRangeEnd(_machine.Mm, range);
        }
    }

    [Fact]
    public void MemoryOfBothAddressSpacesAndOfTwoSlots_IsOneInvalidation()
    {
        _machine.AddSlot(1, 0x40, 4, Hva0);
        _machine.AddSlot(0, 0x90, 4, Hva0, space: 1);
        ulong seq = Kvm.MmuInvalidateSeq;
        Assert.Equal(Errno.Ok, _machine.Mm.Madvise(Bytes(0, 4), Advice.DontNeed));
        Assert.Equal(seq + 1, Kvm.MmuInvalidateSeq);
        using (Kvm.MmuLock.Read()) Assert.Equal(0, Kvm.MmuInvalidateInProgress);
        Assert.Equal(0, Kvm.Invalidations.Count);
    }

    [Fact]
    public void OneStart_CoversSlotsOfBothSpaces_InOneRange()
    {
        _machine.AddSlot(0, 0x14, 4, Hva0, space: 1);
        var range = new MmuNotifierRange(Bytes(0, 4), MmuEvent.Clear);
        ulong seq = Kvm.MmuInvalidateSeq;
        using (_machine.Mm.MmapRead())
        {
            Assert.Equal(Errno.Ok, Kvm.Notifier.InvalidateRangeStart(_machine.Mm, range));
            using (Kvm.MmuLock.Write())
            {
                Assert.Equal(1, Kvm.MmuInvalidateInProgress);
                Assert.True(Kvm.MmuInvalidateRetryGfn(seq, new Gfn(0x17)));
                Assert.False(Kvm.MmuInvalidateRetryGfn(seq, new Gfn(0x18)));
                Assert.False(Kvm.MmuInvalidateRetryGfn(seq, new Gfn(0x0f)));
            }
            Kvm.Notifier.InvalidateRangeEnd(_machine.Mm, range);
        }
    }

    [Fact]
    public void L22_MachineDestroyedBetweenStartAndEnd_NothingStaysActive()
    {
        ModelTask.Run("madvise", () => Assert.Equal(Errno.Ok, Kvm.Notifier.InvalidateRangeStart(_machine.Mm, new MmuNotifierRange(Bytes(0, 1), MmuEvent.Clear))));
        Assert.Equal(1, Kvm.Invalidations.Count);
        Kvm.Put();
        Assert.Equal(0, Kvm.Invalidations.Count);
        Assert.Equal(Errno.Ok, _machine.Mm.Munmap(Bytes(0, 4)));
    }

    [Fact]
    public void ClearFlushYoung_FlushesOnlyWhatWasYoung_ClearYoungAndTestYoungNever()
    {
        Assert.True(_vcpu.Write(Gpa(0), 1).IsDone);
        long flushes = Flushes();
        Assert.True(_machine.Mm.TestYoung(new Hva(Hva0)));
        Assert.True(_machine.Mm.TestYoung(new Hva(Hva0)));
        Assert.True(_machine.Mm.ClearYoung(new Hva(Hva0)));
        Assert.False(_machine.Mm.ClearYoung(new Hva(Hva0)));
        Assert.False(_machine.Mm.ClearFlushYoung(new Hva(Hva0)));
        Assert.Equal(flushes, Flushes());
        Kvm.FlushRemoteTlbs();
        Assert.True(_vcpu.Read(Gpa(0)).IsDone);
        flushes = Flushes();
        Assert.True(_machine.Mm.ClearFlushYoung(new Hva(Hva0)));
        Assert.Equal(flushes + 1, Flushes());
    }

    [Fact]
    public void Aging_AsksEverySlotAndEveryRootOfAPage_AndLeavesItsNeighboursAlone()
    {
        _machine.AddSlot(1, 0x40, 4, Hva0);
        _machine.AddSlot(0, 0x90, 4, Hva0, space: 1);
        Vcpu other = _machine.AddVcpu();
        Assert.True(_vcpu.Write(Gpa(0), 1).IsDone);
        Assert.True(_vcpu.Write(Gpa(1), 1).IsDone);
        Assert.True(_vcpu.Write(new Gfn(0x40).Address, 1).IsDone);
        other.InSmm = true;
        Assert.True(other.Write(new Gfn(0x90).Address, 1).IsDone);
        Assert.True(_machine.Mm.ClearFlushYoung(new Hva(Hva0)));
        using (Kvm.MmuLock.Read())
        {
            Assert.All(Kvm.Roots(), static root => Assert.All((ulong[])[0x10, 0x40, 0x90], gfn => Assert.False(root.EntryOf(new Gfn(gfn)).IsAccessed)));
            Assert.True(Kvm.Roots()[0].EntryOf(new Gfn(0x11)).IsAccessed);
        }
        // One that is young is enough.
        Assert.True(other.Read(new Gfn(0x90).Address).IsDone);
        Assert.True(_machine.Mm.ClearFlushYoung(new Hva(Hva0)));
        Assert.False(_machine.Mm.TestYoung(new Hva(Hva0)));
    }

    [Fact]
    public void Translation_AtTheEdgesOfASlot()
    {
        Assert.Equal(Errno.Ok, _machine.SetSlot(1, 0x40, 1, Hva0, MemslotFlags.ReadOnly));
        using (Kvm.Srcu.Read())
        {
            Assert.Null(Kvm.GfnToMemslot(new Gfn(0x0f)));
            Assert.NotNull(Kvm.GfnToMemslot(new Gfn(0x10)));
            Assert.Equal(new Hva(Hva0 + (3 * Page)), Kvm.GfnToHva(new Gfn(0x13)).Value);
            Assert.Null(Kvm.GfnToMemslot(new Gfn(0x14)));
            Assert.Equal(Errno.ENOENT, Kvm.GfnToHva(new Gfn(0x14)).Error);
            Assert.Null(Kvm.GfnToMemslot(new Gfn(ulong.MaxValue)));
            Assert.Null(Kvm.GfnToMemslot(new Gfn(0x10), addressSpace: 1));
            Memslot slot = Kvm.GfnToMemslot(new Gfn(0x10))!;
            Assert.Equal(new Gfn(0x13), slot.GfnOf(new Hva(Hva0 + (4 * Page) - 1)));
            Assert.Equal(Errno.EROFS, Kvm.GfnToHva(new Gfn(0x40), write: true).Error);
            Assert.Equal(Errno.EROFS, Kvm.GfnToPage(new Gfn(0x40)).Error);
            Assert.Equal(Errno.EFAULT, Kvm.WriteGuest(new Gfn(0x40), [1]));
            Assert.Equal(Errno.Ok, Kvm.ReadGuest(new Gfn(0x40), new ulong[1]));
            _machine.Memory.PutPage(Kvm.GfnToPage(new Gfn(0x40), write: false).Value);
        }
        _machine.Check();
    }

    [Fact]
    public void HvaCache_ThatCouldNotBeMade_CannotBeRead_AcrossPagesItIsLookedUpEachTime()
    {
        var cache = new GfnToHvaCache();
        Assert.Equal(Errno.Ok, _machine.Mm.Write(new Hva(Hva0 + (3 * Page)), 9));
        using (Kvm.Srcu.Read())
        {
            Assert.Equal(Errno.EFAULT, Kvm.InitHvaCache(cache, Gpa(3), Page + 1));
            Assert.Equal(Errno.EFAULT, Kvm.ReadGuestCached(cache).Error);
            Assert.Equal(Errno.EINVAL, Kvm.InitHvaCache(cache, new Gpa(ulong.MaxValue), 2));
            Assert.Equal(Errno.EFAULT, Kvm.ReadGuestCached(cache).Error);
            Assert.Equal(Errno.Ok, Kvm.InitHvaCache(cache, Gpa(2) + (Page / 2), Page));
            Assert.Null(cache.Hva);
            Assert.Equal(0ul, Kvm.ReadGuestCached(cache).Value);
            Assert.Equal(Errno.Ok, Kvm.InitHvaCache(cache, Gpa(3), Page));
            Assert.Equal(9ul, Kvm.ReadGuestCached(cache).Value);
        }
        Assert.Equal(Errno.Ok, _machine.SetSlot(0, 0x20, 4, Hva0));
        using (Kvm.Srcu.Read()) Assert.Equal(Errno.EFAULT, Kvm.ReadGuestCached(cache).Error);
        _machine.AddSlot(1, 0x13, 1, Hva0 + (3 * Page));
        using (Kvm.Srcu.Read()) Assert.Equal(9ul, Kvm.ReadGuestCached(cache).Value);
    }

    private void Begin(ulong gfn, ulong count)
    {
        Kvm.MmuInvalidateBegin();
        Kvm.MmuInvalidateRangeAdd(GfnRange.FromStartCount(new Gfn(gfn), count));
    }

    private bool[] Retries(ulong seq) => [.. Enumerable.Range(0x10, 4).Select(gfn => Kvm.MmuInvalidateRetryGfn(seq, new Gfn((ulong)gfn)))];

    private Spte EntryOf(ulong page)
    {
        using (Kvm.MmuLock.Read()) return Kvm.Roots()[0].EntryOf(new Gfn(0x10 + page));
    }

    /// <summary>Flushes so far, the one that may be due included: a vCPU forgets when it next enters the guest.</summary>
    private long Flushes()
    {
        Assert.Equal(ExitReason.Mmio, _vcpu.Read(new Gfn(0x800).Address).Exit);
        return _vcpu.Tlb.Flushes;
    }

    private static Gpa Gpa(ulong page) => new Gfn(0x10 + page).Address;

    private static HvaRange Bytes(ulong page, ulong pages) => HvaRange.FromStartLength(new Hva(Hva0 + (page * Page)), pages * Page);
}
