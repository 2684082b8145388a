using Samples.SecureMemslots;

namespace Samples.Tests;

public sealed class SecureMemslotDropTests
{
    [Fact]
    public async Task Program_TellsWhatEachFormLeavesBehind()
    {
        string[] lines = await SampleProgram.RunAsync("SecureMemslotDrop");
        string[] results = lines.Where(line => line.Contains("pages left") || line.Contains("log:")).Select(line => line.Trim()).ToArray();
        Assert.Equal(
            [
                "slot still valid: 0 pages left in secure memory",
                "slot INVALID (memory unplugged): 8 pages left in secure memory",
                "one area: 0 pages left in secure memory",
                "two adjacent areas: 8 pages left in secure memory",
                "log: Can't find VMA for gfn:0x100",
                "one area: 0 pages left in secure memory",
                "two adjacent areas: 0 pages left in secure memory",
                "a hole at the sixth page: 2 pages left in secure memory",
                "log: Can't find VMA for gfn:0x105",
            ],
            results);
    }

    [Fact]
    public async Task Program_ShowsTheDocumentedOrderOfLocks()
    {
        string[] lines = await SampleProgram.RunAsync("SecureMemslotDrop");
        Assert.Contains("   mmap_lock -> uvmem_lock", lines);
        Assert.Contains("   slots_lock -> kvm->srcu", lines);
        Assert.DoesNotContain("   uvmem_lock -> mmap_lock", lines);
    }

    [Theory]
    [InlineData(1ul)]
    [InlineData(4ul)]
    [InlineData(7ul)]
    public void TwoAreasSplitAnywhere_PostedFormDropsNothing_MergedFormAll(ulong firstArea)
    {
        var posted = new Guest(PostedDrop.Drop, firstArea);
        posted.Unplug();
        Assert.Equal((int)Guest.Pages, posted.SecurePages);

        var merged = new Guest(firstArea: firstArea);
        merged.Unplug();
        Assert.Equal(0, merged.SecurePages);
        Assert.Empty(merged.Log);
    }

    [Fact]
    public void FaultBasedForm_LeavesNoLockHeldEitherWay()
    {
        var guest = new Guest(FaultBasedDrop.Drop);
        MemoryModel.Locking.ModelTask.Run("unplug", guest.Unplug);
        MemoryModel.Locking.ModelTask.Run("reset", () => new Guest().DropWhileValid(FaultBasedDrop.Drop));
    }
}
