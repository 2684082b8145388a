using System.Globalization;
using LockCheck.Commands;
using LockCheck.Patches;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests.Patches;

/// <summary>What goes wrong never ends with 0, leaves nothing behind, and is told with what to do.</summary>
public sealed class PatchFailuresTests : IDisposable
{
    const string Code = "class C\n{\n    readonly object _gate = new();\n    int _value;\n    void M() { lock (_gate) { _value++; } }\n}\n";

    readonly GitFolder _repository = new GitFolder().Add("P/C.cs", Code).Commit("base");

    public void Dispose() => _repository.Dispose();

    async Task<Tool.Run> Fails(int exitCode, string message, string input, params string[] arguments)
    {
        var state = _repository.State();
        var run = await Tool.Patch(_repository, input, arguments);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Output + run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", run.Error, StringComparison.Ordinal);
        Assert.Equal(state, _repository.State());
        return run;
    }

    string Change(string from, string to)
    {
        _repository.Add("P/C.cs", Code.Replace(from, to, StringComparison.Ordinal));
        var diff = _repository.Git("diff", "HEAD");
        _repository.Git("checkout", "--quiet", "--", ".");
        return diff;
    }

    [Fact]
    public Task PatchThatDoesNotApply_IsNamed() =>
        Fails(ExitCode.NotAnalyzed, "does not apply", Change("_value++", "_value--").Replace("_gate = new", "_other = new", StringComparison.Ordinal), "-");

    [Fact]
    public Task HunkThatCannotBeRead_IsNoQuestionOfTheBase() =>
        Fails(ExitCode.NotAnalyzed, "holds no hunk that can be read", "--- a/P/C.cs\n+++ b/P/C.cs\n@@ foo @@\n x\n", "-");

    [Fact]
    public Task HistoryThatIsTooShort_IsSaid() => Fails(ExitCode.Usage, "'HEAD-9' reaches back further than the history, which has 1 commit up to there", "", "HEAD-9");

    [Theory]
    [InlineData("Nothing is changed. For what is committed already name a commit")]
    [InlineData("Nothing is staged. Stage it (git add)", "--staged")]
    [InlineData("Nothing is changed: the two are the same.", "HEAD..HEAD")]
    public Task NoChangeAtAll_SaysWhatWasPerhapsMeant(string message, params string[] arguments) => Fails(ExitCode.Clean, message, "", arguments);

    [Fact]
    public Task FolderOfSources_IsNoFolderOfPatches() => Fails(ExitCode.Usage, "lockcheck patch --project FOLDER", "", "P");

    [Fact]
    public Task PatchThatBuildsOnOthers_SaysSo() => Fails(ExitCode.NotAnalyzed, "It builds on 1 other patch, by its prerequisite-patch-id lines: apply those first.",
        Change("_value++", "_value--").Replace("_gate = new", "_other = new", StringComparison.Ordinal) + "\nbase-commit: " + _repository.Git("rev-parse", "HEAD") + "prerequisite-patch-id: 1234567890123456789012345678901234567890\n", "-");

    [Fact]
    public Task UnknownRevision_IsUsage() => Fails(ExitCode.Usage, "neither a file nor a revision", "", "nothing..HEAD");

    [Fact]
    public Task MissingCommit_NamesTheCommandToRun() =>
        Fails(ExitCode.NotAnalyzed, "git fetch origin 1234567890123456789012345678901234567890", Change("_value++", "_value--") + "\nbase-commit: 1234567890123456789012345678901234567890\n", "-");

