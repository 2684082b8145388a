using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary>What a check reports of code that loads and compiles.</summary>
public sealed class CheckFindingsTests
{
    const string BadCall = "class C\n{\n    static void Bad() { }\n\n    void M()\n    {\n        Bad();\n    }\n}\n";
    const string PoorCall = "class C\n{\n    static void Poor() { }\n    void M() => Poor();\n}\n";

    [Fact]
    public async Task Finding_IsShownWithCodeNoteFactsHintAndCounts()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", BadCall);

        var run = await Tool.Check(folder);

        Assert.Equal("""
            C.cs:7:9: warning LCKT001: 'Bad()' is bad
             7 |         Bad();
               |         ^^^^^
               = note: declared here: C.cs:3:17
             3 |     static void Bad() { }
               |                 ---
               = needed: _gate (exclusive)
               = held: nothing
               = help: do not

            By rule
              LCKT001  Bad call  1

            1 warning in 1 project (net10.0).

            """.ReplaceLineEndings("\n"), run.Output);
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Findings, run.ExitCode);
    }

    [Fact]
    public async Task FindingWithoutHint_PointsToItsPage()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", PoorCall);

        var run = await Tool.Check(folder);

        Assert.Contains("help: see lockcheck explain LCKT002", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Clean, run.ExitCode);
    }

    [Fact]
    public async Task CorrectCode_HasNoFindingAndExitsZero()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", "class C { }\n");

        var run = await Tool.Check(folder, "P.csproj");

        Assert.Equal("No findings in 1 project (net10.0).\n", run.Output);
        Assert.Equal(ExitCode.Clean, run.ExitCode);
    }

    [Fact]
    public async Task OptionsAndAdditionalFiles_ReachTheAnalyzers()
    {
        using var folder = new TempFolder()
            .AddProject("P.csproj", items: """<AdditionalFiles Include="extra.contracts" />""")
            .Add("extra.contracts", "content of the file\n")
            .Add(".editorconfig", "root = true\n[*.cs]\ntest.color = green\n[Sub/*.cs]\ntest.color = blue\n")
            .Add("C.cs", "class C { }\n")
            .Add("Sub/D.cs", "class D { }\n");

        var run = await Tool.InProcess(folder, [new OptionsAnalyzer()], "check", folder.Root);

        Assert.Contains("C.cs:1:1: warning LCKT003: color green, files content of the file", run.Output, StringComparison.Ordinal);
        Assert.Contains("D.cs:1:1: warning LCKT003: color blue, files content of the file", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Findings_StandInOrderOfPathAndPosition_EveryTime()
    {
        using var folder = new TempFolder().AddProject("P.csproj")
            .Add("B.cs", "class B { static void Bad() { } void M() { Bad(); Bad(); } }\n")
            .Add("A.cs", "class A { static void Bad() { } void M() { Bad(); } static void Poor() { } void N() => Poor(); }\n");

        var first = await Tool.Check(folder);
        var second = await Tool.Check(folder, "", "--no-restore");

        var heads = first.Output.Split('\n').Where(l => l.Contains(" LCKT", StringComparison.Ordinal) && l.Contains(".cs:", StringComparison.Ordinal)).Select(l => l.Split(": ")[0]);
        Assert.Equal(["A.cs:1:44", "A.cs:1:88", "B.cs:1:44", "B.cs:1:51"], heads);
        Assert.Equal(first.Output, second.Output);
    }

    [Fact]
    public async Task NewestLanguageVersion_Compiles()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", """
            static class E
            {
                extension(string s) { public int Twice => s.Length * 2; }
            }
            class C
            {
                static void Bad() { }
                public string Name { get; set => field = value.Trim(); } = "";
                void M() { if ("a".Twice == 2) Bad(); }
            }
            """);

        var run = await Tool.Check(folder);

        Assert.Contains("C.cs:9:36: warning LCKT001", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Findings, run.ExitCode);
    }

    [Fact]
    public async Task SourceGenerators_Run()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", """
            using System.Text.RegularExpressions;
            partial class C
            {
                [GeneratedRegex("a+")] private static partial Regex Pattern();
                static void Bad() { }
                void M() { if (Pattern().IsMatch("a")) Bad(); }
            }
            """);

        var run = await Tool.Check(folder);

        Assert.Contains("C.cs:6:44: warning LCKT001", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Findings, run.ExitCode);
    }

    [Fact]
    public async Task SeveralFrameworks_FindingInAllIsOneAndInSomeNamesThem()
    {
        using var folder = new TempFolder()
            .AddProject("P.csproj", framework: "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>")
            .Add("C.cs", "class C\n{\n    static void Bad() { }\n    void M() => Bad();\n#if NETSTANDARD2_0\n    void N() => Bad();\n#endif\n}\n");

        var all = await Tool.Check(folder);
        var one = await Tool.Check(folder, "", "--framework", "net10.0");

        Assert.Contains("2 warnings in 1 project (net10.0, netstandard2.0).", all.Output, StringComparison.Ordinal);
        Assert.Equal(1, all.Output.Split("only in: netstandard2.0").Length - 1);
        Assert.Contains("1 warning in 1 project (net10.0).", one.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("only in", one.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OddNames_AreLoadedAndShown()
    {
        using var folder = new TempFolder("a b;c#d 'ü'").AddProject("My App.csproj").Add("C d.cs", BadCall);

        var run = await Tool.Check(folder);

        Assert.Contains("C d.cs:7:9: warning LCKT001", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Findings, run.ExitCode);
    }

    [Fact]
    public async Task ControlCharactersInSource_DoNotReachTheTerminal()
    {
        using var folder = new TempFolder().AddProject("P.csproj")
            .Add("C.cs", "class C { static void Bad(string s) { } void M() { Bad(\"\u001b[31m\u202e\"); } }\n");

        var run = await Tool.Check(folder);

        Assert.Contains(@"Bad(""\u001B[31m\u202E"")", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.DoesNotContain('\u202e', run.Output);
    }
}
