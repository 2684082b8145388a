using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests.Patches;

/// <summary>A change that is looked at from one project: what lies outside of it is left out and named, what reaches into it is not.</summary>
public sealed class WithinProjectTests : IDisposable
{
    const string Stuck = "public class C\n{\n    static readonly object s_gate = new();\n    void M() { System.Threading.Monitor.Enter(s_gate); }\n}\n";

    readonly GitFolder _repository = new();

    public WithinProjectTests()
    {
        _repository.Folder.AddProject("Q/Q.csproj", items: "<ProjectReference Include=\"../P/P.csproj\" /><Compile Include=\"$(Elsewhere)/*.cs\" />", properties: "<Elsewhere>../Shared</Elsewhere>");
        _repository.Add("P/Lib.cs", "public class Lib { public static readonly object Gate = new(); public static void Take() => System.Threading.Monitor.Enter(Gate); }\n")
            .Add("Q/Use.cs", "class Use { void M() { lock (Lib.Gate) { } } }\n").Add("Shared/S.cs", "class S;\n").Commit("base");
        Tool.AsProgram(Tool.Host, _repository.Folder.Root, ["restore", "Q/Q.csproj"], "").GetAwaiter().GetResult();
    }

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task FileOfAnotherProject_IsLeftOutByTheUsersWord()
    {
        _repository.Add("P/C.cs", Stuck).Add("Other/X.cs", "class X;\n").Add("Q/Use.cs", "class Use { void M() { System.Threading.Monitor.Enter(Lib.Gate); } }\n");

        var run = await Tool.Patch(_repository, "", "--project", _repository.Folder.Path("Q/Q.csproj"));

        Assert.Equal(ExitCode.Findings, run.ExitCode);
        Assert.Contains("Q/Use.cs:1", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("P/C.cs:4", run.Output, StringComparison.Ordinal);
        Assert.Contains("C.cs (outside of the project that was asked for)", run.Output, StringComparison.Ordinal);
        Assert.Contains("X.cs (outside of the project that was asked for)", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("belongs to no project", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingWithinTheProject_IsSaid()
    {
        _repository.Add("Q/C.cs", Stuck);

        var run = await Tool.Patch(_repository, "", "--project", _repository.Folder.Path("P"));

        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.Contains("C.cs (outside of the project that was asked for)", run.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing of the change is analysed, as told above.", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../Shared/S.cs")]
    [InlineData("../Shared/*.cs")]
    [InlineData("../Shared/**/*.cs")]
    public async Task FileLinkedFromAnotherFolder_IsComparedAsItIsInEitherRevision(string include)
    {
        _repository.Folder.AddProject("Q/Q.csproj", items: $"<ProjectReference Include=\"../P/P.csproj\" /><Compile Include=\"{include}\" />");
        _repository.Commit("linked").Add("Shared/S.cs", Stuck);

        var there = await Tool.Patch(_repository);
        _repository.Commit("stuck").Add("Shared/S.cs", "class S;\n");
        var back = await Tool.Patch(_repository);

        Assert.Equal(ExitCode.Findings, there.ExitCode);
        Assert.Contains("Shared/S.cs:4", there.Output, StringComparison.Ordinal);
        Assert.Contains("fixed (1)", back.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTheProjectBuildsOn_IsTakenAsChanged()
    {
        _repository.Add("P/Lib.cs", "public class Lib { public static void Take() { } }\n");

        var run = await Tool.Patch(_repository, "", "--project", _repository.Folder.Path("Q/Q.csproj"));

        Assert.Equal(ExitCode.Partial, run.ExitCode);
        Assert.Contains("does not compile for net10.0 after the change", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileThatIsCompiledByAPatternFromElsewhere_IsFoundByNamingTheProject()
    {
        _repository.Add("Shared/S.cs", Stuck);

        Assert.Contains("name that project: --project PATH", (await Tool.Patch(_repository)).Output, StringComparison.Ordinal);
        var run = await Tool.Patch(_repository, "", "--project", _repository.Folder.Path("Q/Q.csproj"));

        Assert.Equal(ExitCode.Findings, run.ExitCode);
        Assert.Contains("Shared/S.cs:4", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("left out", run.Output, StringComparison.Ordinal);
    }
}
