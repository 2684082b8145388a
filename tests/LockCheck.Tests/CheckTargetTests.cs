using LockCheck.Loading;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary>What a folder on the command line means.</summary>
public sealed class CheckTargetTests
{
    [Fact]
    public void FolderWithOneProject_MeansTheProject()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("readme.md", "");

        Assert.Equal(folder.Path("P.csproj"), CheckTarget.Resolve(folder.Root).Path);
    }

    [Fact]
    public void SolutionBesideItsOwnProject_MeansTheSolution()
    {
        using var folder = new TempFolder().AddProject("P.csproj").AddProject("Q/Q.csproj")
            .Add("All.slnx", "<Solution><Project Path=\"P.csproj\" /><Project Path=\"Q\\Q.csproj\" /></Solution>");

        var target = CheckTarget.Resolve(folder.Root);

        Assert.Equal(folder.Path("All.slnx"), target.Path);
        Assert.Equal([folder.Path("P.csproj"), folder.Path("Q/Q.csproj")], target.Projects.AsEnumerable());
    }

    [Fact]
    public void SolutionBesideAStranger_IsNotClear()
    {
        using var folder = new TempFolder().AddProject("P.csproj").AddProject("Q/Q.csproj")
            .Add("All.slnx", "<Solution><Project Path=\"Q/Q.csproj\" /></Solution>");

        Assert.Equal(ExitCode.Usage, Assert.Throws<LockCheckException>(() => CheckTarget.Resolve(folder.Root)).ExitCode);
    }

    [Fact]
    public void SolutionInBothFormats_MeansTheNewer()
    {
        using var folder = new TempFolder().AddProject("P/P.csproj")
            .Add("All.sln", "")
            .Add("All.slnx", "<Solution><Project Path=\"P/P.csproj\" /></Solution>");

        Assert.Equal(folder.Path("All.slnx"), CheckTarget.Resolve(folder.Root).Path);
    }

    [Fact]
    public void MalformedSolution_IsNotAnalyzed()
    {
        using var folder = new TempFolder().Add("All.slnx", "<Solution>");

        Assert.Equal(ExitCode.NotAnalyzed, Assert.Throws<LockCheckException>(() => CheckTarget.Resolve(folder.Path("All.slnx"))).ExitCode);
    }
}
