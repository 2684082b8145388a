using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary>Comparing logs that were written elsewhere.</summary>
public sealed class SarifDiffTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static string Result(string rule, string uri, int line, string message, string more = "") =>
        """{"ruleId":"RULE","level":"warning","message":{"text":"MESSAGE"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"URI"},"region":{"startLine":LINE}}}]MORE}"""
            .Replace("RULE", rule, StringComparison.Ordinal).Replace("MESSAGE", message, StringComparison.Ordinal).Replace("URI", uri, StringComparison.Ordinal)
            .Replace("LINE", line.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("MORE", more, StringComparison.Ordinal);

    void Log(string name, params string[] results) =>
        _folder.Add(name, """{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[""" + string.Join(',', results) + "]}]}");

    Task<Tool.Run> Diff(params string[] arguments) => Tool.InProcess(_folder, [], ["diff", .. arguments.Select(a => a.EndsWith(".sarif", StringComparison.Ordinal) ? _folder.Path(a) : a)]);

    [Fact]
    public async Task LogsOfEachSide_AreMergedAndCompared()
    {
        // Two machines built the same file in folders of their own; lines moved in between.
        Log("a1.sarif", Result("LCK1001", "file:///b/1/src/A.cs", 10, "a"), Result("LCK1002", "file:///b/1/src/B.cs", 5, "gone"), Result("CS0168", "file:///b/1/src/A.cs", 1, "unused"));
        Log("a2.sarif", Result("LCK1001", "file:///b/1/src/A.cs", 10, "a"));
        Log("b1.sarif", Result("LCK1001", "file:///c/src/A.cs", 14, "a"), Result("LCK1004", "file:///c/src/A.cs", 20, "new"), Result("LCK1005", "file:///c/src/B.cs", 2, "waived", ""","suppressions":[{"kind":"inSource"}]"""));

        var run = await Diff("a1.sarif", "a2.sarif", "--", "b1.sarif");

        Assert.Equal("", run.Error);
        Assert.Contains("introduced (1)\n  A.cs:20: warning LCK1004: new\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("hidden (1)\n  B.cs:2: warning LCK1005", run.Output, StringComparison.Ordinal);
        Assert.Contains("fixed (1)\n  B.cs:5: warning LCK1002: gone\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 introduced, 1 hidden, 1 fixed, 1 pre-existing.\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Findings, run.ExitCode);
    }

    [Fact]
    public async Task TheReverse_SwapsIntroducedAndFixed()
    {
        Log("a.sarif", Result("LCK1001", "A.cs", 10, "a"), Result("LCK1001", "A.cs", 30, "a"));
        Log("b.sarif", Result("LCK1001", "A.cs", 12, "a"), Result("LCK1004", "A.cs", 20, "new"));

        Assert.EndsWith("1 introduced, 0 hidden, 1 fixed, 1 pre-existing.\n", (await Diff("a.sarif", "--", "b.sarif")).Output, StringComparison.Ordinal);
        Assert.EndsWith("1 introduced, 0 hidden, 1 fixed, 1 pre-existing.\n", (await Diff("b.sarif", "--", "a.sarif")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BrokenOrUnfinishedLogs_NeverPass()
    {
        Log("a.sarif");
        _folder.Add("cut.sarif", """{"version":"2.1.0","runs":[{"results":[""");
        _folder.Add("failed.sarif", """{"version":"2.1.0","runs":[{"invocations":[{"executionSuccessful":false}],"results":[]}]}""");
        _folder.Add("old.sarif", """{"version":"1.0.0","runs":[]}""");

        Assert.Equal(ExitCode.NotAnalyzed, (await Diff("a.sarif", "--", "cut.sarif")).ExitCode);
        Assert.Equal(ExitCode.NotAnalyzed, (await Diff("a.sarif", "--", "missing.sarif")).ExitCode);
        Assert.Equal(ExitCode.Partial, (await Diff("a.sarif", "--", "failed.sarif")).ExitCode);
        Assert.Contains("ErrorLog=", (await Diff("a.sarif", "--", "old.sarif")).Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await Diff("a.sarif", "a.sarif")).ExitCode);
        Assert.Equal(ExitCode.Clean, (await Diff("a.sarif", "--", "a.sarif")).ExitCode);
    }
}
