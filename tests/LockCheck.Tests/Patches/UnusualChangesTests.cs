using LockCheck.Loading;
using LockCheck.Tests.Support;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace LockCheck.Tests.Patches;

/// <summary>Changes that are seldom, or meant to do harm: judged as far as that goes, and the rest named; never a crash, and nothing left behind.</summary>
public sealed class UnusualChangesTests : IDisposable
{
    const string Sound = "class C\n{\n    readonly object _gate = new();\n    int _n;\n    void M() { lock (_gate) { _n++; } }\n}\n";

    static readonly string s_stuck = Sound.Replace("lock (_gate) { _n++; }", "System.Threading.Monitor.Enter(_gate); _n++;", StringComparison.Ordinal);

    readonly GitFolder _repository = new GitFolder().Add("P/C.cs", Sound).Commit("base");

    public void Dispose() => _repository.Dispose();

    async Task<string> Judged(int exitCode, string input, params string[] arguments)
    {
        var state = _repository.State();
        var run = await Tool.Patch(_repository, input, arguments);
        Assert.Equal(state, _repository.State());
        Assert.DoesNotContain("internal error", run.Error, StringComparison.Ordinal);
        Assert.True(run.ExitCode == exitCode, run.Output + run.Error);
        return (run.Output + run.Error).ReplaceLineEndings("\n");
    }

