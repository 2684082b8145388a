using System.Text.Json;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests.Patches;

/// <summary>The series in <c>samples/patches</c>: what was posted has what its reviewers found, and what they asked for has not.</summary>
public sealed class SamplePatchesTests
{
    static string Folder(string series) => Path.Combine(Repository.Root, "samples", "patches", series);

    // Sources that were unpacked, not cloned, have nothing to apply a patch to.
    static bool IsClone => Path.Exists(Path.Combine(Repository.Root, ".git"));

    [Theory]
    [InlineData("1-secure-memslot-drop", "LCK1002 LCK1002 LCK1006")]
    [InlineData("2-hva-range-operator", "LCK2001 LCK3002")]
    [InlineData("3-private-page-fault", "LCK5001")]
    [InlineData("4-gfn-range-flags", "LCK5003 LCK5004")]
    [InlineData("5-mmu-notifier-swapping", "LCK1001 LCK1001 LCK5001")]
    public async Task PostedForm_HasWhatTheReviewFound_AndTheNextMendsIt(string series, string rules)
    {
        if (!IsClone)
            return;
        var posted = Directory.EnumerateFiles(Folder(series)).Order(StringComparer.Ordinal).First();
        var first = await Tool.AsProcess(Repository.Root, "patch", posted, "--format", "json");
        Assert.Equal((ExitCode.Findings, ""), (first.ExitCode, first.Error));
        Assert.Equal(rules, Rules(first.Output, "introduced"));

        var whole = await Tool.AsProcess(Repository.Root, "patch", Folder(series), "--format", "json");
        Assert.Equal((ExitCode.Clean, ""), (whole.ExitCode, whole.Error));
        Assert.Equal("", Rules(whole.Output, "introduced"));
        Assert.Equal(rules, Rules(whole.Output, "passing"));
    }

    [Fact]
    public async Task Readme_ShowsTheReviewReply()
    {
        if (!IsClone)
            return;
        const string command = "lockcheck patch samples/patches/1-secure-memslot-drop/0001-Drop-secure-memslots-by-paging-out-directly.patch --format review";
        var readme = (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"))).ReplaceLineEndings("\n");
        var start = readme.IndexOf($"<!-- output of: {command} -->", StringComparison.Ordinal);
        Assert.True(start >= 0, "The README shows no review reply.");
        start = readme.IndexOf("```text\n", start, StringComparison.Ordinal) + "```text\n".Length;
        var shown = readme[start..readme.IndexOf("\n```", start, StringComparison.Ordinal)].Trim();

        var run = await Tool.AsProcess(Repository.Root, command.Split(' ')[1..]);
        // The commit that it was compared with is another one each time.
        Assert.Equal(shown, run.Output[..run.Output.IndexOf("\nCompared with ", StringComparison.Ordinal)].Trim());
    }

    static string Rules(string json, string verdict)
    {
        using var report = JsonDocument.Parse(json);
        return string.Join(' ', report.RootElement.GetProperty("findings").EnumerateArray().Where(f => f.GetProperty("verdict").GetString() == verdict).Select(f => f.GetProperty("rule").GetString()).Order(StringComparer.Ordinal));
    }
}
