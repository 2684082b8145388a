using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary>Command lines that cannot be followed say what to do and exit with 2.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("check", "missing.csproj")]
    [InlineData("check", "a", "b")]
    [InlineData("check", "--fail-on", "sometimes")]
    [InlineData("check", "--no-such-option")]
    [InlineData("no-such-command")]
    [InlineData()]
    public async Task WrongUsage_ExitsTwoAndWritesNoReport(params string[] arguments)
    {
        using var folder = new TempFolder();

        var run = await Tool.InProcess(folder, [new BadCallAnalyzer()], arguments);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.StartsWith("lockcheck: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("patch", "--stagd", "'patch' has no option '--stagd'. Did you mean --staged")]
    [InlineData("check", "--formt=line", "'check' has no option '--formt'. Did you mean --format")]
    [InlineData("patch", "--frobnicate-everything", "'lockcheck patch --help' lists all")]
    public async Task UnknownOption_IsNoPath(string command, string option, string message)
    {
        using var folder = new TempFolder();

        var run = await Tool.InProcess(folder, [new BadCallAnalyzer()], command, option);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chek", "There is no command 'chek'. Did you mean 'lockcheck check'?")]
    [InlineData("list-rules", "There is no command 'list-rules'. Did you mean 'lockcheck explain'?")]
    [InlineData("frobnicate", "There is no command 'frobnicate'. 'lockcheck --help' lists all.")]
    public async Task UnknownCommand_IsNamed(string command, string message)
    {
        using var folder = new TempFolder();

        var run = await Tool.InProcess(folder, [new BadCallAnalyzer()], command);

        Assert.Equal((ExitCode.Usage, $"lockcheck: {message}\n"), (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("check", true)]
    [InlineData("patch", true)]
    [InlineData("diff", true)]
    [InlineData("explain", false)]
    [InlineData("graph", false)]
    [InlineData("contracts", false)]
    [InlineData("model", false)]
    [InlineData("init", false)]
    public async Task Help_FitsEightyColumns_AndNamesTheExitCodes(string command, bool hasExitCodes)
    {
        using var folder = new TempFolder();

        var run = await Tool.InProcess(folder, [new BadCallAnalyzer()], command, "--help");

        Assert.Equal((ExitCode.Clean, ""), (run.ExitCode, run.Error));
        Assert.All(run.Output.ReplaceLineEndings("\n").Split('\n'), l => Assert.True(l.Length <= 80, l));
        Assert.Equal(hasExitCodes, run.Output.Contains("  4  analysed in part", StringComparison.Ordinal));
        // A value is called by what it is.
        Assert.DoesNotMatch("<[a-z-]+>", run.Output);
    }

    [Fact]
    public async Task MissingPath_IsNamed()
    {
        using var folder = new TempFolder();

        var run = await Tool.Check(folder, "nowhere");

        Assert.Contains("nowhere' does not exist. Give a .csproj", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
    }

    [Fact]
    public async Task EmptyFolder_AsksForAProject()
    {
        using var folder = new TempFolder();

        var run = await Tool.Check(folder);

        Assert.Contains("holds no project and no solution", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
    }

    [Fact]
    public async Task FolderAboveProjects_NamesThoseBelow()
    {
        using var folder = new TempFolder().AddProject("deep/in/P.csproj").AddProject("deep/obj/Q.csproj");

        var run = await Tool.Check(folder);

        Assert.Contains("Name one of those below it:", run.Error, StringComparison.Ordinal);
        Assert.Contains("P.csproj", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Q.csproj", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
    }

    [Fact]
    public async Task FolderWithSeveralProjects_NamesThem()
    {
        using var folder = new TempFolder().AddProject("P.csproj").AddProject("Q.csproj");

        var run = await Tool.Check(folder);

        Assert.Contains("holds several", run.Error, StringComparison.Ordinal);
        Assert.Contains("P.csproj", run.Error, StringComparison.Ordinal);
        Assert.Contains("Q.csproj", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
    }

    [Theory]
    [InlineData("P.fsproj", "not a C# project")]
    [InlineData("P.vbproj", "not a C# project")]
    [InlineData("Only.slnx", "holds no C# project")]
    public async Task OtherLanguages_AreSaidToBeUnsupported(string file, string expected)
    {
        using var folder = new TempFolder().Add(file, file == "Only.slnx" ? "<Solution><Project Path=\"P.fsproj\" /></Solution>" : "<Project />");

        var run = await Tool.Check(folder, file);

        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
    }

    [Fact]
    public async Task BuiltTool_KeepsTheReportPlainWhenRedirected()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", "class C { int M() => x; }\n");

        var run = await Tool.AsProcess(folder, "check");

        Assert.StartsWith("incomplete: P.csproj does not compile for net10.0\n  C.cs:1:22: CS0103: ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Partial, run.ExitCode);
    }

    [Fact]
    public async Task BuiltTool_ExitsZeroOnCorrectCode()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", "class C { }\n");

        var run = await Tool.AsProcess(folder, "check", ".");

        Assert.Equal("No findings in 1 project (net10.0).\n", run.Output);
        Assert.Equal(ExitCode.Clean, run.ExitCode);
    }
}
