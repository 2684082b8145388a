using System.Text.Json;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests.Output;

/// <summary><c>lockcheck check --format</c>: findings of code as it stands, for programs.</summary>
public sealed class CheckFormatTests : IDisposable
{
    // As in a repository: files are named from its top.
    readonly TempFolder _folder = new TempFolder().Add(".git", "gitdir: elsewhere\n").AddProject("src/P.csproj")
        .Add("src/C.cs", "class C { static void Bad() { } void M() { Bad(); Bad(); } }\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sarif_HasTheFindingsAndNoBaseline()
    {
        var run = await Tool.Check(_folder, "src", "--format", "sarif");
        using var sarif = JsonDocument.Parse(run.Output);
        var results = sarif.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(2, results.Count);
        Assert.All(results, r => Assert.False(r.TryGetProperty("baselineState", out _)));
        Assert.All(results, r => Assert.Equal("src/C.cs", r.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString()));
        Assert.Equal(2, results.Select(r => r.GetProperty("partialFingerprints").GetProperty("primaryLocationLineHash").GetString()).Distinct().Count());
        Assert.Equal(ExitCode.Findings, run.ExitCode);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task Json_FollowsItsSchema()
    {
        var run = await Tool.Check(_folder, "src", "--format", "json", "--exit-zero");
        using var schema = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Support.Repository.Root, "analyzers", "docs", "patch-report.schema.json")));
        using var report = JsonDocument.Parse(run.Output);
        Assert.Empty(JsonSchema.Violations(schema.RootElement, report.RootElement));
        Assert.Equal(ExitCode.Clean, run.ExitCode);
    }

    [Fact]
    public async Task Notes_AreNoPartOfIt()
    {
        Assert.Equal(ExitCode.Clean, (await Tool.Check(_folder, "src", "--baseline", _folder.Path("known.json"), "--accept", "old")).ExitCode);
        var run = await Tool.Check(_folder, "src", "--format", "line", "--baseline", _folder.Path("known.json"), "--no-restore");
        Assert.Equal((ExitCode.Clean, "", "lockcheck: baseline: 2 known, 0 waived\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("line", "src/P.csproj:1:1: error not-analysed: does not compile for net10.0: CS1002: ; expected\n")]
    [InlineData("tap", "TAP version 13\n1..1\nnot ok 1 - src/P.csproj:1:1 not-analysed\n")]
    [InlineData("junit", "<error message=\"does not compile for net10.0: CS1002: ; expected\"")]
    public async Task WhatDoesNotCompile_IsAProblemInEveryList(string format, string expected)
    {
        _folder.Add("src/C.cs", "class C { void M() { int x } }\n");
        var run = await Tool.Check(_folder, "src", "--format", format, "--exit-zero");
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Partial, run.ExitCode);
    }

    [Fact]
    public async Task Output_FollowsALink_AndLeavesADeviceAlone()
    {
        if (OperatingSystem.IsWindows())
            return;
        _folder.Add("there.txt", "old");
        File.CreateSymbolicLink(_folder.Path("link.txt"), _folder.Path("there.txt"));
        await Tool.Check(_folder, "src", "--format", "line", "--output", _folder.Path("link.txt"));
        Assert.NotNull(new FileInfo(_folder.Path("link.txt")).LinkTarget);
        Assert.StartsWith("src/C.cs:1:", File.ReadAllText(_folder.Path("there.txt")), StringComparison.Ordinal);

        Assert.Equal(ExitCode.Findings, (await Tool.Check(_folder, "src", "--no-restore", "--output", "/dev/null")).ExitCode);
        Assert.Empty(File.ReadAllBytes("/dev/null"));
        Assert.False(File.Exists("/dev/null.tmp"));
    }
}
