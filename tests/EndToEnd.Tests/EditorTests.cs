using EndToEnd.Tests.Running;

namespace EndToEnd.Tests;

/// <summary>The squiggle and the light bulb, by the services behind the editors.</summary>
public sealed class EditorTests
{
    [EditorFact]
    public async Task OpenDocument_ShowsEveryRuleLive()
    {
        var session = await EditorSession.OfSnippetsAsync();

        Assert.Empty(session.Deprioritized);
        Assert.Empty(session.CompilationEnd);
        var live = session.Live.Where(f => f.Id.StartsWith("LCK", StringComparison.Ordinal) && f.Id != "LCK9006");
        Same.Items(ExpectedFindings.All, live.Select(f => new ExpectedFinding(f.File, f.Line, f.Id)), "In open documents");
        Assert.Contains(session.Live, f => f.Id == "LCK9006");
    }

    [EditorFact]
    public async Task LightBulb_OffersEveryFixWithAPreview()
    {
        var session = await EditorSession.OfSnippetsAsync();
        foreach (var rule in ExpectedFindings.Rules.Where(r => r.InSource))
        {
            var offered = session.Fixes.Where(f => f.Id == rule.Id).ToList();
            if (!rule.HasFix)
            {
                Assert.Empty(offered);
                continue;
            }

            Assert.True(offered.Count > 0, $"No fix is offered for {rule.Id}.");
            Assert.All(offered, fix => Assert.True(fix.Preview.Length > 0, $"{rule.Id}: '{fix.Title}' has no preview."));
            Assert.All(offered, fix => Assert.True(fix.FixAll, $"{rule.Id}: '{fix.Title}' has no Fix All."));
        }
    }

    [EditorFact]
    public async Task Host_TellsLiveFromDeprioritizedAndCompilationEnd()
    {
        var folder = ScratchFolder.Create();
        File.WriteAllText(Path.Combine(folder, "A.cs"), "class C { void Bad() { } }\nclass Bad { }\nclass Slow { }\n");
        var session = await EditorSession.OpenAsync(folder, Repository.SampleExtension);
        Assert.Equal(["TST0001", "TST0003"], session.Live.Select(f => f.Id).Order(StringComparer.Ordinal));
        Assert.Equal(["TST0003"], session.Deprioritized);
        Assert.Equal(["TST0002"], session.CompilationEnd);
        Assert.Equal(new EditorFix("TST0001", "A.cs", 1, "Call it Good", FixAll: true, "class C { void Good() { } }"), Assert.Single(session.Fixes));
    }

    [Fact]
    public async Task SdkWithoutEditorServices_IsToldApart()
    {
        var result = await Cli.DotnetAsync(Repository.Root, Repository.IdeHost, ScratchFolder.Create(), "probe");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("not as expected", result.Error, StringComparison.Ordinal);
    }
}
