using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LockCheck.Analysis;
using LockCheck.Caching;
using LockCheck.Commands;
using LockCheck.Loading;
using LockCheck.Output;
using LockCheck.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace LockCheck.Tests;

/// <summary>Analyses that are kept: found again for the same content and for no other, removed when they are damaged, and never the reason for anything to fail.</summary>
public sealed class AnalysisCacheTests : IDisposable
{
    const string Code = """
        class C
        {
            static void Bad() { }
            void M() => Bad();
        #pragma warning disable LCKT001
            void N() => Bad();
        }
        """;

    static readonly ImmutableArray<DiagnosticAnalyzer> s_analyzers = [new BadCallAnalyzer()];

    readonly TempFolder _folder = new("cache");

    public void Dispose() => _folder.Dispose();

    // The tests use the user's folder for nothing.
    [ModuleInitializer]
    internal static void KeepNothingElsewhere() => Environment.SetEnvironmentVariable(CacheFolder.Variable, "off");

    static LoadedProject Project(string code = Code, string argument = "/nowarn:", string reference = "abc", string intermediates = "/tmp/one")
    {
        var project = InMemory.Project(code);
        return project with { Recipe = new([argument], [reference], intermediates) };
    }

    AnalysisCache Cache(long mostBytes = 1_000_000) => new(_folder.Path("kept"), mostBytes);

    IEnumerable<string> Kept => Directory.Exists(_folder.Path("kept")) ? Directory.EnumerateFiles(_folder.Path("kept")) : [];

    static string Told(ProjectAnalysis analysis) => string.Join('\n', analysis.Findings.Select(f =>
        $"{f.Diagnostic} {f.Diagnostic.IsSuppressed} {f.Title} {f.Hint} {f.Held} {f.Needed} {string.Join(',', f.Notes.Select(n => n.Label + n.Where))} {f.Where} {f.Diagnostic.Descriptor.HelpLinkUri} {f.Diagnostic.Descriptor.Description} {f.Diagnostic.DefaultSeverity} {string.Join(',', f.Diagnostic.Descriptor.CustomTags)}").Order(StringComparer.Ordinal)
        .Concat(analysis.CompileErrors.Select(e => e.ToString())));

    Task<ProjectAnalysis> Analyze(LoadedProject project, AnalysisCache? cache = null) => (cache ?? Cache()).AnalyzeAsync(project, s_analyzers, CancellationToken.None);

    [Theory]
    [InlineData(Code)]
    [InlineData("class C { void M() => Missing(); static void Bad() { } void N() => Bad(); }")]
    public async Task SameContent_ComesBackAsItWas(string code)
    {
        var first = await Analyze(Project(code));
        Assert.NotEmpty(first.Findings);
        Assert.Single(Kept);

        var again = Project(code, intermediates: "/tmp/another");
        var second = await Analyze(again);

        Assert.Equal(Told(first), Told(second));
        Assert.Single(Kept);
        Assert.Same(again, second.Project);
        Assert.All(second.Findings, f => Assert.Contains(f.Diagnostic.Location.SourceTree, again.Compilation.SyntaxTrees));
    }

    [Fact]
    public async Task Findings_StandByPlace_InWhateverOrderTheyAreFound()
    {
        const string calls = " { static void Bad() { } static void M() { Bad(); Bad(); } static void N() => Bad(); }";
        var project = InMemory.Project("/src", new Dictionary<string, string> { ["P/Second.cs"] = "class D" + calls, ["P/First.cs"] = "class C" + calls });

        var places = (await ProjectAnalyzer.AnalyzeAsync(project, s_analyzers, CancellationToken.None)).Findings
            .Select(f => (Path: f.Diagnostic.Location.SourceTree!.FilePath, f.Diagnostic.Location.SourceSpan.Start)).ToList();

        Assert.Equal(6, places.Count);
        Assert.Equal(places.OrderBy(p => p.Path, StringComparer.Ordinal).ThenBy(p => p.Start), places);
    }

