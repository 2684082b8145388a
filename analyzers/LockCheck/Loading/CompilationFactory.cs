using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Loading;

/// <summary>Makes, from the compiler's arguments, the compilation that the compiler would make. Thread-safe.</summary>
internal sealed class CompilationFactory
{
    readonly ConcurrentDictionary<string, PortableExecutableReference> _metadata = new(CheckTarget.PathComparer);
    readonly GeneratorLoader _generators = new();

    /// <summary>Finds the reference that stands for a project's output, or null where the file is to be read.</summary>
    public delegate MetadataReference? ReferenceLookup(string fullPath);

    /// <summary>Makes the compilation of <paramref name="project"/>, generators run.</summary>
    public LoadedProject Create(ProjectDescription project, ReferenceLookup lookup, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var arguments = CSharpCommandLineParser.Default.Parse(project.CompilerArguments, project.BaseDirectory, sdkDirectory: null);
        foreach (var error in arguments.Errors)
        {
            if (error.Severity == DiagnosticSeverity.Error)
                problems.Add("The compiler's arguments were not understood: " + error.GetMessage());
        }

        var config = new AnalyzerConfigFiles(arguments.AnalyzerConfigPaths);
        // Unresolved names in documentation comments are none of this tool's business.
        var parseOptions = arguments.ParseOptions.DocumentationMode == DocumentationMode.Diagnose
            ? arguments.ParseOptions.WithDocumentationMode(DocumentationMode.Parse)
            : arguments.ParseOptions;
        var compilation = CSharpCompilation.Create(
            arguments.CompilationName ?? Path.GetFileNameWithoutExtension(project.Key.Path),
            Parse(arguments, parseOptions, problems, cancellationToken),
            References(arguments, project.BaseDirectory, lookup, problems),
            arguments.CompilationOptions
                .WithConcurrentBuild(true)
                .WithAssemblyIdentityComparer(DesktopAssemblyIdentityComparer.Default)
                .WithSourceReferenceResolver(new SourceFileResolver([], project.BaseDirectory))
                .WithXmlReferenceResolver(new XmlFileResolver(project.BaseDirectory))
                .WithStrongNameProvider(new DesktopStrongNameProvider(arguments.KeyFileSearchPaths))
                .WithSyntaxTreeOptionsProvider(config.SyntaxTreeOptions));

        var additional = arguments.AdditionalFiles
            .Select(f => (AdditionalText)new AdditionalFile(Path.GetFullPath(f.Path, project.BaseDirectory))).ToImmutableArray();
        var notBuilt = ImmutableArray.CreateBuilder<string>();
        var generators = ImmutableArray.CreateBuilder<ISourceGenerator>();
        foreach (var reference in arguments.AnalyzerReferences)
        {
            var path = Path.GetFullPath(reference.FilePath, project.BaseDirectory);
            if (File.Exists(path))
                generators.AddRange(_generators.Load(path, problems));
            else
                notBuilt.Add(path);
        }
        if (generators.Count > 0)
            compilation = Generate(compilation, generators.ToImmutable(), additional, parseOptions, config, problems, cancellationToken);

        return new(project.Key.Path, project.TargetFramework, compilation, new AnalyzerOptions(additional, config.OptionsProvider),
            [.. problems.Distinct()], notBuilt.ToImmutable());
    }

    static SyntaxTree[] Parse(CSharpCommandLineArguments arguments, CSharpParseOptions options, List<string> problems, CancellationToken cancellationToken)
    {
        var files = arguments.SourceFiles;
        var trees = new SyntaxTree?[files.Length];
        Parallel.For(0, files.Length, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            try
            {
                var text = SourceReader.Read(files[i].Path, arguments.Encoding, arguments.ChecksumAlgorithm);
                trees[i] = CSharpSyntaxTree.ParseText(text, options, files[i].Path, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                lock (problems)
                    problems.Add($"The source file '{files[i].Path}' could not be read: {e.Message}");
            }
        });
        return [.. trees.OfType<SyntaxTree>()];
    }

    List<MetadataReference> References(CSharpCommandLineArguments arguments, string folder, ReferenceLookup lookup, List<string> problems)
    {
        var references = new List<MetadataReference>(arguments.MetadataReferences.Length);
        foreach (var reference in arguments.MetadataReferences)
        {
            var path = Path.GetFullPath(reference.Reference, folder);
            if (lookup(path) is { } known)
                references.Add(known.WithProperties(reference.Properties));
            else if (File.Exists(path))
                references.Add(_metadata.GetOrAdd(path, static p => MetadataReference.CreateFromFile(p)).WithProperties(reference.Properties));
            else
                problems.Add($"The reference '{path}' does not exist. Build the project that it comes from.");
        }
        return references;
    }

    static CSharpCompilation Generate(CSharpCompilation compilation, ImmutableArray<ISourceGenerator> generators, ImmutableArray<AdditionalText> additional,
        CSharpParseOptions parseOptions, AnalyzerConfigFiles config, List<string> problems, CancellationToken cancellationToken)
    {
        var driver = CSharpGeneratorDriver.Create(generators, additional, parseOptions, config.OptionsProvider);
        var ran = driver.RunGeneratorsAndUpdateCompilation(compilation, out var updated, out _, cancellationToken).GetRunResult();
        foreach (var result in ran.Results)
        {
            if (result.Exception is { } exception)
                problems.Add($"The source generator {result.Generator.GetGeneratorType().FullName} failed, so what it generates is missing: {exception.Message}");
        }
        config.GeneratedTrees = [.. ran.GeneratedTrees];
        return (CSharpCompilation)updated;
    }
}
