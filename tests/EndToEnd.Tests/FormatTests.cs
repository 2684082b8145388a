using EndToEnd.Tests.Running;

namespace EndToEnd.Tests;

/// <summary><c>dotnet format</c> applies the fixes to a whole project.</summary>
public sealed class FormatTests
{
    [Fact]
    public async Task Format_FixesWhatItIsAskedTo()
    {
        var project = await FreshProject.CreateAsync(ExpectedFindings.Files);
        var fixable = ExpectedFindings.Rules.Where(r => r.HasFix && r.InSource).Select(r => r.Id).ToList();

        (await project.DotnetAsync(["format", "analyzers", "--severity", "info", "--no-restore", "--diagnostics", .. fixable])).Succeeded();
        Assert.DoesNotContain(await project.BuildAsync(), w => fixable.Contains(w.Id));
    }

    [Fact]
    public async Task Format_RunsAnalyzersAndFixesOfAFreshProject()
    {
        var analyzer = $"""</ItemGroup><ItemGroup><Analyzer Include="{Repository.SampleExtension}" />""";
        var project = await FreshProject.CreateAsync([("A.cs", "class A\n{\n    void Bad() { }\n}\n")], items: analyzer);
        (await project.DotnetAsync("format", "analyzers", "--severity", "info", "--no-restore", "--diagnostics", "TST0001")).Succeeded();
        Assert.Contains("void Good() { }", File.ReadAllText(Path.Combine(project.Folder, "A.cs")), StringComparison.Ordinal);
    }
}
