using MemoryModel.Mmu;

namespace Samples.Tests;

/// <summary>The stories of private faults, range reasons, and swapping.</summary>
public sealed class MemorySamplesTests
{
    [Fact]
    public async Task PrivateFault_TellsBothExits_BalancedReferences_AndTheHole()
    {
        string[] lines = await LinesAsync("PrivateFault");
        Assert.Contains("write, shared: 0x0; 0 private pages, 1 pages in all", lines);
        Assert.Contains("converted to private; read: 0x0; 1 private pages, 1 pages in all", lines);
        Assert.Contains("no slot is there: MemoryFault (EFAULT), gpa 0x104000, size 4096, private", lines);
        Assert.Equal(
            [
                "shared access, not allocated: Fixed; references not given back: 0",
                "private access, not allocated: ExitMapPrivate; references not given back: 0",
                "private access, allocated: Fixed; references not given back: 0",
                "shared access, allocated: ExitMapShared; references not given back: 0",
            ],
            lines.Where(line => line.Contains("references not given back", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.StartsWith("as posted, no check for a private page: E3:", StringComparison.Ordinal));
        Assert.Contains("the check made for every page: Retry", lines);
    }

    [Fact]
    public async Task RangeReasons_TellsWhichMappingsGo_AndWhatThatCosts()
    {
        string[] lines = await LinesAsync("RangeReasons");
        Assert.Equal(
            [
                "PPPPSSSS  before: ok, 0 invalidations",
                "PPPP----  the process unmaps all of it: ok, 1 invalidations",
                "P--PSSSS  a hole in the file over pages 1 to 2: ok, 1 invalidations",
                "----SSSS  a hole over all of the file: ok, 1 invalidations",
                "PPPP--SS  pages 2 to 5 become private: ok, 1 invalidations",
                "PP--SSSS  pages 2 to 5 become shared: ok, 1 invalidations",
            ],
            lines.Where(line => line.EndsWith("invalidations", StringComparison.Ordinal)));
        Assert.Contains("conversion to private takes only shared mappings: ok; the guest reads its private page: 0x65", lines);
        Assert.Contains("without being told, it takes both: ok; the guest reads its private page: Exception", lines);
        Assert.Contains("it accepts the page: ok; and reads: 0x0", lines);
        Assert.Equal(2, lines.Count(line => line.EndsWith("the guest owned 4 pages, and owns 0; 0 pages in use", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task SwapThroughNotifiers_TellsSwapRaceListAndPublication()
    {
        string[] lines = await LinesAsync("SwapThroughNotifiers");
        Assert.Contains("swap out: EAGAIN, then EBUSY; 1 page in memory", lines);
        Assert.Equal(2, lines.Count(line => line.EndsWith("just used: EAGAIN; idle: ok, 0 pages in memory; read back: 0x2a", StringComparison.Ordinal)));
        Assert.Contains("counted and asked again: Retry", lines);
        Assert.Contains(lines, line => line.StartsWith("as posted: E3: page", StringComparison.Ordinal));
        Assert.Contains("next one looked up first, as posted: 1 left", lines);
        Assert.Contains("begun anew after each: 0 left", lines);
        Assert.Contains("the allocation fails: ENOMEM; a walk meanwhile finds 0 and passes over 1, one afterwards finds 0 and passes over 1", lines);
    }

    [Fact]
    public void CheckedFault_WithNothingMeanwhile_MapsThePage()
    {
        var guest = new PrivateFaults.Guest();
        guest.Convert(PrivateFaults.Guest.First, isPrivate: true);
        Assert.Equal(RetPf.Fixed, PrivateFaults.CheckedFault.Handle(guest, PrivateFaults.Guest.First, () => { }));
        guest.Kvm.Invariants!.CheckAll();
    }

    [Fact]
    public void RepairedFault_WithNothingMeanwhile_MapsThePage()
    {
        var guest = new Swapping.Guest();
        Assert.Equal(RetPf.Fixed, Swapping.RepairedFault.Fault(guest, () => { }));
        Swapping.PostedForm.Fault(new Swapping.Guest(), () => { });
        guest.Kvm.Invariants!.CheckAll();
    }

    private static async Task<string[]> LinesAsync(string sample) => (await SampleProgram.RunAsync(sample)).Select(line => line.Trim()).ToArray();
}
