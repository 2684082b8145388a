using MemoryModel.Locking;
using MemoryModel.Memory;

namespace MemoryModel.Tests;

public sealed class VmaTests
{
    private const ulong Page = PageSize.Bytes;
    private readonly Machine _machine = new();

    private Mm Mm => _machine.Mm;

    [Fact]
    public void FindVma_AddressInGap_GivesTheNextArea()
    {
        _machine.Map(0x100000, 2);
        using (Mm.MmapRead())
        {
            Vma? vma = Mm.FindVma(new Hva(0x50000));
            Assert.NotNull(vma);
            Assert.Equal(new Hva(0x100000), vma.Start);
            Assert.False(vma.Contains(new Hva(0x50000)));
            Assert.Null(Mm.VmaLookup(new Hva(0x50000)));
            Assert.Null(Mm.FindVma(new Hva(0x100000 + (2 * Page))));
        }
    }

    [Fact]
    public void FindVmaIntersection_AreaInsideTheRange_MayStartAfterAndEndBefore()
    {
        _machine.Map(0x100000, 1);
        using (Mm.MmapRead())
        {
            Vma? vma = Mm.FindVmaIntersection(new Hva(0xff000), new Hva(0x103000));
            Assert.NotNull(vma);
            Assert.True(vma.Start > new Hva(0xff000));
            Assert.True(vma.End < new Hva(0x103000));
            Assert.Null(Mm.FindVmaIntersection(new Hva(0xff000), new Hva(0x100000)));
            Assert.Null(Mm.FindVmaIntersection(new Hva(0x101000), new Hva(0x103000)));
        }
    }

    [Fact]
    public void LookupWithoutTheMmapLock_IsRefused()
    {
        _machine.Map(0x100000, 1);
        Assert.Equal("lock required", Assert.Throws<ModelViolationException>(() => Mm.FindVma(new Hva(0x100000))).Invariant);
    }

    [Fact]
    public void AreaUsedAfterTheLockWasDropped_IsRefused()
    {
        _machine.Map(0x100000, 1);
        Mm.MmapReadLock();
        Vma vma = Mm.VmaLookup(new Hva(0x100000))!;
        Mm.MmapReadUnlock();
        Assert.Equal("lock required", Assert.Throws<ModelViolationException>(() => vma.Start).Invariant);

        Assert.Equal(Errno.Ok, Mm.Munmap(HvaRange.FromStartLength(new Hva(0x100000), Page)));
        Mm.MmapReadLock();
        Assert.Equal("reference past its lock", Assert.Throws<ModelViolationException>(() => vma.Start).Invariant);
        Mm.MmapReadUnlock();
    }

    [Fact]
    public void NeighboursAlike_AreOneArea_OthersStayApart()
    {
        _machine.Map(0x100000, 1);
        _machine.Map(0x102000, 1);
        _machine.Map(0x101000, 1);
        _machine.Map(0x103000, 1, VmaFlags.Read);
        using (Mm.MmapRead())
        {
            Assert.Equal(2, Mm.AreaCount);
            Assert.Equal(new Hva(0x103000), Mm.VmaLookup(new Hva(0x100000))!.End);
        }
    }

    [Fact]
    public void MmapFixed_WrongArguments_GiveTheirErrors()
    {
        _machine.Map(0x100000, 1);
        Assert.Equal(Errno.EINVAL, Mm.MmapFixed(new Hva(0x200000), 0, VmaFlags.Read));
        Assert.Equal(Errno.EINVAL, Mm.MmapFixed(new Hva(0x200001), Page, VmaFlags.Read));
        Assert.Equal(Errno.ENOMEM, Mm.MmapFixed(Mm.TaskSize, Page, VmaFlags.Read));
        Assert.Equal(Errno.EEXIST, Mm.MmapFixed(new Hva(0x100000), Page, VmaFlags.Read));
        Assert.Equal(Errno.EINVAL, Mm.Mmap(0, VmaFlags.Read).Error);
        Assert.Equal(Errno.ENOMEM, Mm.Mmap(ulong.MaxValue, VmaFlags.Read).Error);
    }

