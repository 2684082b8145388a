using System.IO.Compression;
using System.Reflection.PortableExecutable;
using EndToEnd.Tests.Running;

namespace EndToEnd.Tests;

/// <summary>What a user gets who installs the package.</summary>
public sealed class PackageTests
{
    // The tests of a class run one after the other, so they can build the same projects.
    static readonly Lazy<Task<FreshProject>> s_snippets = new(() => FreshProject.CreateAsync(ExpectedFindings.Files));
    static readonly Lazy<Task<FreshProject>> s_empty = new(() => FreshProject.CreateAsync([("A.cs", "class A;")]));

    [Fact]
    public async Task Build_PrintsTheFindingsWithTheirHelpLinks()
    {
        var project = await s_snippets.Value;
        var warnings = await project.BuildAsync();

        AssertShows(ExpectedFindings.All, warnings);
        Assert.Contains(warnings, w => w.Id == "LCK9006");
        Assert.All(warnings, w => Assert.Equal($"https://github.com/lockdiscipline/lockdiscipline/blob/main/analyzers/docs/rules/{w.Id}.md", w.HelpLink));
        Assert.False(
            File.Exists(Path.Combine(project.Folder, "bin/Debug/net10.0/LockDiscipline.Analyzers.dll")), "The analyzers are not part of the program.");
    }

    [Fact]
    public async Task Mode_ChoosesTheRules()
    {
        var project = await s_snippets.Value;

        AssertShows(ExpectedFindings.Of(ExpectedFindings.Minimum), await project.BuildAsync("-p:LockDisciplineMode=Minimum"));
        Assert.Empty(await project.BuildAsync("-p:LockDisciplineMode=None"));
        var strict = await project.BuildAsync("-p:LockDisciplineMode=Strict");
        Assert.Empty(ExpectedFindings.All.Except(strict.Select(w => new ExpectedFinding(w.File, w.Line, w.Id))));
    }

    [Fact]
    public async Task ModeMisspelt_IsAFinding()
    {
        var project = await s_empty.Value;
        var warning = Assert.Single(await project.BuildAsync("-p:LockDisciplineMode=Strikt"));
        Assert.Equal("LCK9006", warning.Id);
        Assert.Contains("'Strikt'", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mode_AddsItsConfigurationAndDefaultAddsNone()
    {
        var project = await s_empty.Value;
        foreach (var mode in new[] { "Strict", "Minimum", "None" })
            Assert.Contains($"LockDiscipline.{mode}.globalconfig", await ConfigurationAsync(mode), StringComparison.Ordinal);
        Assert.Contains("LockDiscipline.Strict.globalconfig", await ConfigurationAsync("strict"), StringComparison.Ordinal);
        Assert.DoesNotContain("LockDiscipline.", await ConfigurationAsync("Default"), StringComparison.Ordinal);

        async Task<string> ConfigurationAsync(string mode) =>
            (await project.DotnetAsync("msbuild", "-getItem:EditorConfigFiles", $"-p:LockDisciplineMode={mode}")).Succeeded().Output;
    }

    [Fact]
    public async Task Package_HoldsAnalyzersDocumentationAndNothingToReferTo()
    {
        using var package = ZipFile.OpenRead(Path.Combine(await Feed.GetAsync(), $"LockDiscipline.Analyzers.{Repository.Version}.nupkg"));
        var names = package.Entries.Select(e => e.FullName).ToHashSet();
        Assert.Contains("analyzers/dotnet/cs/LockDiscipline.Analyzers.dll", names);
        Assert.Contains("analyzers/dotnet/cs/LockDiscipline.CodeFixes.dll", names);
        Assert.Contains("README.md", names);
        Assert.Contains("icon.png", names);
        Assert.Contains("ReleaseNotes.md", names);
        foreach (var kind in new[] { "props", "targets" })
        {
            Assert.Contains($"build/LockDiscipline.Analyzers.{kind}", names);
            Assert.Contains($"buildTransitive/LockDiscipline.Analyzers.{kind}", names);
        }

        Assert.DoesNotContain(names, name => name.StartsWith("lib/", StringComparison.Ordinal));
        foreach (var id in (await FindingsRun.OfSnippetsAsync("5.12.0")).Supported)
            Assert.Contains($"docs/rules/{id}.md", names);

        using var nuspec = new StreamReader(package.GetEntry("LockDiscipline.Analyzers.nuspec")!.Open());
        var text = await nuspec.ReadToEndAsync();
        Assert.Contains("<developmentDependency>true</developmentDependency>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<dependency ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LockDiscipline.Analyzers", "analyzers/dotnet/cs/LockDiscipline.Analyzers.dll")]
    [InlineData("LockDiscipline.Analyzers", "analyzers/dotnet/cs/LockDiscipline.CodeFixes.dll")]
    [InlineData("LockDiscipline.Annotations", "lib/netstandard2.0/LockDiscipline.Annotations.dll")]
    public async Task Assembly_IsReproducibleAndBringsItsSymbols(string id, string file)
    {
        using var package = ZipFile.OpenRead(Path.Combine(await Feed.GetAsync(), $"{id}.{Repository.Version}.nupkg"));
        using var content = new MemoryStream();
        await using (var entry = await package.GetEntry(file)!.OpenAsync())
            await entry.CopyToAsync(content);
        using var image = new PEReader(new MemoryStream(content.ToArray()));
        var kinds = image.ReadDebugDirectory().Select(entry => entry.Type).ToList();
        Assert.Contains(DebugDirectoryEntryType.Reproducible, kinds);
        Assert.Contains(DebugDirectoryEntryType.EmbeddedPortablePdb, kinds);
    }

    static void AssertShows(IEnumerable<ExpectedFinding> expected, IEnumerable<BuildWarning> warnings) =>
        Same.Items(expected, warnings.Where(w => w.Id != "LCK9006").Select(w => new ExpectedFinding(w.File, w.Line, w.Id)), "In the build");
}
