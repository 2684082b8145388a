using MemoryModel.Memory;

namespace MemoryModel.Tests.Facts;

/// <summary>What a process does with its address space, at the edges.</summary>
public sealed class HostMemoryFactsTests
{
    private const ulong Page = Machine.Page;
    private const ulong Hva0 = 0x200000;
    private const ulong LastPage = ulong.MaxValue - Page + 1;
    private readonly Machine _machine = new();

    private Mm Mm => _machine.Mm;

    [Fact]
    public void Mmap_WithNoLengthOrTooMuch_AndAtTheEndOfTheProcess()
    {
        Assert.Equal(Errno.EINVAL, Mm.Mmap(0, VmaFlags.Read).Error);
        Assert.Equal(Errno.ENOMEM, Mm.Mmap(ulong.MaxValue, VmaFlags.Read).Error);
        Assert.Equal(Errno.ENOMEM, Mm.Mmap(Mm.TaskSize.Value, VmaFlags.Read).Error);
        Assert.Equal(Errno.ENOMEM, Mm.MmapFixed(Mm.TaskSize - Page, 2 * Page, VmaFlags.Read));
        Assert.Equal(Errno.ENOMEM, Mm.MmapFixed(new Hva(LastPage), Page, VmaFlags.Read));
        Assert.Equal(Errno.Ok, Mm.MmapFixed(Mm.TaskSize - Page, 1, VmaFlags.Read));
        Assert.Equal(Errno.Ok, Mm.MmapFixed(new Hva(0), 1, VmaFlags.Read));
        Assert.Equal(Errno.Ok, Mm.Munmap(HvaRange.FromStartEnd(new Hva(0), Mm.TaskSize)));
        Assert.Equal(Errno.EINVAL, Mm.Munmap(HvaRange.FromStartLength(Mm.TaskSize - Page, 2 * Page)));
        Assert.Equal(Errno.EINVAL, Mm.Munmap(HvaRange.FromStartLength(new Hva(LastPage), Page)));
    }

    [Fact]
    public void NothingOfALength_IsFineForMprotectAndMadvise_NotForMunmap_TurnedAroundWraps()
    {
        HvaRange empty = HvaRange.FromStartLength(new Hva(Hva0), 0);
        HvaRange turned = HvaRange.FromStartEnd(new Hva(Hva0 + Page), new Hva(Hva0));
        Assert.Equal((Errno.Ok, Errno.Ok, Errno.EINVAL), (Mm.Mprotect(empty, VmaFlags.Read), Mm.Madvise(empty, Advice.DontNeed), Mm.Munmap(empty)));
        Assert.Equal((Errno.ENOMEM, Errno.EINVAL, Errno.EINVAL), (Mm.Mprotect(turned, VmaFlags.Read), Mm.Madvise(turned, Advice.DontNeed), Mm.Munmap(turned)));
        HvaRange inside = HvaRange.FromStartLength(new Hva(Hva0 + 1), 0);
        Assert.Equal((Errno.EINVAL, Errno.EINVAL), (Mm.Mprotect(inside, VmaFlags.Read), Mm.Madvise(inside, Advice.DontNeed)));
    }

    [Theory]
    [InlineData((MremapFlags)8)]
    [InlineData(MremapFlags.MayMove | (MremapFlags)16)]
    [InlineData(MremapFlags.Fixed)]
    [InlineData(MremapFlags.DontUnmap)]
    public void Mremap_WithFlagsThatThereAreNot_OrThatDoNotGoTogether_IsInvalid(MremapFlags flags)
    {
        _machine.Map(Hva0, 2);
        Assert.Equal(Errno.EINVAL, Mm.Mremap(new Hva(Hva0), Page, Page, flags, new Hva(Hva0 + (16 * Page))).Error);
    }

    [Fact]
    public void AsManyAreasAsThereCanBe_WhatNeedsOneMoreIsEnomem_AndChangesNothing_WhatNeedsNoneIsFine()
    {
        var mm = new Mm(new HostMemory());
        Assert.Equal(Errno.Ok, mm.MmapFixed(new Hva(Hva0), 5 * Page, VmaFlags.ReadWrite));
        for (ulong i = 1; i < Mm.MaxAreas - 1; i++) Assert.Equal(Errno.Ok, mm.MmapFixed(new Hva(Hva0 + (i * 16 * Page)), Page, VmaFlags.Read));
        // One is left: a split takes it, and is undone again.
        Assert.Equal(Errno.Ok, mm.Mprotect(At(0, 1), VmaFlags.Read));
        Assert.Equal(Errno.ENOMEM, mm.Mprotect(At(3, 1), VmaFlags.Read));
        Assert.Equal(Errno.ENOMEM, mm.Munmap(At(2, 1)));
        Assert.Equal(Errno.ENOMEM, mm.MmapFixed(new Hva(Hva0 + (3 * Page)), Page, VmaFlags.Exec, replace: true));
        Assert.Equal(Errno.ENOMEM, mm.Mmap(Page, VmaFlags.Exec).Error);
        Assert.Equal(Errno.Ok, mm.Write(new Hva(Hva0 + (3 * Page)), 1));
        Assert.Equal(Errno.Ok, mm.Mprotect(At(1, 4), VmaFlags.ReadWrite | VmaFlags.Exec));
        Assert.Equal(Errno.Ok, mm.Munmap(At(4, 1)));
        Assert.Equal(Errno.Ok, mm.Munmap(At(0, 1)));
        Assert.Equal(Errno.Ok, mm.Munmap(At(2, 1)));
        using (mm.MmapRead()) Assert.Equal(Mm.MaxAreas, mm.AreaCount);

        static HvaRange At(ulong page, ulong pages) => HvaRange.FromStartLength(new Hva(Hva0 + (page * Page)), pages * Page);
    }

