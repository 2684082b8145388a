using EndToEnd.Tests.Running;

namespace EndToEnd.Tests;

/// <summary>The findings do not depend on the compiler that hosts the analyzers.</summary>
public sealed class CompilerVersionTests
{
    static readonly string[] s_versions = ["4.8.0", "4.14.0", "5.12.0"];

    [Fact]
    public async Task Snippets_GiveTheMarkedFindingsOnEveryCompiler()
    {
        foreach (var version in s_versions)
        {
            var run = await FindingsRun.OfSnippetsAsync(version);
            var expected = ExpectedFindings.All.Select(f => $"{f.File}({f.Line}) {f.Id}");
            var found = run.Findings.Where(f => !f.StartsWith('-')).Select(Short);
            Same.Items(expected, found.Where(f => !f.EndsWith("LCK9006", StringComparison.Ordinal)), $"On Roslyn {version}");
        }
    }

    [Fact]
    public async Task Snippets_GiveTheSameMessagesAndPlacesOnEveryCompiler()
    {
        var runs = await Task.WhenAll(s_versions.Select(FindingsRun.OfSnippetsAsync));
        Assert.Equal(["4.8", "4.14", "5.12"], runs.Select(r => r.Compiler));
        foreach (var run in runs)
        {
            Assert.Equal(runs[0].Supported, run.Supported);
            Same.Items(runs[0].Findings, run.Findings, $"On Roslyn {run.Compiler}, beside {runs[0].Compiler}");
        }
    }

    [Fact]
    public async Task SupportedRules_AreTheExpectedOnes()
    {
        var expected = ExpectedFindings.Rules.Select(r => r.Id).Concat(ExpectedFindings.ReportedOtherwise);
        Assert.Equal(expected.Order(StringComparer.Ordinal), (await FindingsRun.OfSnippetsAsync("5.12.0")).Supported);
    }

    [Fact]
    public void EveryExpectedRuleInSource_HasASnippetThatMarksIt() =>
        Assert.All(ExpectedFindings.Rules.Where(r => r.InSource), rule =>
            Assert.Contains(ExpectedFindings.Of([rule.Id]), f => f.File == rule.Id + ".cs"));

    [Fact]
    public async Task AnalyzerBuiltForANewerCompiler_IsReportedByTheHost()
    {
        var old = await FindingsRun.StartAsync("4.8.0", Repository.Snippets, Repository.SampleExtension);
        Assert.Equal(1, old.ExitCode);
        Assert.Contains("ReferencesNewerCompiler", old.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_ReportsFindingsWithTheirPlace()
    {
        var folder = ScratchFolder.Create();
        File.WriteAllText(Path.Combine(folder, "A.cs"), "class C { void Bad() { } }\nclass Bad { }\n");
        var run = await FindingsRun.RunAsync("5.12.0", folder, Repository.SampleExtension);
        Assert.Equal(["A.cs(1,16,1,19): TST0001: 'Bad' is bad", "A.cs(2,7,2,10): TST0002: 'Bad' is bad"], run.Findings);
    }

    static string Short(string finding)
    {
        var place = finding.Split(": ", 3);
        var open = place[0].IndexOf('(', StringComparison.Ordinal);
        return $"{place[0][..open]}({place[0][(open + 1)..].Split(',')[0]}) {place[1]}";
    }
}