    static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    public static TheoryData<string, string> Endless => new()
    {
        { "parentheses", $"class H {{ int x = {Repeated("(", 9000)}1{Repeated(")", 9000)}; }}" },
        { "parentheses with comments that close them", $"class H {{ int x = {Repeated("( // )\n", 9000)}1{Repeated(")", 9000)}; }}" },
        { "blocks that are not closed", "class H { void M() " + Repeated("{", 9000) },
        { "type arguments", $"class H {{ {Repeated("A<", 9000)}int{Repeated(">", 9000)} x; }}" },
        { "operators", $"class H {{ int x = {Repeated("- ", 9000)}1; }}" },
        { "sums", $"class H {{ int M(int a) => {Repeated("a + ", 20000)}1; }}" },
        { "names", $"class H {{ {Repeated("H.", 9000)}H x; }}" },
        { "calls", $"class H {{ H M() => this{Repeated(".M()", 9000)}; }}" },
        { "strings with holes", $"class H {{ string x = {Repeated("$\"{", 9000)}1{Repeated("}\"", 9000)}; }}" },
        { "conditions of directives", $"#if {Repeated("(", 9000)}A{Repeated(")", 9000)}\n#endif\nclass H;" },
        { "tags of documentation", $"/// {Repeated("<a>", 9000)}\nclass H;" },
    };

    [Theory]
    [MemberData(nameof(Endless))]
    public void EndlessNesting_IsSeenBeforeItIsParsed(string what, string code) => Assert.True(Nesting.IsTooDeep(SourceText.From(code)), what);

    [Fact]
    public void CodeThatPeopleAndProgramsWrite_IsNotTooDeep()
    {
        foreach (var code in (string[])
        [
            $"class H {{ int x = {Repeated("(", 200)}1{Repeated(")", 200)}; }}",
            $"class H {{ string x = {Repeated("\"line\" +\n", 1500)}\"\"; }}",
            $"class H {{ int[] x = [{Repeated("1, ", 100_000)}]; }}",
            $"class H {{ void M(bool a) {{ {Repeated("if (a) { M(a); } else ", 5000)}{{ }} }} }}",
            $"class H {{ void M(int a) {{ {Repeated("if (a < 1) M(a);", 5000)} }} }}",
            $"class H {{ string x = \"{Repeated("(", 5000)}\"; /* {Repeated("{", 5000)} */ }}",
            Repeated("/// <summary><c>x</c></summary>\nclass H;\n", 2000),
        ])
        {
            Assert.False(Nesting.IsTooDeep(SourceText.From(code)), code[..60]);
        }
    }

    [Fact]
    public async Task EndlessNestingInAPatch_DoesNotHideWhatElseItDoes()
    {
        _repository.Add("P/C.cs", s_stuck).Add("P/H.cs", $"class H {{ int x = {Repeated("(", 9000)}1{Repeated(")", 9000)}; }}\n").Commit("harm");
        var patch = _repository.Git("format-patch", "--stdout", "-1");
        _repository.Git("reset", "--quiet", "--hard", "HEAD^");

        var told = await Judged(ExitCode.Partial, patch, "-");

        Assert.Contains("P/H.cs' nests deeper than a compiler reads safely, and was left out", told, StringComparison.Ordinal);
        Assert.Contains("P/C.cs:5", told, StringComparison.Ordinal);
        Assert.DoesNotContain("its project does not compile it", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubmoduleThatAProjectIsBuiltFrom_WasNotCompared()
    {
        using var other = new GitFolder(withProject: false).Add("S.cs", "class S;\n").Commit("s");
        _repository.Git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.Folder.Root, "docs");
        _repository.Git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.Folder.Root, "P/sub");
        _repository.Commit("submodules");

        var told = await Judged(ExitCode.NotAnalyzed, "", "HEAD");

        Assert.Contains("P/sub is a submodule that 'P.csproj' is built from, and was not compared", told, StringComparison.Ordinal);
        Assert.Contains("lockcheck patch -C P/sub ", told, StringComparison.Ordinal);
        Assert.Contains("left out: docs (a submodule that no project is built from)", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RepositoryThatWasBegunBelowThisOne_IsNoneOfItsBusiness()
    {
        _repository.Add("P/C.cs", s_stuck).Add("scratch/z.txt", "z");
        await Tool.AsProgram(await Tool.Where("git"), _repository.Folder.Path("scratch"), ["init", "--quiet"], "");

        Assert.Contains("P/C.cs:5", await Judged(ExitCode.Findings, ""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PathsThatStartFromTheUsersFolder_AreTaken()
    {
        _repository.Add("P/C.cs", s_stuck);
        var patch = _repository.Git("diff", "--relative=P");
        _repository.Git("checkout", "--quiet", ".");

        var run = await Tool.AsProcess(_repository.Folder.Path("P"), ["patch", "-"], patch);

        Assert.Contains("note: paths start from 'P'", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Findings, run.ExitCode);
    }

    [Theory]
    [InlineData("the series has 3 patches; number 1 is not here", 2, 3)]
    [InlineData("the series has 3 patches; numbers 2, 3 are not here", 1)]
    [InlineData("the series has 3 patches; number 2 is not here", 1, 3)]
    public async Task SeriesWithAGap_SaysSo(string note, params int[] numbers)
    {
        for (var i = 1; i <= 3; i++)
            _repository.Add($"P/D{i}.cs", $"class D{i};\n").Commit($"add {i}");
        var mails = numbers.Select(n => _repository.Git("format-patch", "--stdout", "-1", $"HEAD~{3 - n}").Replace("[PATCH]", $"[PATCH {n}/3]", StringComparison.Ordinal)).ToList();
        _repository.Git("reset", "--quiet", "--hard", "HEAD~3");

        Assert.Contains(note, await Judged(ExitCode.Clean, string.Concat(mails), "-"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SeriesThatIsWhole_HasNoGap()
    {
        _repository.Add("P/D1.cs", "class D1;\n").Commit("one").Add("P/D2.cs", "class D2;\n").Commit("two");
        var mails = _repository.Git("format-patch", "--stdout", "--cover-letter", "-2");
        _repository.Git("reset", "--quiet", "--hard", "HEAD~2");

        Assert.DoesNotContain("not here", await Judged(ExitCode.Clean, mails, "-"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StepThatDoesNotCompile_IsNamedWithTheOneThatMendsIt()
    {
        _repository.Add("P/C.cs", Sound.Replace("_n++", "_nn++", StringComparison.Ordinal)).Commit("typo").Add("P/D.cs", "class D;\n").Commit("more").Add("P/C.cs", Sound).Commit("mend");

        Assert.Contains("the series does not compile from patch 1/3 on, until patch 3/3: typo", await Judged(ExitCode.Partial, "", "--series", "HEAD~3..HEAD"), StringComparison.Ordinal);
        Assert.Contains("Patch 3/3 mends it.", await Judged(ExitCode.Partial, "", "--series", "HEAD~3..HEAD", "--format", "review"), StringComparison.Ordinal);
        Assert.Contains("\"buildsAgainAfter\": 3", await Judged(ExitCode.Partial, "", "--series", "HEAD~3..HEAD", "--format", "json"), StringComparison.Ordinal);
        Assert.Contains("the series does not compile from patch 1/2 on: typo", await Judged(ExitCode.Partial, "", "--series", "HEAD~3..HEAD~1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SourceOfAProjectThatThePatchBrings_IsToldWithIt()
    {
        _repository.Folder.AddProject("N/N.csproj").Add("N/X.cs", "class X;\n");
        _repository.Commit("new project");
        var patch = _repository.Git("format-patch", "--stdout", "-1");
        _repository.Git("reset", "--quiet", "--hard", "HEAD^");

        Assert.Contains("N/X.cs belongs to 'N/N.csproj', which the patch brings along and which was not loaded", await Judged(ExitCode.NotAnalyzed, patch, "-"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'HEAD~9' reaches back further than the history, which has 1 commit up to there", "HEAD~9..HEAD")]
    [InlineData("'main^^^' reaches back further than the history, which has 1 commit up to there", "main^^^")]
    public async Task AncestorThatIsNot_IsToldSo(string message, string range) => Assert.Contains(message, await Judged(ExitCode.Usage, "", range), StringComparison.Ordinal);

    [Fact]
    public async Task PathOutsideOfTheRepository_IsNoQuestionOfTheBase()
    {
        var told = await Judged(ExitCode.NotAnalyzed, "diff --git a/../x b/../x\nnew file mode 100644\n--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n", "-");

        Assert.Contains("It names a path outside of the repository", told, StringComparison.Ordinal);
        Assert.DoesNotContain("--base", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PatchThatWasAppliedSince_IsJudgedFromBefore()
    {
        _repository.Add("P/C.cs", s_stuck).Commit("stuck").Add("P/D.cs", "class D;\n").Commit("more");
        var patch = _repository.Git("format-patch", "--stdout", "-1", "HEAD~1");

        var told = await Judged(ExitCode.Findings, patch, "-");
        var there = await Judged(ExitCode.Clean, patch, "--base", "HEAD", "-");

        Assert.Contains("the first ancestor on which it applies", told, StringComparison.Ordinal);
        Assert.Contains("P/C.cs:5", told, StringComparison.Ordinal);
        Assert.Contains("note: changes nothing here: what it does is there already", there, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ColouredDiff_IsTaken()
    {
        _repository.Add("P/C.cs", s_stuck);
        var patch = _repository.Git("diff", "--color=always");
        _repository.Git("checkout", "--quiet", ".");

        Assert.Contains("note: colours of a terminal were taken away", await Judged(ExitCode.Findings, patch, "-"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WordDiff_IsRefusedByName()
    {
        _repository.Add("P/C.cs", Sound.Replace("_n++", "_n--", StringComparison.Ordinal));
        var patch = _repository.Git("diff", "--word-diff");
        _repository.Git("checkout", "--quiet", ".");

        Assert.Contains("Make it without --word-diff", await Judged(ExitCode.NotAnalyzed, patch, "-"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompressedPatch_IsRefusedWithTheCommandThatUnpacksIt()
    {
        var path = _repository.Folder.Path(".git/one.patch.gz");
        File.WriteAllBytes(path, [0x1F, 0x8B, 8, 0, 0]);

        Assert.Contains($"gzip -dc '.git/one.patch.gz' | lockcheck patch -", await Judged(ExitCode.NotAnalyzed, "", path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RepositoryWithoutACommit_SaysWhyItStartsFromNothing()
    {
        using var repository = new GitFolder().Add("P/C.cs", s_stuck);
        var run = await Tool.Patch(repository);

        Assert.Contains("the empty tree, since there is no commit yet", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Findings, run.ExitCode);
    }

    [Theory]
    [InlineData("HEAD~1..HEAD", false)]
    [InlineData("HEAD-2", false)]
    [InlineData("topic..HEAD", true)]
    public async Task ShallowClone_NamesTheRemotesBranchForABranchOnly(string range, bool isBranch)
    {
        _repository.Add("P/D.cs", "class D;\n").Commit("second");
        using var clone = new TempFolder("clone");
        _repository.Git("clone", "--quiet", "--depth=1", "file://" + _repository.Folder.Root, clone.Path("c"));

        var run = await Tool.AsProcess(clone.Path("c"), "patch", range);

        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
        Assert.Equal(isBranch, run.Error.Contains("(a branch of the remote is then called 'origin/topic')", StringComparison.Ordinal));
        Assert.Contains("git fetch --unshallow", run.Error, StringComparison.Ordinal);
    }
}
