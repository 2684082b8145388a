using System.Collections.Immutable;
using System.Security.Cryptography;
using LockCheck.Analysis;
using LockCheck.Caching;
using LockCheck.Commands;
using LockCheck.Fixes;
using LockCheck.Judgement;
using LockCheck.Loading;
using LockCheck.Output;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests.Caching;

/// <summary>Whole judgements that are kept: the same answer without loading a project, and another one as soon as anything differs.</summary>
public sealed class JudgementCacheTests : IDisposable
{
    const string Sound = "class C\n{\n    readonly object _gate = new();\n    int _n;\n    void M()\n    {\n        lock (_gate)\n        {\n            _n++;\n        }\n    }\n    void N() { lock (_gate) { _n--; } }\n}\n";

    static readonly string s_unlocked = Sound.Replace("        lock (_gate)\n        {\n            _n++;\n        }\n", "        _n++;\n", StringComparison.Ordinal);

    static readonly string s_stuck = s_unlocked.Replace("_n++;", "System.Threading.Monitor.Enter(_gate);", StringComparison.Ordinal);

    readonly TempFolder _kept = new("cache");
    readonly GitFolder _repository = new GitFolder().Add("P/C.cs", Sound).Commit("base");

    public void Dispose()
    {
        _repository.Dispose();
        _kept.Dispose();
    }

    string Folder => _kept.Path("kept");

    string Entry => Assert.Single(Directory.EnumerateFiles(Folder));

    async Task<(PatchReport Report, FixPatchResult? Fix)> Judge(string? input = null, Func<PatchRunOptions, PatchRunOptions>? with = null, JudgementCache? cache = null)
    {
        var request = new LockCheck.Revisions.ComparisonRequest { Folder = _repository.Folder.Root, Input = input, Series = input is not null, StandardInput = () => Stream.Null };
        PatchRunOptions options = new(request, new() { Judgements = cache ?? new(Folder) });
        return await PatchRun.RunAsync(with?.Invoke(options) ?? options, OwnAnalyzers.Create(), Progress.None, CancellationToken.None);
    }

    // What was read back knows of no compilation.
    static bool IsKept(PatchReport report) => report.Findings.All(f => f.Finding.Project is null);

    static string Told(PatchReport report) => string.Join('\n', ReportTarget.Formats.Select(format =>
    {
        using var text = new StringWriter { NewLine = "\n" };
        format.Value(report, new Terminal(text, TextWriter.Null, Color: true, ShowsProgress: false, Width: 80), true);
        return format.Key + "\n" + text;
    }));

    [Fact]
    public async Task SameQuestion_AnsweredAlikeInEveryFormWithoutAProject()
    {
        _repository.Add("P/C.cs", s_unlocked).Commit("no lock").Add("P/C.cs", s_stuck.Replace("N()", "N(", StringComparison.Ordinal)).Commit("does not compile").Add("P/C.cs", s_stuck).Commit("stuck");
        var state = _repository.State();
        static PatchRunOptions All(PatchRunOptions options) => options with { FindsFixes = true, MakesFixPatch = true };

        var first = await Judge("HEAD~3..HEAD", All);
        var second = await Judge("HEAD~3..HEAD", All);
        var without = await Judge("HEAD~3..HEAD", All, JudgementCache.None);

        Assert.False(IsKept(first.Report));
        Assert.True(IsKept(second.Report));
        Assert.NotEmpty(first.Report.Fixes);
        Assert.NotEmpty(first.Report.Incomplete);
        Assert.Equal(Told(first.Report), Told(second.Report));
        Assert.Equal(Told(first.Report), Told(without.Report));
        Assert.Equal(first.Fix!.Diff, second.Fix!.Diff);
        Assert.Equal(first.Fix.Mended.Count, second.Fix.Mended.Count);
        Assert.All(second.Fix.Mended, f => Assert.Contains(f, second.Report.Introduced.Select(j => j.Finding)));
        foreach (var failOn in Enum.GetValues<FailOn>())
            Assert.Equal(first.Report.ExitCodeFor([failOn]), second.Report.ExitCodeFor([failOn]));
        Assert.Equal(state, _repository.State());
    }