    [Fact]
    public async Task SecondTime_NothingIsAnalysed()
    {
        await Analyze(Project());
        var path = Assert.Single(Kept);
        // Whole, but with words that no analyzer says.
        var content = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(path).AsSpan(32)).Replace("is bad", "was kept", StringComparison.Ordinal));
        File.WriteAllBytes(path, [.. System.Security.Cryptography.SHA256.HashData(content), .. content]);

        Assert.All((await Analyze(Project())).Findings, f => Assert.EndsWith("was kept", f.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Key_ChangesWithWhateverGoesIn()
    {
        var project = Project();
        var all = new[]
        {
            Key(project),
            Key(Project(Code + "\n")),
            Key(Project(argument: "/nowarn:CS1")),
            Key(Project(reference: "abd")),
            Key(project with { TargetFramework = "net8.0" }),
            Key(project with { Compilation = project.Compilation.WithOptions(project.Compilation.Options.WithSpecificDiagnosticOptions([new("LCKT001", ReportDiagnostic.Error)])) }),
            Key(project with { Compilation = project.Compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class D;", path: "/src/D.cs")) }),
            Key(project with { ConfigFiles = [("/src/.editorconfig", Microsoft.CodeAnalysis.Text.SourceText.From("[*.cs]"))] }),
            AnalysisKey.Of(project, [new BadCallAnalyzer(), new FailingAnalyzer()], CancellationToken.None),
        };

        Assert.All(all, Assert.NotNull);
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(all[0], Key(Project()));

        static string? Key(LoadedProject project) => AnalysisKey.Of(project, s_analyzers, CancellationToken.None);
    }

    [Theory]
    [InlineData("@more.rsp")]
    [InlineData("/keyfile:key.snk")]
    public void WhatIsReadOutOfSight_IsNotKept(string argument) =>
        Assert.Null(ProjectRecipe.Of(new(new("/src/P.csproj", ""), "net10.0", [argument], [], new(true, [])), p => p, []));

    [Fact]
    public void ReferenceWithoutContent_IsNotKept() =>
        Assert.Null(ProjectRecipe.Of(new(new("/src/P.csproj", ""), "net10.0", [], [], new(true, [])), p => p, ["abc", null]));

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(-1)]
    public async Task DamagedEntry_IsRemovedAndMadeAnew(int length)
    {
        var expected = Told(await Analyze(Project()));
        var path = Assert.Single(Kept);
        var bytes = File.ReadAllBytes(path);
        var damaged = length < 0 ? [.. bytes[..^1], (byte)(bytes[^1] ^ 1)] : bytes[..length];
        File.WriteAllBytes(path, damaged);

        Assert.Equal(expected, Told(await Analyze(Project())));
        Assert.Equal(bytes, File.ReadAllBytes(Assert.Single(Kept)));
    }

    [Fact]
    public async Task EntryOfAnotherForm_IsRemovedAndMadeAnew()
    {
        var expected = Told(await Analyze(Project()));
        var path = Assert.Single(Kept);
        foreach (var text in (string[])["{}", "[]", "{\"findings\":1,\"diagnostics\":[{}]}", "{\"findings\":\"x\"}", "nothing"])
        {
            var content = System.Text.Encoding.UTF8.GetBytes(text);
            File.WriteAllBytes(path, [.. System.Security.Cryptography.SHA256.HashData(content), .. content]);
            Assert.Equal(expected, Told(await Analyze(Project())));
        }
    }

    [Fact]
    public async Task FailedAnalysis_IsNotKept()
    {
        var analysis = await Cache().AnalyzeAsync(Project(), [new FailingAnalyzer()], CancellationToken.None);

        Assert.NotEmpty(analysis.Crashes);
        Assert.Empty(Kept);
    }

    [Fact]
    public async Task Folder_StaysBounded()
    {
        await Analyze(Project());
        var size = new FileInfo(Assert.Single(Kept)).Length;
        var cache = Cache(size * 3);
        for (var i = 0; i < 8; i++)
            await Analyze(Project(reference: i.ToString(System.Globalization.CultureInfo.InvariantCulture)), cache);

        Assert.InRange(Kept.Sum(f => new FileInfo(f).Length), size, size * 3);
    }

    [Fact]
    public async Task WhatWasLeftOfAnEndedRun_IsRemoved()
    {
        var left = _folder.Add("kept/x.analysis.1.tmp", "half").Path("kept/x.analysis.1.tmp");
        File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddHours(-2));
        var fresh = _folder.Add("kept/x.analysis.2.tmp", "half").Path("kept/x.analysis.2.tmp");

        await Analyze(Project());

        Assert.False(File.Exists(left));
        Assert.True(File.Exists(fresh));
    }

    [Fact]
    public async Task FolderThatCannotBeMade_IsAsIfThereWereNone()
    {
        _folder.Add("kept", "a file, and no folder");

        Assert.NotEmpty((await Analyze(Project())).Findings);
        Assert.Equal("a file, and no folder", File.ReadAllText(_folder.Path("kept")));
    }

    [Fact]
    public async Task ManyAtOnce_DoNotDisturbEachOther()
    {
        var expected = Told(await Analyze(Project(), AnalysisCache.None));
        var told = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () => Told(await Analyze(Project())))));

        Assert.All(told, t => Assert.Equal(expected, t));
        Assert.Single(Kept);
    }

    [Fact]
    public async Task Tool_ReportsTheSameFromTheCache_AndAnEditedFileAnew()
    {
        const string flawed = "class C\n{\n    readonly object _gate = new();\n    void M() { System.Threading.Monitor.Enter(_gate); }\n    string N() => nameof(M);\n}\n";
        using var repository = new GitFolder().Add("P/C.cs", "class C;\n").Commit("base").Add("P/C.cs", flawed);
        var state = repository.State();
        var without = await Patch("--no-cache");
        Assert.Empty(Kept);

        var first = await Patch();
        // The base and the change.
        Assert.Equal(2, Kept.Count());
        var times = Kept.ToDictionary(f => f, File.GetLastWriteTimeUtc);
        var second = await Patch();

        Assert.Equal(without, first);
        Assert.Equal(without, second);
        Assert.Contains("LCK1004", without.Output, StringComparison.Ordinal);
        Assert.Equal(times.Keys.Order(StringComparer.Ordinal), Kept.Order(StringComparer.Ordinal));
        Assert.Equal(state, repository.State());
        repository.Add("P/C.cs", flawed.Replace("Monitor.Enter(_gate);", "Monitor.Enter(_gate); System.Threading.Monitor.Exit(_gate);", StringComparison.Ordinal));
        Assert.DoesNotContain("LCK1004", (await Patch()).Output, StringComparison.Ordinal);

        Task<Tool.Run> Patch(params string[] arguments) =>
            Tool.AsProcess(repository.Folder.Root, ["patch", "--format", "json", .. arguments], "", (CacheFolder.Variable, _folder.Path("kept")));
    }
}
