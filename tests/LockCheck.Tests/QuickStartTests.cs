using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary>The first command of the README, with the analyzers as they ship.</summary>
public sealed class QuickStartTests
{
    const string Command = "dotnet run --project analyzers/LockCheck -- check samples/AsReviewed";

    /// <summary>Stands for the findings that the README leaves out.</summary>
    const string Cut = "[...]";

    [Fact]
    public async Task CheckOfTheReviewedSample_PrintsWhatTheReadmeShows()
    {
        var root = Root();
        var run = await Tool.AsProcess(root, "check", "samples/AsReviewed");
        Assert.Equal("", run.Error);
        Assert.Equal(1, run.ExitCode);
        var printed = run.Output.ReplaceLineEndings("\n").Trim();
        // The findings in between are left out of the README, and nothing else.
        var shown = Shown(await File.ReadAllTextAsync(Path.Combine(root, "README.md"))).Split($"\n{Cut}\n\n");
        Assert.Equal(2, shown.Length);
        Assert.Equal(shown[0], printed[..Math.Min(shown[0].Length, printed.Length)]);
        Assert.Equal(shown[1], printed[Math.Max(0, printed.Length - shown[1].Length)..]);
        Assert.StartsWith("By rule\n", shown[1], StringComparison.Ordinal);
    }

    static string Shown(string readme)
    {
        var start = readme.IndexOf($"<!-- output of: {Command} -->", StringComparison.Ordinal);
        Assert.True(start >= 0, "The README shows no output of its first command.");
        start = readme.IndexOf("```text\n", start, StringComparison.Ordinal) + "```text\n".Length;
        return readme[start..readme.IndexOf("\n```", start, StringComparison.Ordinal)].Trim();
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Analyzers.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
