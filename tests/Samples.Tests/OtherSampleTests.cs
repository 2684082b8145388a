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
        Assert.Equal("returned EFAULT", InvariantAfter(lines, "WalkGoesOnAfterAFailure"));
        Assert.Equal("result used without a test", InvariantAfter(lines, "PageUsedBeforeItsTest"));
        Assert.Equal("page reference", InvariantAfter(lines, "PageGivenBackAsTheOtherKind"));
        // The mistake is in what is left out; nothing happens meanwhile here.
        Assert.Equal("returned Fixed", InvariantAfter(lines, "RecheckLeftOutForPrivatePages"));
        Assert.Equal("returned MemoryFault", InvariantAfter(lines, "ExitWithoutTheKind"));
        Assert.Equal("nothing noticed at run time", InvariantAfter(lines, "FlushFlagLost"));
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

    [Fact]
    public async Task AsReviewed_EveryMistakeIsRun()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Analyzers.sln")))
            folder = folder.Parent;
        int mistakes = Directory.EnumerateFiles(Path.Combine(folder.FullName, "samples", "AsReviewed"), "*Mistakes.cs")
            .Sum(static file => File.ReadLines(file).Count(static line => line.Contains("// mistake:", StringComparison.Ordinal)));
        // What starts a line is the name of a mistake; one of the methods shows two.
        Assert.Equal(mistakes - 1, (await SampleProgram.RunAsync("AsReviewed")).Count(static line => line.Length > 0 && line[0] != ' '));
    }
}
