using System.Diagnostics;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary><c>lockcheck init</c>.</summary>
public sealed class InitTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    Task<Tool.Run> Init(params string[] arguments) => Tool.InProcess(_folder, [], ["init", "-C", _folder.Root, .. arguments]);

    [Fact]
    public async Task Init_WritesItsFilesOnce()
    {
        Assert.Equal(ExitCode.Clean, (await Init()).ExitCode);
        Assert.Contains("fetch-depth: 0", File.ReadAllText(_folder.Path(".github/workflows/lockcheck.yml")), StringComparison.Ordinal);
        Assert.Contains("lockcheck patch", File.ReadAllText(_folder.Path(".gitlab/lockcheck.yml")), StringComparison.Ordinal);
        Assert.Contains("fetchDepth: 0", File.ReadAllText(_folder.Path(".azure-pipelines/lockcheck.yml")), StringComparison.Ordinal);
        Assert.StartsWith("#!/bin/sh\n", File.ReadAllText(_folder.Path(".githooks/pre-commit")), StringComparison.Ordinal);
        // The two hooks would ask twice.
        Assert.False(File.Exists(_folder.Path(".githooks/commit-msg")));
        if (!OperatingSystem.IsWindows())
            Assert.True(File.GetUnixFileMode(_folder.Path(".githooks/pre-commit")).HasFlag(UnixFileMode.UserExecute));

        Assert.Contains("--force", (await Init()).Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Clean, (await Init("hook", "--force")).ExitCode);
    }

    [Theory]
    [InlineData(0, "Count faster", 0)]
    [InlineData(1, "Count faster", 1)]
    [InlineData(1, "Count faster\n\nLockcheck:\n", 1)]
    [InlineData(1, "Count faster\n\nLockcheck: counted by one thread only\n", 0)]
    [InlineData(3, "Count faster\n\nLockcheck: counted by one thread only\n", 3)]
    public async Task MessageHook_TakesAReasonForFindings_AndForNothingElse(int toolExit, string message, int expected)
    {
        if (OperatingSystem.IsWindows())
            return;
        await Init("commit-msg");
        _folder.Add("bin/lockcheck", $"#!/bin/sh\n[ \"$*\" = 'patch --staged' ] && exit {toolExit}\nexit 99\n").Add("message", message);
        File.SetUnixFileMode(_folder.Path("bin/lockcheck"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo(_folder.Path(".githooks/commit-msg"), [_folder.Path("message")]) { RedirectStandardError = true };
        start.Environment["PATH"] = _folder.Path("bin") + ":" + Environment.GetEnvironmentVariable("PATH");
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((expected, expected == 1), (process.ExitCode, said.Contains("Lockcheck: REASON", StringComparison.Ordinal)));
    }
}
