using MemoryModel.Memory;
using MemoryModel.PrivateMemory;

namespace MemoryModel.Tests.Facts;

/// <summary>What the calls on memory say to arguments at the edges: which error comes first, and what is done before it.</summary>
public sealed class ArgumentFactsTests
{
    private const ulong Page = Machine.Page;
    private const ulong Hva0 = 0x200000;
    private const FallocateMode Keep = FallocateMode.KeepSize;
    private const FallocateMode Punch = FallocateMode.KeepSize | FallocateMode.PunchHole;

    private readonly Machine _machine = new();

    private Mm Mm => _machine.Mm;

    [Fact]
    public void Mprotect_OrderOfItsTests()
    {
        const VmaFlags NoProtection = VmaFlags.Shared;
        Assert.Equal(Errno.EINVAL, Mm.Mprotect(Range(Hva0 + 1, 0), VmaFlags.Read));
        Assert.Equal(Errno.Ok, Mm.Mprotect(Range(Hva0, 0), NoProtection));
        Assert.Equal(Errno.ENOMEM, Mm.Mprotect(Range(Hva0, ulong.MaxValue), NoProtection));
        Assert.Equal(Errno.ENOMEM, Mm.Mprotect(Range(Hva0, ulong.MaxValue - Hva0), VmaFlags.Read));
        Assert.Equal(Errno.EINVAL, Mm.Mprotect(Range(Hva0, Page), NoProtection));
        Assert.Equal(Errno.ENOMEM, Mm.Mprotect(Range(Hva0, Page), VmaFlags.Read));
    }

    [Fact]
    public void Mprotect_BeyondTheLastAddress_ChangesWhatIsBelow()
    {
        ulong last = Mm.TaskSize.Value - Page;
        _machine.Map(last, 1);
        Assert.Equal(Errno.ENOMEM, Mm.Mprotect(Range(last, 2 * Page), VmaFlags.Read));
        Assert.Equal(Errno.EFAULT, Mm.Write(new Hva(last), 1));
    }

    [Fact]
    public void Mprotect_AreaThatRefuses_ChangesWhatComesBefore()
    {
        int fd = Mm.Files.Install(new MemoryFile(_machine.Memory, Page, readOnly: true)).Value;
        Hva file = Mm.MmapFile(Page, VmaFlags.Read | VmaFlags.Shared, fd).Value;
        Hva before = file - Page;
        _machine.Map(before.Value, 1, VmaFlags.Read);
        Assert.Equal(Errno.EACCES, Mm.Mprotect(Range(before.Value, 2 * Page), VmaFlags.ReadWrite));
        Assert.Equal(Errno.Ok, Mm.Write(before, 1));
        Assert.Equal(Errno.EFAULT, Mm.Write(file, 1));
        Assert.Equal(Errno.EACCES, Mm.Mprotect(Range(file.Value, Page), VmaFlags.ReadWrite));
    }

    [Fact]
    public void Madvise_OrderOfItsTests()
    {
        _machine.Map(Hva0, 1);
        Assert.Equal(Errno.EINVAL, Mm.Madvise(Range(Hva0, 0), (Advice)99));
        Assert.Equal(Errno.EINVAL, Mm.Madvise(Range(Hva0, Page), (Advice)99));
        Assert.Equal(Errno.EINVAL, Mm.Madvise(Range(Hva0 + 1, 0), Advice.DontNeed));
        Assert.Equal(Errno.EINVAL, Mm.Madvise(Range(Hva0, ulong.MaxValue), Advice.DontNeed));
        Assert.Equal(Errno.EINVAL, Mm.Madvise(Range(Hva0, ulong.MaxValue - Hva0), Advice.DontNeed));
        Assert.Equal(Errno.Ok, Mm.Madvise(Range(0x10000, 0), Advice.DontNeed));
        Assert.Equal(Errno.ENOMEM, Mm.Madvise(Range(0x10000, Page), Advice.DontNeed));
        Assert.Equal(Errno.ENOMEM, Mm.Madvise(Range(Mm.TaskSize.Value, Page), Advice.DontNeed));
    }

    [Fact]
    public void Madvise_BeyondTheLastAddress_FollowsTheAdviceBelow()
    {
        ulong last = Mm.TaskSize.Value - Page;
        _machine.Map(last, 1);
        Assert.Equal(Errno.Ok, Mm.Write(new Hva(last), 1));
        Assert.Equal(Errno.ENOMEM, Mm.Madvise(Range(last, 2 * Page), Advice.DontNeed));
        Assert.Equal(0ul, Mm.Read(new Hva(last)).Value);
    }

    [Fact]
    public void Munmap_OrderOfItsTests()
    {
        Assert.Equal(Errno.EINVAL, Mm.Munmap(Range(Hva0, 0)));
        Assert.Equal(Errno.EINVAL, Mm.Munmap(Range(Hva0 + 1, Page)));
        Assert.Equal(Errno.EINVAL, Mm.Munmap(Range(Mm.TaskSize.Value, Page)));
        Assert.Equal(Errno.EINVAL, Mm.Munmap(Range(Hva0, ulong.MaxValue)));
        Assert.Equal(Errno.Ok, Mm.Munmap(Range(Hva0, Page)));
    }

    [Fact]
    public void Fallocate_OrderOfItsTests()
    {
        GuestMemfd file = _machine.AddPrivateSlot(0, 0x10, 4, Hva0);
        const ulong Negative = 1UL << 63;
        Assert.Equal(Errno.EINVAL, file.Fallocate(FallocateMode.None, 0, 0));
        Assert.Equal(Errno.EINVAL, file.Fallocate(FallocateMode.None, Negative, Page));
        Assert.Equal(Errno.EINVAL, file.Fallocate(FallocateMode.None, 0, Negative));
        Assert.Equal(Errno.EOPNOTSUPP, file.Fallocate(FallocateMode.None, 1, 1));
        Assert.Equal(Errno.EOPNOTSUPP, file.Fallocate(FallocateMode.PunchHole, 0, Page));
        Assert.Equal(Errno.EOPNOTSUPP, file.Fallocate(Keep | (FallocateMode)0x80, 0, Page));
        Assert.Equal(Errno.EFBIG, file.Fallocate(Punch, Negative - Page, Page + 1));
        Assert.Equal(Errno.EFBIG, file.Fallocate(Keep, Negative - Page, Page));
        Assert.Equal(Errno.EINVAL, file.Fallocate(Punch, 1, Page));
        Assert.Equal(Errno.EINVAL, file.Fallocate(Keep, 4 * Page, Page));
        Assert.Equal(Errno.Ok, file.Fallocate(Punch, 4 * Page, Page));
    }

    [Fact]
    public void Populate_EndsWithTheSlotThatItBeganIn()
    {
        _ = _machine.AddPrivateSlot(0, 0x10, 2, Hva0);
        _ = _machine.AddPrivateSlot(1, 0x12, 2, Hva0 + (2 * Page));
        Assert.Equal(Errno.Ok, _machine.SetPrivate(0x10, 4));
        var seen = new List<Gfn>();
        Result<ulong> done = _machine.Kvm.GmemPopulate(new Gfn(0x11), null, 3, (_, gfn, _, _) =>
        {
            seen.Add(gfn);
            return Errno.Ok;
        });
        Assert.Equal(1ul, done.Value);
        Assert.Equal([new Gfn(0x11)], seen);
    }

    private static HvaRange Range(ulong start, ulong length) => HvaRange.FromStartLength(new Hva(start), length);
}
