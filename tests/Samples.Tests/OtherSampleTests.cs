namespace Samples.Tests;

public sealed class OtherSampleTests
{
    [Fact]
    public async Task AsReviewed_ValidatorNamesWhatItCanSeeAtRunTime()
    {
        string[] lines = (await SampleProgram.RunAsync("AsReviewed")).Select(line => line.Trim()).ToArray();
        Assert.Equal("lock required", InvariantAfter(lines, "VmaWithoutTheMmapLock"));
        Assert.Equal("held at return", InvariantAfter(lines, "EarlyReturnWithTheMmapLockHeld"));
        Assert.Equal("recursive lock", InvariantAfter(lines, "LockingVariantWithTheLockHeld"));
        Assert.Equal("sleep in atomic", InvariantAfter(lines, "MutexInAHandlerUnderTheMmuLock"));
        Assert.Equal("nothing noticed at run time", InvariantAfter(lines, "HandlerErrorIgnored"));
        Assert.Equal("returned ECHILD", InvariantAfter(lines, "ErrorsMergedWithOr"));
        Assert.Contains("held at return: returned with kvm->srcu (shared) (task SrcuNotReleasedOnTheErrorPath)", lines);
    }

    [Fact]
    public async Task PlainLocks_ComesToTheRightSums()
    {
        string[] lines = await SampleProgram.RunAsync("PlainLocks");
        Assert.Equal(
            [
                "Account: 100 in both accounts, as before",
                "BoundedQueue: sum 55",
                "Cache: 5 entries",
                "Connection: 10 messages, one at a time; try: True",
                "Counter: 1000",
                "Statistics: 1000 values, sum 499500",
                "",
            ],
            lines);
    }

    private static string InvariantAfter(string[] lines, string mistake) => lines[Array.IndexOf(lines, mistake) + 1].Split(':')[0];
}