    [Fact]
    public void Mremap_ThatLeavesTheOldMapping_LeavesItEmpty_AndNotifiersHearOfTheOldRange()
    {
        _machine.Map(Hva0, 2);
        Assert.Equal(Errno.Ok, Mm.Write(new Hva(Hva0), 5));
        var notifier = new CountingNotifier();
        Assert.Equal(Errno.Ok, Mm.RegisterNotifier(notifier));
        Hva moved = Mm.Mremap(new Hva(Hva0), 2 * Page, 2 * Page, MremapFlags.MayMove | MremapFlags.DontUnmap).Value;
        Assert.Contains($"start Unmap [0x{Hva0:x}, 0x{Hva0 + (2 * Page):x})", notifier.Calls);
        Assert.Equal((5ul, 0ul), (Mm.Read(moved).Value, Mm.Read(new Hva(Hva0)).Value));
        Assert.Equal(Errno.EINVAL, Mm.Mremap(moved, 2 * Page, Page, MremapFlags.MayMove | MremapFlags.DontUnmap).Error);
    }

    [Fact]
    public void Mremap_WithoutRoomWhereItIs_IsEnomem_UnlessItMayMove()
    {
        _machine.Map(Hva0, 1);
        _machine.Map(Hva0 + Page, 1, VmaFlags.Read);
        Assert.Equal(Errno.ENOMEM, Mm.Mremap(new Hva(Hva0), Page, 2 * Page).Error);
        Assert.NotEqual(new Hva(Hva0), Mm.Mremap(new Hva(Hva0), Page, 2 * Page, MremapFlags.MayMove).Value);
    }

    [Fact]
    public void FileOpenForReadingOnly_SharedMappingCannotBeMadeWritable_APrivateOneCan()
    {
        int fd = Mm.Files.Install(new MemoryFile(_machine.Memory, 2 * Page, _machine.Lockdep, readOnly: true)).Value;
        Assert.Equal(Errno.EACCES, Mm.MmapFile(Page, VmaFlags.ReadWrite | VmaFlags.Shared, fd).Error);
        Hva shared = Mm.MmapFile(Page, VmaFlags.Read | VmaFlags.Shared, fd).Value;
        Assert.Equal(Errno.EACCES, Mm.Mprotect(HvaRange.FromStartLength(shared, Page), VmaFlags.ReadWrite));
        Assert.Equal(Errno.EFAULT, Mm.Write(shared, 1));
        Hva own = Mm.MmapFile(Page, VmaFlags.Read, fd).Value;
        Assert.Equal(Errno.Ok, Mm.Mprotect(HvaRange.FromStartLength(own, Page), VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, Mm.Write(own, 1));
        Assert.Equal(0ul, Mm.Read(shared).Value);
    }

    [Fact]
    public void ProcessThatHasExited_MapsNothing_AndItsMirrorReadsNothing()
    {
        var mirror = new Mirror(Mm);
        _machine.Map(Hva0, 1);
        Assert.Equal(Errno.Ok, mirror.Write(new Hva(Hva0), [5]));
        Mm.Exit();
        Assert.Equal(Errno.EFAULT, mirror.Read(new Hva(Hva0), new ulong[1]));
        Assert.Equal((Errno.ENOMEM, Errno.ENOMEM), (Mm.Mmap(Page, VmaFlags.Read).Error, Mm.MmapFixed(new Hva(Hva0), Page, VmaFlags.Read)));
        Assert.Equal(Errno.EFAULT, Mm.Read(new Hva(Hva0)).Error);
        Assert.Equal(0, _machine.Memory.LivePages);
    }

    [Fact]
    public void MirrorThatIsUnregistered_ReadsNothing()
    {
        var mirror = new Mirror(Mm);
        _machine.Map(Hva0, 1);
        Assert.Equal(Errno.Ok, mirror.Write(new Hva(Hva0), [5]));
        Mm.UnregisterNotifier(mirror);
        Assert.Equal(Errno.EFAULT, mirror.Read(new Hva(Hva0), new ulong[1]));
    }

    [Fact]
    public void MergeThatComesToNothing_LeavesBothWritableOnTheirOwn()
    {
        _machine.Map(Hva0, 2, VmaFlags.ReadWrite | VmaFlags.Mergeable);
        Assert.Equal(Errno.Ok, Mm.Write(new Hva(Hva0), 1));
        Assert.Equal(Errno.Ok, Mm.Write(new Hva(Hva0 + Page), 2));
        Assert.Equal(Errno.EAGAIN, Mm.MergePages(new Hva(Hva0), new Hva(Hva0 + Page)));
        Assert.Equal(2, _machine.Memory.LivePages);
        Assert.Equal((1ul, 2ul), (Mm.Read(new Hva(Hva0)).Value, Mm.Read(new Hva(Hva0 + Page)).Value));
        // A page that stays merged with nothing would be refused.
        Assert.Equal(Errno.EAGAIN, Mm.SwapOut(new Hva(Hva0)));
        Assert.Equal(Errno.Ok, Mm.SwapOut(new Hva(Hva0)));
        Assert.Equal(1ul, Mm.Read(new Hva(Hva0)).Value);
    }

    [Fact]
    public void NonBlockableInvalidation_MachineNeverRefuses_AndTakesItsMappings()
    {
        _machine.Map(Hva0, 1);
        _machine.AddSlot(0, 0x10, 1, Hva0);
        Assert.True(_machine.AddVcpu().Write(new Gfn(0x10).Address, 1).IsDone);
        Assert.Equal(Errno.Ok, Mm.OomReap());
        Assert.Equal(0, _machine.Memory.LivePages);
        _machine.Check();
    }
}