    [Fact]
    public async Task WhateverAProjectIsMadeUpOf_AsksAnew()
    {
        _repository.Add("../outside.props", "<Project />").Add(".git/info/exclude", "obj/\nbin/\n*.user\n*.flag\n");
        _repository.Folder.AddProject("P/P.csproj", items: "</ItemGroup><Import Project=\"../../outside.props\" /><Import Project=\"../../imported.props\" Condition=\"Exists('../../imported.props')\" /><ItemGroup>");
        _repository.Commit("imports").Add("P/C.cs", s_stuck);
        Assert.False(IsKept((await Judge()).Report));
        foreach (var (file, text) in ((string, string?)[])
        [
            ("P/C.cs", s_stuck + "\n"),
            ("P/Other.cs", "class Other;"),
            ("P/obj/Ignored.cs", "class Ignored;"),
            ("P/obj/project.assets.json", null),
            ("P/P.csproj.user", "<Project />"),
            ("ignored.flag", ""),
            (".editorconfig", "root = true"),
            ("../Directory.Build.targets", "<Project />"),
            ("../global.json", "{}"),
            ("../.editorconfig", "root = true"),
            ("../imported.props", "<Project />"),
            ("../outside.props", "<Project><PropertyGroup><Nullable>enable</Nullable></PropertyGroup></Project>"),
        ])
        {
            _repository.Add(file, text ?? File.ReadAllText(_repository.Folder.Path(file)) + " ");
            var anew = (await Judge()).Report;
            Assert.False(IsKept(anew), file);
            Assert.Single(anew.Introduced);
        }
        Assert.True(IsKept((await Judge()).Report));
        // What was so before is known still, unless it could not be kept.
        _repository.Add("../outside.props", "<Project><PropertyGroup><NoWarn>$(NoWarn);LCK1004</NoWarn></PropertyGroup></Project>");
        Assert.Empty((await Judge()).Report.Introduced);
    }

    [Fact]
    public async Task HowGitComparesFiles_AsksAnew()
    {
        _repository.Add("P/C.cs", s_stuck).Commit("stuck");
        await Judge("HEAD~1..HEAD");
        Assert.True(IsKept((await Judge("HEAD~1..HEAD")).Report));

        _repository.Add(".git/info/attributes", "*.cs binary\n");
        Assert.False(IsKept((await Judge("HEAD~1..HEAD")).Report));
        _repository.Git("config", "diff.algorithm", "minimal");
        Assert.False(IsKept((await Judge("HEAD~1..HEAD")).Report));
    }

    [Fact]
    public async Task CopyThatIsRestored_IsKeptUnlessItTakesTheNewestThereIs()
    {
        Directory.Delete(_repository.Folder.Path("P/obj"), recursive: true);
        _repository.Add("P/C.cs", s_stuck).Commit("stuck");
        await Judge("HEAD~1..HEAD");
        Assert.True(IsKept((await Judge("HEAD~1..HEAD")).Report));

        _repository.Folder.AddProject("P/P.csproj", items: "<PackageReference Include=\"xunit.abstractions\" Version=\"2.*\" />");
        _repository.Commit("newest").Add("P/C.cs", Sound);
        Assert.Single((await Judge()).Report.With(Verdict.Fixed));
        Assert.False(IsKept((await Judge()).Report));
    }

    [Fact]
    public async Task AnotherQuestion_IsAnotherEntry()
    {
        _repository.Add("P/C.cs", s_stuck).Commit("stuck");

        foreach (var with in (Func<PatchRunOptions, PatchRunOptions>[])[o => o, o => o with { FindsFixes = true }, o => o with { Within = _repository.Folder.Path("P") }, o => o with { Load = o.Load with { Configuration = "Release" } }])
        {
            Assert.False(IsKept((await Judge("HEAD~1..HEAD", with)).Report));
            Assert.True(IsKept((await Judge("HEAD~1..HEAD", with)).Report));
        }
        Assert.Equal(4, Directory.EnumerateFiles(Folder).Count());
    }