    [Fact]
    public async Task ShallowClone_NamesTheCommandToRun()
    {
        _repository.Add("P/D.cs", "class D;\n").Commit("second");
        using var clone = new TempFolder("clone");
        _repository.Git("clone", "--quiet", "--depth=1", "file://" + _repository.Folder.Root, clone.Path("c"));
        var run = await Tool.AsProcess(clone.Path("c"), "patch", "HEAD~1..HEAD");
        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
        Assert.Contains("git fetch --unshallow", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoRepository_IsSaid()
    {
        using var folder = new TempFolder();
        var run = await Tool.AsProcess(folder, "patch");
        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
        Assert.Contains("is not in a git repository", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public Task EmptyInput_IsUsage() => Fails(ExitCode.Usage, "is empty", "", "-");

    [Fact]
    public Task NoDiffInTheInput_IsSaid() => Fails(ExitCode.NotAnalyzed, "holds no unified diff", "Hello.\n", "-");

    [Fact]
    public Task ChangeThatDoesNotCompile_IsPartial() => Fails(ExitCode.Partial, "does not compile for net10.0 after the change", Change("_value++", "nothing++"), "-");

    [Fact]
    public Task SourceOfNoProject_IsNotAnalyzed() =>
        Fails(ExitCode.NotAnalyzed, "belongs to no project", "--- /dev/null\n+++ b/Other/X.cs\n@@ -0,0 +1 @@\n+class X;\n", "-");

    [Fact]
    public Task ProjectFileInAForeignPatch_IsNotRun() => Fails(ExitCode.Partial, "--trust-projects",
        "--- a/P/P.csproj\n+++ b/P/P.csproj\n@@ -1,4 +1,5 @@\n <Project Sdk=\"Microsoft.NET.Sdk\">\n+  <Target Name=\"Harm\" BeforeTargets=\"Restore;CoreCompile\"><Exec Command=\"touch harmed\" /></Target>\n   <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>\n   <ItemGroup></ItemGroup>\n </Project>\n", "-");

    [Theory]
    [InlineData("../../outside.cs", "does not apply")]
    [InlineData(".git/hooks/pre-commit", "does not apply")]
    [InlineData("/outside/outside.cs", "belongs to no project")]
    public async Task PathOutsideOfTheTree_IsNotWritten(string path, string message)
    {
        await Fails(ExitCode.NotAnalyzed, message, $"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+class X;\n", "-");
    }

    [Fact]
    public Task SymbolicLink_IsNotFollowed() => Fails(ExitCode.Partial, "is a symbolic link",
        "diff --git a/P/L.cs b/P/L.cs\nnew file mode 120000\n--- /dev/null\n+++ b/P/L.cs\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n", "-");

    [Fact]
    public async Task TerminalEscapesAndMarkup_AreWrittenOut()
    {
        var mail = "From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001\nFrom: a <a@b>\nDate: Thu, 1 Jan 2026 00:00:00 +0000\nSubject: [PATCH] <script>alert(1)</script>\u001b[2J\n\n---\n"
            + Change("lock (_gate) { _value++; }", "_value++; // <img src=x onerror=y>\u001b]0;x\u0007");
        var report = await Tool.Judge(_repository, input: "-", text: mail);
        Assert.NotEmpty(report.Weakenings);
        foreach (var (format, write) in ReportTarget.Formats)
        {
            using var output = new StringWriter { NewLine = "\n" };
            write(report, new(output, TextWriter.Null, Color: false, ShowsProgress: false, Width: 100), true);
            Assert.DoesNotContain('\u001b', output.ToString());
            Assert.DoesNotContain('\u0007', output.ToString());
            if (format == "html")
            {
                Assert.DoesNotContain("<script", output.ToString(), StringComparison.Ordinal);
                Assert.DoesNotContain("<img", output.ToString(), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("rev-parse")]
    [InlineData("read-tree")]
    [InlineData("apply")]
    [InlineData("write-tree")]
    [InlineData("ls-tree")]
    [InlineData("diff-tree")]
    [InlineData("cat-file")]
    public async Task GitThatIsEndedFromOutside_IsSaid(string command)
    {
        if (OperatingSystem.IsWindows())
            return;
        var patch = Change("_value++", "_value--");
        // A git that answers until it is asked for this, and is killed then.
        using var bin = new TempFolder("bin");
        bin.AddScript("git", $"case \" $* \" in *\" {command} \"*) kill -9 $$;; esac\nexec {await Tool.Where("git")} \"$@\"");
        var run = await Injected(ExitCode.NotAnalyzed, ["patch", "-"], patch, ("PATH", bin.Root + ":" + Environment.GetEnvironmentVariable("PATH")));
        Assert.NotEqual("", run.Error + run.Output);
    }

    [Fact]
    public async Task MissingGit_IsSaid() =>
        Assert.Contains("install it (https://git-scm.com)", (await Injected(ExitCode.NotAnalyzed, ["patch"], "", ("PATH", "/nonexistent"))).Error, StringComparison.Ordinal);

    [Fact]
    public async Task MissingSdk_IsSaid()
    {
        if (OperatingSystem.IsWindows())
            return;
        _repository.Add("P/C.cs", Code + "// more\n");
        // As the host says it where only a runtime is installed.
        using var bin = new TempFolder("bin");
        bin.AddScript("dotnet", "echo 'The command could not be loaded, possibly because:'; echo 'No .NET SDKs were found.'; exit 145");
        var run = await Injected(ExitCode.NotAnalyzed, ["patch"], "", ("DOTNET_HOST_PATH", bin.Path("dotnet")));
        Assert.Contains("There is no .NET SDK here, and projects are loaded through it: install it (https://dot.net)", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--project PATH", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DotnetThatIsNotOnThePath_IsSaid()
    {
        if (OperatingSystem.IsWindows())
            return;
        _repository.Add("P/C.cs", Code + "// more\n");
        // Started by its own name, as an installed tool is, with git on the path and nothing else.
        using var bin = new TempFolder("bin");
        bin.AddScript("git", $"exec {await Tool.Where("git")} \"$@\"");
        var run = await Tool.AsProgram(Path.Combine(AppContext.BaseDirectory, "lockcheck"), _repository.Folder.Root, ["patch"], "",
            ("DOTNET_HOST_PATH", null), ("DOTNET_ROOT", Path.GetDirectoryName(Path.GetFullPath(Tool.Host))), ("PATH", bin.Root));
        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
        Assert.Contains("'dotnet' could not be started", run.Error, StringComparison.Ordinal);
        Assert.Contains("install it (https://dot.net)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SdkThatIsNotInstalled_IsNamedWithTheFileThatAsksForIt()
    {
        _repository.Add("global.json", """{"sdk":{"version":"99.0.100","rollForward":"disable"}}""").Commit("future");
        _repository.Add("P/C.cs", Code + "// more\n");
        var run = await Fails(ExitCode.NotAnalyzed, "Requested SDK version: 99.0.100", "");
        Assert.Contains("global.json", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileThatIsDeletedMeanwhile_IsNamed()
    {
        if (OperatingSystem.IsWindows())
            return;
        _repository.Add("P/D.cs", "class D;\n").Commit("more");
        _repository.Add("P/C.cs", Code + "// more\n");
        // Deleted after the SDK has named it, before it is read.
        using var bin = new TempFolder("bin");
        bin.AddScript("dotnet", $"{Tool.Host} \"$@\"; status=$?\ncase \"$*\" in *CscCommandLineArgs*) rm -f D.cs;; esac\nexit $status");
        var run = await Injected(ExitCode.Partial, ["patch"], "", ("DOTNET_HOST_PATH", bin.Path("dotnet")));
        Assert.Contains("P/D.cs' could not be read", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("sarif")]
    public async Task FullDisk_IsSaid(string format)
    {
        if (!File.Exists("/dev/full"))
            return;
        _repository.Add("P/C.cs", Code + "// more\n");
        using var bin = new TempFolder("bin");
        bin.AddScript("run", $"exec {Tool.Host} {Tool.Assembly} \"$@\" > /dev/full");
        var run = await Tool.AsProgram(bin.Path("run"), _repository.Folder.Root, ["patch", "--format", format], "");
        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
        Assert.Contains("No space left on device", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", run.Error, StringComparison.Ordinal);
        run = await Tool.Patch(_repository, "", "--format", format, "--output", "/dev/full");
        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
        Assert.Contains("could not be written", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupt_LeavesNothingBehind()
    {
        if (OperatingSystem.IsWindows() || IgnoresInterrupts())
            return;
        _repository.Add("P/C.cs", Code + "// more\n");
        var state = _repository.State();
        // The SDK is asked, and Ctrl+C comes before it has answered.
        using var bin = new TempFolder("bin");
        using var temporary = new TempFolder("tmp");
        bin.AddScript("dotnet", "kill -INT $PPID; exec sleep 30");
        var run = await Tool.AsProcess(_repository.Folder.Root, ["patch"], "", ("DOTNET_HOST_PATH", bin.Path("dotnet")), ("TMPDIR", temporary.Root));
        Assert.NotEqual(ExitCode.Clean, run.ExitCode);
        Assert.Contains("cancelled, nothing was reported", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateDirectories(temporary.Root), d => Path.GetFileName(d).StartsWith("lockcheck-", StringComparison.Ordinal));
        Assert.Equal(state, _repository.State());
    }

    // What a shell runs in the background ignores Ctrl+C, and so does all that it starts.
    static bool IgnoresInterrupts()
    {
        const string Status = "/proc/self/status", Ignored = "SigIgn:";
        const ulong Interrupt = 1UL << 1;
        return File.Exists(Status) && File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } line
            && (ulong.Parse(line[Ignored.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) != 0;
    }

    // Something of what the tool runs on is broken: it ends as told, says something, and leaves nothing behind.
    async Task<Tool.Run> Injected(int exitCode, string[] arguments, string input, params (string Name, string? Value)[] environment)
    {
        using var temporary = new TempFolder("tmp");
        var run = await Tool.AsProcess(_repository.Folder.Root, arguments, input, [.. environment, ("TMPDIR", temporary.Root)]);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.DoesNotContain("internal error", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(temporary.Root), e => Path.GetFileName(e).StartsWith("lockcheck-", StringComparison.Ordinal));
        return run;
    }

    [Fact]
    public async Task PatchThatIsCutOffAnywhere_IsNotTakenForWhole()
    {
        _repository.Add("P/C.cs", Code.Replace("_value++", "_value--", StringComparison.Ordinal)).Add("P/D.cs", "class D;\nclass E;\n").Commit("two files");
        var mail = _repository.Git("format-patch", "--stdout", "-1");
        _repository.Git("reset", "--quiet", "--hard", "HEAD^");
        var whole = PatchReader.Take("whole", mail)!.Diff;
        var first = mail.IndexOf("diff --git", StringComparison.Ordinal);
        for (var length = first + 1; length < mail.Length; length++)
        {
            try
            {
                // What is lost may be the signature behind it, and a line end.
                if (PatchReader.Take("cut", mail[..length]) is { } taken)
                    Assert.True(length > mail.LastIndexOf("+class E;", StringComparison.Ordinal), $"cut to {length}: {mail[..length]}");
            }
            catch (PatchException)
            {
                Assert.True(length < mail.LastIndexOf("+class E;", StringComparison.Ordinal) + 9);
            }
        }
        Assert.NotEmpty(whole);
        await Fails(ExitCode.NotAnalyzed, "the patch is cut off", mail[..(mail.LastIndexOf("diff --git", StringComparison.Ordinal) - 1)], "-");
    }

    [Fact]
    public async Task FolderThatCannotBeWritten_IsSaid()
    {
        var run = await Tool.AsProcess(_repository.Folder.Root, ["patch"], "", ("TMPDIR", "/nonexistent/folder"));
        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
        Assert.Contains("TMPDIR", run.Error, StringComparison.Ordinal);
        _repository.Add("P/C.cs", Code + "// more\n");
        run = await Tool.Patch(_repository, "", "--output", "/nonexistent/report.txt");
        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
        Assert.Contains("could not be written", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProjectThatDoesNotRestore_IsNotAnalyzed()
    {
        Directory.Delete(_repository.Folder.Path("P/obj"), recursive: true);
        _repository.Add("P/P.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include=\"No.Such.Package\" Version=\"1.0.0\" /></ItemGroup></Project>")
            .Add("nuget.config", "<configuration><packageSources><clear /><add key=\"here\" value=\".\" /></packageSources></configuration>").Commit("unknown package");
        var run = await Fails(ExitCode.NotAnalyzed, "could not be loaded", Change("_value++", "_value--"), "-");
        Assert.Contains("No.Such.Package", run.Output, StringComparison.Ordinal);
    }
}
