using MemoryModel.Exploration;
using MemoryModel.Locking;
using MemoryModel.Memory;

namespace MemoryModel.Tests.Exploration;

/// <summary>L19: page merging and fork beside a process that writes. No write is lost, and none is seen where it does not belong.</summary>
public sealed class HostRaceTests
{
    private const ulong Page = PageSize.Bytes;
    private static readonly Hva s_first = new(0x200000);
    private static readonly Hva s_second = new(0x200000 + Page);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void L19_PageMergedWhileOneAddressIsWritten_EachAddressReadsItsOwn(bool first) => RaceAssert.Free(() =>
    {
        Mm mm = Equal();
        Hva written = first ? s_first : s_second;
        return new Trial(
            new TrialTask("merge", () => _ = mm.MergePages(s_first, s_second)),
            new TrialTask("process", () => Assert.Equal(Errno.Ok, mm.Write(written, 8))))
        {
            AtEnd = () => Assert.Equal((first ? 8ul : 7ul, first ? 7ul : 8ul), (mm.Read(s_first).Value, mm.Read(s_second).Value)),
        };
    }, preemptions: 3);

    [Fact]
    public void L19_PageMergedWithTwoOthersAtOnce_EachAddressReadsItsOwn() => RaceAssert.Free(() =>
    {
        Mm mm = Equal();
        return new Trial(
            new TrialTask("merge", () => _ = mm.MergePages(s_first, s_second)),
            new TrialTask("other", () => _ = mm.MergePages(s_second, s_first)),
            new TrialTask("process", () => Assert.Equal(Errno.Ok, mm.Write(s_second, 8))))
        {
            AtEnd = () => Assert.Equal((7ul, 8ul), (mm.Read(s_first).Value, mm.Read(s_second).Value)),
        };
    }, preemptions: 2);

    [Fact]
    public void L19_ForkWhileThePageIsWritten_TheChildHasOneOrTheOther_AndKeepsIt() => RaceAssert.Free(() =>
    {
        Mm mm = Equal();
        Mm child = null!;
        return new Trial(
            new TrialTask("fork", () => child = mm.Fork().Value),
            new TrialTask("process", () => Assert.Equal(Errno.Ok, mm.Write(s_first, 8))))
        {
            AtEnd = () =>
            {
                ulong seen = child.Read(s_first).Value;
                Assert.Contains(seen, (ulong[])[7, 8]);
                Assert.Equal(Errno.Ok, mm.Write(s_first, 9));
                Assert.Equal(seen, child.Read(s_first).Value);
            },
        };
    }, preemptions: 2);

    private static Mm Equal()
    {
        var mm = new Mm(new HostMemory(), new Lockdep());
        Assert.Equal(Errno.Ok, mm.MmapFixed(s_first, 2 * Page, VmaFlags.ReadWrite | VmaFlags.Mergeable));
        Assert.Equal(Errno.Ok, mm.Write(s_first, 7));
        Assert.Equal(Errno.Ok, mm.Write(s_second, 7));
        return mm;
    }
}