    [Theory]
    [InlineData("<Target Name=\"RunOwn\" BeforeTargets=\"CoreCompile\"><Exec Command=\"dotnet --version\" /></Target>")]
    [InlineData("<PropertyGroup><Read>$([System.IO.File]::Exists('/etc/hosts'))</Read></PropertyGroup>")]
    [InlineData("<PropertyGroup><Now>$([System.DateTime]::Now.Ticks)</Now></PropertyGroup>")]
    [InlineData("<PropertyGroup Condition=\"Exists('$(SomeFolder)/x')\"><Found>true</Found></PropertyGroup>")]
    [InlineData("<ItemGroup><Compile Include=\"../../elsewhere/*.cs\" /></ItemGroup>")]
    public async Task ProjectThatCanLookAtAnything_IsNotKept(string part)
    {
        _repository.Add("../elsewhere/E.cs", "class E;");
        _repository.Folder.AddProject("P/P.csproj", items: $"</ItemGroup>{part}<ItemGroup>");
        _repository.Commit("more").Add("P/C.cs", s_stuck);

        Assert.Single((await Judge()).Report.Introduced);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task WhatCouldNotBeLoaded_IsNotKept()
    {
        _repository.Add("P/C.cs", s_stuck).Add("P/P.csproj", "<Project>");

        Assert.NotEmpty((await Judge()).Report.Incomplete);
        Assert.False(Directory.Exists(Folder));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(500)]
    [InlineData(-1)]
    public async Task DamagedEntry_IsAsIfThereWereNone(int length)
    {
        _repository.Add("P/C.cs", s_stuck);
        var first = await Judge();
        var bytes = File.ReadAllBytes(Entry);
        File.WriteAllBytes(Entry, length < 0 ? [.. bytes[..^1], (byte)(bytes[^1] ^ 1)] : bytes[..length]);

        var second = await Judge();

        Assert.False(IsKept(second.Report));
        Assert.Equal(Told(first.Report), Told(second.Report));
        Assert.True(IsKept((await Judge()).Report));
    }

    [Fact]
    public async Task EntryOfAnotherForm_IsAsIfThereWereNone()
    {
        _repository.Add("P/C.cs", s_stuck);
        await Judge();
        var whole = File.ReadAllBytes(Entry)[32..];
        foreach (var content in (byte[][])[[], [1, 2, 3], whole[..(whole.Length / 2)], [.. "nothing"u8], new byte[4096]])
        {
            File.WriteAllBytes(Entry, [.. SHA256.HashData(content), .. content]);
            Assert.False(IsKept((await Judge()).Report));
        }
    }

    [Fact]
    public async Task ManyAtOnce_DoNotDisturbEachOther()
    {
        _repository.Add("P/C.cs", s_stuck);

        var told = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () => Told((await Judge()).Report))));

        Assert.Single(told.Distinct());
        Assert.Equal(told[0], Told((await Judge()).Report));
        Assert.Single(Directory.EnumerateFiles(Folder));
    }

    [Fact]
    public async Task Folder_StaysBounded()
    {
        _repository.Add("P/C.cs", s_stuck).Commit("stuck");
        await Judge("HEAD~1..HEAD");
        var size = new FileInfo(Entry).Length;
        var cache = new JudgementCache(Folder, size * 2 + size / 2);
        foreach (var failing in (string[])["A", "B", "C"])
            await Judge("HEAD~1..HEAD", o => o with { Load = o.Load with { Configuration = failing } }, cache);

        Assert.InRange(Directory.EnumerateFiles(Folder).Sum(f => new FileInfo(f).Length), size, size * 2 + size / 2);
    }

    [Fact]
    public async Task Tool_AnswersTheSameAndMindsTheEnvironment()
    {
        _repository.Add("P/C.cs", s_stuck);
        _repository.Folder.AddProject("P/P.csproj", "<NoWarn Condition=\"'$(QUIET)' == 'yes'\">$(NoWarn);LCK1004</NoWarn>");
        _repository.Commit("stuck");
        var without = await Patch([], "--no-cache");
        Assert.False(Directory.Exists(Folder));

        var first = await Patch([]);
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(Folder, "judgements")));
        var second = await Patch([]);
        var quiet = await Patch([("QUIET", "yes")]);

        Assert.Equal(1, first.ExitCode);
        Assert.Equal(without, first);
        Assert.Equal(without, second);
        Assert.DoesNotContain("LCK1004", quiet.Output, StringComparison.Ordinal);

        Task<Tool.Run> Patch((string, string?)[] environment, params string[] arguments) =>
            Tool.AsProcess(_repository.Folder.Root, ["patch", "HEAD", .. arguments], "", [(CacheFolder.Variable, Folder), .. environment]);
    }
}
