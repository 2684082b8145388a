using LockCheck.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace LockCheck.Tests;

/// <summary>Projects that reference projects, built and not built.</summary>
public sealed class CheckReferencesTests
{
    const string Library = "public static class Library { public static void Bad() { } }\n";
    const string Caller = "class C { void M() => Library.Bad(); }\n";
    const string ToLibrary = """<ProjectReference Include="../Library/Library.csproj" />""";

    [Fact]
    public async Task ReferencesThatWereNeverBuilt_AreReadFromTheirSources()
    {
        using var folder = new TempFolder()
            .AddProject("App/App.csproj", items: """<ProjectReference Include="../Middle/Middle.csproj" />""")
            .Add("App/C.cs", "class C : Middle { void M() => Library.Bad(); }\n")
            .AddProject("Middle/Middle.csproj", items: ToLibrary)
            .Add("Middle/Middle.cs", "public class Middle { public void N() => Library.Bad(); }\n")
            .AddProject("Library/Library.csproj", framework: "<TargetFrameworks>netstandard2.0;net10.0</TargetFrameworks>")
            .Add("Library/Library.cs", Library);

        var run = await Tool.Check(folder, "App");

        Assert.Contains("C.cs:1:32: warning LCKT001", run.Output, StringComparison.Ordinal);
        // The reference is read, and not itself checked.
        Assert.Contains("1 warning in 1 project", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Findings, run.ExitCode);
        Assert.Empty(Directory.EnumerateFiles(folder.Root, "*.dll", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task ReferenceAsAnalyzer_NeedsNotBeBuilt()
    {
        using var folder = new TempFolder()
            .AddProject("App/App.csproj", items: """<ProjectReference Include="../Library/Library.csproj" OutputItemType="Analyzer" ReferenceOutputAssembly="false" />""")
            .Add("App/C.cs", "class C { }\n")
            .AddProject("Library/Library.csproj")
            .Add("Library/Library.cs", Library);

        var run = await Tool.Check(folder, "App");

        Assert.Equal("No findings in 1 project (net10.0).\n", run.Output);
        Assert.Equal(ExitCode.Clean, run.ExitCode);
    }

    [Fact]
    public async Task InternalsVisibleTo_HoldForAReferenceFromSource()
    {
        using var folder = new TempFolder()
            .AddProject("App/App.csproj", items: ToLibrary)
            .Add("App/C.cs", Caller)
            .AddProject("Library/Library.csproj", items: """<InternalsVisibleTo Include="App" />""")
            .Add("Library/Library.cs", "static class Library { internal static void Bad() { } }\n");

        var run = await Tool.Check(folder, "App");

        Assert.Equal(ExitCode.Findings, run.ExitCode);
    }

    [Fact]
    public async Task BodyOfReferenceWithErrors_DoesNotHinderTheReferencingProject()
    {
        using var folder = new TempFolder()
            .AddProject("App/App.csproj", items: ToLibrary)
            .Add("App/C.cs", Caller)
            .AddProject("Library/Library.csproj")
            .Add("Library/Library.cs", "public static class Library { public static void Bad() { nonsense(); } }\n");

        var run = await Tool.Check(folder, "App");

        Assert.Contains("1 warning in 1 project", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Findings, run.ExitCode);
    }

    [Theory]
    [InlineData(-1, "No findings")]
    [InlineData(+1, "does not compile")]
    public async Task BuiltReference_CountsAsLongAsItsSourcesAreOlder(int hours, string expected)
    {
        using var folder = new TempFolder()
            .AddProject("App/App.csproj", items: ToLibrary)
            .Add("App/C.cs", "class C { void M() => Library.Now(); }\n")
            .AddProject("Library/Library.csproj")
            .Add("Library/Library.cs", "public static class Library { public static void Now() { } }\n");
        // What stands for an earlier build does not have the member yet.
        foreach (var output in new[] { "Library/bin/Debug/net10.0/Library.dll", "Library/obj/Debug/net10.0/ref/Library.dll" })
        {
            folder.Add(output, "");
            var old = CSharpCompilation.Create("Library", [CSharpSyntaxTree.ParseText("public static class Library { }")],
                [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)], new(OutputKind.DynamicallyLinkedLibrary));
            Assert.True(old.Emit(folder.Path(output)).Success);
            File.SetLastWriteTimeUtc(folder.Path(output), File.GetLastWriteTimeUtc(folder.Path("Library/Library.cs")).AddHours(hours));
        }

        var run = await Tool.Check(folder, "App");

        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }
}
