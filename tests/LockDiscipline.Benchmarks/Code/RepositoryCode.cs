using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LockDiscipline.Benchmarks.Code;

/// <summary>Code of this repository, read from its sources.</summary>
static class RepositoryCode
{
    static readonly string Root =
        typeof(RepositoryCode).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>The memory model and the samples: contracts on nearly everything. The samples refer to the model, and see its contracts in metadata.</summary>
    /// <remarks>Each mistake of the sample AsReviewed ends in a comment that says so; these are the findings.</remarks>
    public static Corpus AnnotatedModel()
    {
        var model = Of("MemoryModel", "analyzers/MemoryModel", OutputKind.DynamicallyLinkedLibrary, []);
        var projects = ImmutableArray.CreateBuilder<Project>();
        projects.Add(model);
        MetadataReference reference = Emit(model);
        foreach (var sample in Directory.GetDirectories(Path.Combine(Root, "samples")).Order(StringComparer.Ordinal))
        {
            if (Directory.GetFiles(sample, "*.csproj").Length > 0)
                projects.Add(Of(Path.GetFileName(sample), sample, OutputKind.ConsoleApplication, [reference]));
        }

        int mistakes = projects.Sum(project => project.Files.Sum(file => file.Text.Lines.Count(line => line.ToString().Contains("// mistake:", StringComparison.Ordinal))));
        return new Corpus("annotated model and samples", projects.ToImmutable(), mistakes);
    }

    /// <summary>The memory model alone.</summary>
    public static Corpus Model() => new("memory model", [Of("MemoryModel", "analyzers/MemoryModel", OutputKind.DynamicallyLinkedLibrary, [])], Expected: 0);

    /// <summary>The analyzers' own sources: code written by people, with no lock in it, on a large API.</summary>
    public static Corpus OwnSources()
    {
        MetadataReference[] compiler = [MetadataReference.CreateFromFile(typeof(Compilation).Assembly.Location), MetadataReference.CreateFromFile(typeof(CSharpCompilation).Assembly.Location)];
        var project = Of("LockDiscipline.Analyzers", "analyzers/LockDiscipline.Analyzers", OutputKind.DynamicallyLinkedLibrary, [.. compiler]);
        return new Corpus("the analyzers' own sources", [project], Expected: 0);
    }

    static Project Of(string name, string folder, OutputKind kind, ImmutableArray<MetadataReference> references)
    {
        var files = new DirectoryInfo(Path.Combine(Root, folder)).EnumerateFiles("*.cs", SearchOption.AllDirectories)
            .Select(file => file.FullName)
            .Where(path => !IsBuilt(path))
            .Order(StringComparer.Ordinal)
            .Select(path => SourceFile.Of(Path.GetRelativePath(Root, path), File.ReadAllText(path)));
        return new Project(name, [.. files], references, kind);
    }

    static bool IsBuilt(string path)
    {
        var parts = Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar);
        return parts.Contains("obj") || parts.Contains("bin");
    }

    static PortableExecutableReference Emit(Project project)
    {
        using var image = new MemoryStream();
        var result = project.Compile().Emit(image);
        if (!result.Success)
            throw new InvalidOperationException($"{project.Name} does not compile: {result.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error)}");
        return MetadataReference.CreateFromImage(image.ToArray());
    }
}
