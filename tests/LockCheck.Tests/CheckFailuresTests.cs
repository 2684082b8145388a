using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary>What cannot be analysed, or not in full, never looks like a clean result.</summary>
public sealed class CheckFailuresTests
{
    const string BadCall = "class C { static void Bad() { } void M() => Bad(); }\n";

    [Fact]
    public async Task CompileErrors_AreListedBesideTheFindings()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", BadCall)
            .Add("D.cs", "class D { int A() => a; int B() => b; int C() => c; int E() => e; int F() => f; int G() => g; }\n");

        var run = await Tool.Check(folder);

        Assert.Contains("C.cs:1:45: warning LCKT001", run.Output, StringComparison.Ordinal);
        Assert.Contains("incomplete: P.csproj does not compile for net10.0\n  D.cs:1:22: CS0103:", run.Output, StringComparison.Ordinal);
        Assert.Contains("(and 1 more errors)", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Partial, run.ExitCode);
    }

    [Fact]
    public async Task CompileErrors_ExitPartialEvenIfNothingCounts()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", "class C { int M() => x; }\n");

        Assert.Equal(ExitCode.Partial, (await Tool.Check(folder, "", "--fail-on", "never")).ExitCode);
    }

    [Fact]
    public async Task FailingAnalyzer_IsNamedAndTheOthersReport()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", BadCall);

        var run = await Tool.InProcess(folder, [new FailingAnalyzer(), new BadCallAnalyzer()], "check", folder.Root);

        Assert.Contains("warning LCKT001", run.Output, StringComparison.Ordinal);
        Assert.Contains("FailingAnalyzer: InvalidOperationException: on purpose", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("AD0001", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Partial, run.ExitCode);
    }

    [Fact]
    public async Task MalformedProject_ShowsWhatTheSdkSays()
    {
        using var folder = new TempFolder().Add("P.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup>\n");

        var run = await Tool.Check(folder);

        Assert.Contains("incomplete: P.csproj could not be loaded", run.Output, StringComparison.Ordinal);
        Assert.Contains("MSB4025", run.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was analysed.", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
    }

    [Fact]
    public async Task PackageThatCannotBeRestored_IsNamed()
    {
        using var folder = new TempFolder()
            .AddProject("P.csproj", items: """<PackageReference Include="No.Such.Package" Version="1.0.0" />""")
            .Add("nuget.config", """<configuration><packageSources><clear /><add key="here" value="." /></packageSources></configuration>""")
            .Add("C.cs", BadCall);

        var run = await Tool.Check(folder);

        Assert.Contains("could not be restored", run.Output, StringComparison.Ordinal);
        Assert.Contains("No.Such.Package", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
    }

    [Fact]
    public async Task ProjectNeverRestored_IsNotAnalyzedWithoutRestore()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", BadCall);

        var run = await Tool.Check(folder, "", "--no-restore");

        Assert.Contains("Its packages are not restored. Leave out --no-restore", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
    }

    [Fact]
    public async Task SdkThatIsNotInstalled_IsNamed()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("global.json", """{ "sdk": { "version": "99.0.100", "rollForward": "disable" } }""");

        var run = await Tool.Check(folder);

        Assert.Contains("99.0.100", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
    }

    [Fact]
    public async Task FrameworkThatTheProjectDoesNotHave_IsSaid()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", BadCall);

        var run = await Tool.Check(folder, "", "--framework", "net472");

        Assert.Contains("not built for 'net472', but for net10.0", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotAnalyzed, run.ExitCode);
    }

    [Fact]
    public async Task MissingSourceFile_IsNamed()
    {
        using var folder = new TempFolder().AddProject("P.csproj", items: """<Compile Include="Gone.cs" />""").Add("C.cs", "class C { }\n");

        var run = await Tool.Check(folder);

        Assert.Contains("Gone.cs", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Partial, run.ExitCode);
    }

    [Theory]
    [InlineData("All.slnx")]
    [InlineData("Classic.sln")]
    public async Task SolutionWithProjectThatDoesNotLoad_ChecksTheOthers(string solution)
    {
        using var folder = new TempFolder()
            .AddProject("Good/Good.csproj").Add("Good/C.cs", BadCall)
            .AddProject("Also/Also.csproj").Add("Also/C.cs", BadCall)
            .Add("Broken/Broken.csproj", "<Project>")
            .Add("Other/Other.fsproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />")
            .Add("All.slnx", """
                <Solution>
                  <Folder Name="/f/"><Project Path="Good/Good.csproj" /></Folder>
                  <Project Path="Also/Also.csproj" />
                  <Project Path="Broken/Broken.csproj" />
                  <Project Path="Missing/Missing.csproj" />
                  <Project Path="Other/Other.fsproj" />
                </Solution>
                """)
            .Add("Classic.sln", """
                Microsoft Visual Studio Solution File, Format Version 12.00
                Project("{2150E333-8FDC-42A3-9474-1A3956D46DE8}") = "f", "f", "{00000000-0000-0000-0000-000000000001}"
                EndProject
                Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "Good", "Good\Good.csproj", "{00000000-0000-0000-0000-000000000002}"
                EndProject
                Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "Also", "Also\Also.csproj", "{00000000-0000-0000-0000-000000000003}"
                EndProject
                Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "Broken", "Broken\Broken.csproj", "{00000000-0000-0000-0000-000000000004}"
                EndProject
                Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "Missing", "Missing\Missing.csproj", "{00000000-0000-0000-0000-000000000005}"
                EndProject
                Project("{F2A71F9B-5D33-465A-A702-920D77279786}") = "Other", "Other\Other.fsproj", "{00000000-0000-0000-0000-000000000006}"
                EndProject
                Global
                EndGlobal
                """);

        var run = await Tool.Check(folder, solution);

        Assert.Contains("2 warnings in 2 projects", run.Output, StringComparison.Ordinal);
        Assert.Contains("Broken.csproj could not be loaded", run.Output, StringComparison.Ordinal);
        Assert.Contains("Missing.csproj could not be loaded\n  The file does not exist.", run.Output, StringComparison.Ordinal);
        Assert.Contains("Other.fsproj (not a C# project)", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Partial, run.ExitCode);
    }
}
