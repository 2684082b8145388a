using LockCheck.Loading;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary>Packages that were restored for an earlier state of a project: restored again where that harms nobody, told otherwise.</summary>
public sealed class StaleRestoreTests
{
    const string Assets = """
        {
          "libraries": { "Lib/1.0.0": { "type": "project", "msbuildProject": "../Lib/Lib.csproj" }, "A/1.2.0": { "type": "package" } },
          "project": { "frameworks": { "net10.0-windows7.0": { "targetAlias": "net10.0-windows", "dependencies": {
            "A": { "target": "Package", "version": "[1.2.0, )" },
            "Float": { "target": "Package", "version": "[2.*, )" },
            "Made.By.Sdk": { "target": "Package", "version": "[9.0.0, )", "autoReferenced": true }
          } } } }
        }
        """;

    static string? Changed(string packages, string projects = "../Lib/Lib.csproj", string assets = Assets, string framework = "net10.0-windows")
    {
        using var folder = new TempFolder().Add("P/obj/project.assets.json", assets);
        return RestoredPackages.Changed(folder.Path("P/obj/project.assets.json"), framework,
            packages.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=')).Select(p => (p[0], p.Length > 1 ? p[1] : "")),
            projects.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(p => Path.GetFullPath(p, folder.Path("P"))));
    }

    [Theory]
    [InlineData("A=1.2.0;Float=2.*", null)]
    [InlineData("a=1.2;FLOAT=2.*", null)]
    [InlineData("A=1.2.0.0;Float=3.*", null)]
    [InlineData("A=[1.2.0];Float", null)]
    [InlineData("A;Float", null)]
    [InlineData("A=1.2.1;Float", "the package A was 1.2.0 and is 1.2.1")]
    [InlineData("A=1.2.0-beta;Float", "the package A was 1.2.0 and is 1.2.0-beta")]
    [InlineData("A;Float;B=1.0.0", "the package B was added")]
    [InlineData("A", "the package Float was removed")]
    public void Packages_AreComparedByNameAndVersion(string packages, string? changed) => Assert.Equal(changed, Changed(packages));

    [Fact]
    public void ReferenceThatWasAdded_IsNamed() => Assert.Equal("the reference to Other.csproj was added", Changed("A;Float", "../Lib/Lib.csproj;../Other/Other.csproj"));

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"project":{"frameworks":{"net10.0-windows":{"dependencies":[]}}}}""")]
    public void WhatCannotBeRead_SaysNothing(string assets) => Assert.Null(Changed("B=1.0.0", assets: assets));

    [Fact]
    public void FrameworkThatWasAdded_IsNamed() =>
        Assert.Equal("the target framework net9.0 was added", Changed("A", framework: "net9.0", assets: """{"project":{"frameworks":{"net10.0":{"targetAlias":"net10.0","dependencies":{}}}}}"""));

    // P is restored before it refers to Q, which brings R.
    static GitFolder Stale()
    {
        var repository = new GitFolder().Commit("base");
        repository.Folder
            .AddProject("R/R.csproj").Add("R/R.cs", "public static class R { public static readonly object Gate = new(); }\n")
            .AddProject("Q/Q.csproj", items: "<ProjectReference Include=\"../R/R.csproj\" />").Add("Q/Q.cs", "public class Q;\n")
            .AddProject("P/P.csproj", items: "<ProjectReference Include=\"../Q/Q.csproj\" />").Add("P/C.cs", "class C { void M() { lock (R.Gate) { } } }\n");
        return repository.Commit("with Q");
    }

    [Fact]
    public async Task Patch_RestoresACopy_AndLeavesTheWorkTree()
    {
        using var repository = Stale();
        repository.Add("P/C.cs", "class C { void M() { lock (R.Gate) { M(); } } }\n");
        var state = repository.State();

        var run = await Tool.Patch(repository);

        Assert.DoesNotContain("incomplete", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 project", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.Equal(state, repository.State());
    }

    [Fact]
    public async Task Check_ThatMustNotRestore_SaysWhatToDo()
    {
        using var repository = Stale();
        await Tool.AsProgram(Tool.Host, repository.Folder.Root, ["restore", "Q/Q.csproj"], "");

        var run = await Tool.Check(repository.Folder, "P", "--no-restore");

        Assert.Equal(ExitCode.Partial, run.ExitCode);
        Assert.Contains("Since its packages were restored the reference to Q.csproj was added", run.Output, StringComparison.Ordinal);
        Assert.Contains("Run 'dotnet restore' on it, or leave out --no-restore.", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Clean, (await Tool.Check(repository.Folder, "P")).ExitCode);
        Assert.Equal(ExitCode.Clean, (await Tool.Check(repository.Folder, "P", "--no-restore")).ExitCode);
    }
}
