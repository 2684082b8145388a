using EndToEnd.Tests.Running;

namespace EndToEnd.Tests;

/// <summary><c>.ci/run</c> sums what the test projects report. A stand-in for <c>dotnet</c> writes the result files.</summary>
public sealed class ContinuousIntegrationTests
{
    [Fact]
    public async Task SeveralProjects_AreSummed()
    {
        var result = await RunAsync(exitCode: 0, "passed=\"12\" failed=\"0\"", "passed=\"30\" failed=\"0\"");
        Assert.Equal("42 passed, 0 failed", LastLine(result));
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task OneFailure_FailsTheRun()
    {
        var result = await RunAsync(exitCode: 1, "passed=\"12\" failed=\"0\"", "passed=\"3\" failed=\"2\"");
        Assert.Equal("15 passed, 2 failed", LastLine(result));
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task FailureThatDotnetDoesNotReport_FailsTheRun() =>
        Assert.Equal(1, (await RunAsync(exitCode: 0, "passed=\"12\" failed=\"1\"")).ExitCode);

    [Fact]
    public async Task NoTest_FailsTheRun()
    {
        var result = await RunAsync(exitCode: 0);
        Assert.Equal("0 passed, 0 failed", LastLine(result));
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task BuildFailure_FailsTheRun()
    {
        var result = await RunAsync(exitCode: 1, "passed=\"12\" failed=\"0\"");
        Assert.Equal("12 passed, 0 failed", LastLine(result));
        Assert.Equal(1, result.ExitCode);
    }

    static string LastLine(CliResult result) => result.Output.TrimEnd().Split('\n')[^1];

    static async Task<CliResult> RunAsync(int exitCode, params string[] counters)
    {
        var bin = ScratchFolder.Create();
        var writes = counters.Select((c, i) =>
            $"echo '<TestRun><ResultSummary><Counters total=\"99\" executed=\"99\" {c} error=\"0\" timeout=\"0\" aborted=\"0\" passedButRunAborted=\"0\" /></ResultSummary></TestRun>' > \"$results/{i}.trx\"\n");
        var stand = Path.Combine(bin, "dotnet");
        await File.WriteAllTextAsync(stand, $$"""
            #!/bin/sh
            for argument in "$@"; do
                case $argument in -p:TestResultsFolder=*) results=${argument#*=} ;; esac
            done
            {{string.Concat(writes)}}
            exit {{exitCode}}
            """);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(stand, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return await Cli.RunAsync(
            Repository.Root, "bash", [".ci/run"], ("PATH", $"{bin}:{Environment.GetEnvironmentVariable("PATH")}"));
    }
}