    [Fact]
    public void Munmap_WrongArguments_AreInvalid_HolesAreFine()
    {
        Assert.Equal(Errno.EINVAL, Mm.Munmap(HvaRange.FromStartLength(new Hva(0x1001), Page)));
        Assert.Equal(Errno.EINVAL, Mm.Munmap(HvaRange.FromStartLength(new Hva(0x1000), 0)));
        Assert.Equal(Errno.Ok, Mm.Munmap(HvaRange.FromStartLength(new Hva(0x1000), Page)));
    }

    [Fact]
    public void Mmap_TakesTheLowestGapThatIsLargeEnough()
    {
        Hva first = Mm.Mmap(Page, VmaFlags.ReadWrite).Value;
        _machine.Map(first.Value + (2 * Page), 1);
        Hva large = Mm.Mmap(2 * Page, VmaFlags.Read).Value;
        Hva small = Mm.Mmap(1, VmaFlags.Read).Value;
        Assert.Equal(first + (3 * Page), large);
        Assert.Equal(first + Page, small);
    }

    [Fact]
    public void TouchedPage_IsZero_KeepsItsContent_AndIsFreedWithItsMapping()
    {
        _machine.Map(0x100000, 2);
        Assert.Equal(0UL, Mm.Read(new Hva(0x100000)).Value);
        Assert.Equal(Errno.Ok, Mm.Write(new Hva(0x100008), 42));
        Assert.Equal(42UL, Mm.Read(new Hva(0x100000)).Value);
        Assert.Equal(1, _machine.Memory.LivePages);
        Assert.Equal(Errno.Ok, Mm.Munmap(HvaRange.FromStartLength(new Hva(0x100000), 2 * Page)));
        Assert.Equal(0, _machine.Memory.LivePages);
        Assert.Equal(Errno.EFAULT, Mm.Read(new Hva(0x100000)).Error);
    }

    [Fact]
    public void WriteToReadOnlyMapping_IsAFault()
    {
        _machine.Map(0x100000, 1, VmaFlags.Read);
        Assert.Equal(Errno.EFAULT, Mm.Write(new Hva(0x100000), 1));
        Assert.Equal(0UL, Mm.Read(new Hva(0x100000)).Value);
    }

    [Fact]
    public void PageHeldAcrossMunmap_LivesUntilItIsPut()
    {
        _machine.Map(0x100000, 1);
        HostPage page = Mm.GetUserPage(new Hva(0x100000), write: true).Value;
        Assert.Equal(Errno.Ok, Mm.Munmap(HvaRange.FromStartLength(new Hva(0x100000), Page)));
        Assert.Equal(1, _machine.Memory.LivePages);
        _machine.Memory.PutPage(page);
        Assert.Equal(0, _machine.Memory.LivePages);
        Assert.Throws<ModelViolationException>(() => _machine.Memory.PutPage(page));
    }

    [Fact]
    public void NoHostMemoryLeft_IsOutOfMemory()
    {
        var mm = new Mm(new HostMemory(capacity: 1));
        Assert.Equal(Errno.Ok, mm.MmapFixed(new Hva(0x100000), 2 * Page, VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, mm.Write(new Hva(0x100000), 1));
        Assert.Equal(Errno.ENOMEM, mm.Write(new Hva(0x101000), 1));
    }

    [Fact]
    public void FaultWhileTheMmapLockIsHeld_IsRefused()
    {
        _machine.Map(0x100000, 1);
        Assert.Equal("recursive lock", Assert.Throws<ModelViolationException>(() => ModelTask.Run("fault", () =>
        {
            Mm.MmapReadLock();
            Assert.True(Mm.Read(new Hva(0x100000)).IsOk);
        })).Invariant);
    }
}
