using EndToEnd.Tests.Running;

namespace EndToEnd.Tests;

/// <summary>The attributes as a library and as sources.</summary>
public sealed class AnnotationsPackageTests
{
    const string AsSource = "<LockDisciplineAnnotationsAsSource>true</LockDisciplineAnnotationsAsSource><TreatWarningsAsErrors>true</TreatWarningsAsErrors><AnalysisLevel>latest-all</AnalysisLevel>";
    const string Guarded = "using LockDiscipline;\nnamespace Program;\npublic class Guarded\n{\n    public object Gate { get; } = new();\n    [GuardedBy(nameof(Gate))] public int Value { get; set; }\n}\n";

    [Fact]
    public async Task Library_IsReferenced()
    {
        var project = await FreshProject.CreateAsync([("A.cs", Guarded)]);
        await project.BuildAsync();
        Assert.Contains("LockDiscipline.Annotations", References(project), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sources_LeaveNoReferenceAndDoNotClashWithAFriend()
    {
        // The friend sees the internals of Fresh and has copies of its own: without the Embedded attribute that is CS0436.
        var project = await FreshProject.CreateAsync(
            [("A.cs", Guarded), ("Friends.cs", "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Friend\")]\n[assembly: System.CLSCompliant(false)]\n")],
            annotations: "PrivateAssets=\"all\"",
            properties: AsSource + "<NoWarn>$(NoWarn);CA1515</NoWarn><DefaultItemExcludes>$(DefaultItemExcludes);Friend/**</DefaultItemExcludes>");
        await project.BuildAsync();
        Assert.DoesNotContain("LockDiscipline.Annotations", References(project), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(project.Folder, "bin/Debug/net10.0/LockDiscipline.Annotations.dll")));

        project.Write("Friend/B.cs", Guarded.Replace("Guarded\n", "Other\n", StringComparison.Ordinal) + "public class Both : Guarded;\n");
        project.Write("Friend/Friend.csproj", File.ReadAllText(Path.Combine(project.Folder, "Fresh.csproj")).Replace(
            "<ItemGroup>", "<ItemGroup><ProjectReference Include=\"../Fresh.csproj\" />", StringComparison.Ordinal));
        var friend = Path.Combine(project.Folder, "Friend");
        (await Cli.DotnetAsync(friend, "build", "-p:UseSharedCompilation=false")).Succeeded();

        // A compiler that keeps Embedded for itself gets plain internal copies: they compile, and clash where a friend looks at them.
        var older = await Cli.DotnetAsync(friend, "build", "--no-incremental", "-p:UseSharedCompilation=false", "-p:CompilerApiVersion=roslyn4.13");
        Assert.Contains("error CS0436", older.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CS8336", older.Output, StringComparison.Ordinal);
    }

    /// <summary>What the program needs at run time, as its dependency file says, and what its assembly refers to.</summary>
    static string References(FreshProject project)
    {
        using var assembly = File.OpenRead(Path.Combine(project.Folder, "bin/Debug/net10.0/Fresh.dll"));
        using var image = new System.Reflection.PortableExecutable.PEReader(assembly);
        var metadata = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(image);
        var names = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name));
        return string.Join('\n', names);
    }
}
