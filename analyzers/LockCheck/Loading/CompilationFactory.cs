using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Loading;

/// <summary>Makes, from the compiler's arguments, the compilation that the compiler would make. Thread-safe.</summary>
internal sealed class CompilationFactory
{
    readonly ConcurrentDictionary<string, Surface> _metadata = new(CheckTarget.PathComparer);
    readonly ConcurrentDictionary<(ProjectKey Project, string Path, string Content), SyntaxTree> _trees = new();
    readonly ConcurrentDictionary<(ProjectKey Project, string Folder), CSharpCommandLineArguments> _arguments = new();
    readonly GeneratorLoader _generators = new();

    /// <summary>Finds what stands for a project's output, or null where the file is to be read.</summary>
    public delegate Surface? ReferenceLookup(string fullPath);

    /// <summary>Makes the compilation of <paramref name="project"/>, generators run.</summary>
    public LoadedProject Create(ProjectDescription project, SourceFiles files, ReferenceLookup lookup, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        if (project.Stale is { } stale)
            problems.Add($"Since its packages were restored {stale}, so what it was analysed with is not what it names. Run 'dotnet restore' on it, or leave out --no-restore.");
        var folder = files.Logical(project.BaseDirectory);
        var arguments = Arguments(project, files);
        foreach (var error in arguments.Errors)
        {
            if (error.Severity == DiagnosticSeverity.Error)
                problems.Add("The compiler's arguments were not understood: " + error.GetMessage());
        }

        var sources = Sources(project, arguments, files);
        var config = new AnalyzerConfigFiles(ConfigFiles(arguments, sources, files), files);
        // Unresolved names in documentation comments are none of this tool's business.
        var parseOptions = arguments.ParseOptions.DocumentationMode == DocumentationMode.Diagnose
            ? arguments.ParseOptions.WithDocumentationMode(DocumentationMode.Parse)
            : arguments.ParseOptions;
        var references = References(arguments, folder, lookup, problems);
        var compilation = CSharpCompilation.Create(
            arguments.CompilationName ?? Path.GetFileNameWithoutExtension(project.Key.Path),
            Parse(project.Key, sources, arguments, parseOptions, files, problems, cancellationToken),
            references.Select(r => r.Reference),
            arguments.CompilationOptions
                .WithConcurrentBuild(true)
                .WithAssemblyIdentityComparer(DesktopAssemblyIdentityComparer.Default)
                .WithSourceReferenceResolver(new SourceFileResolver([], folder))
                .WithXmlReferenceResolver(new XmlFileResolver(folder))
                .WithStrongNameProvider(new DesktopStrongNameProvider(arguments.KeyFileSearchPaths))
                .WithSyntaxTreeOptionsProvider(config.SyntaxTreeOptions));

        var additional = arguments.AdditionalFiles
            .Select(f => (AdditionalText)new AdditionalFile(Path.GetFullPath(f.Path, folder), files)).ToImmutableArray();
        var notBuilt = ImmutableArray.CreateBuilder<string>();
        var generators = ImmutableArray.CreateBuilder<ISourceGenerator>();
        foreach (var reference in arguments.AnalyzerReferences)
        {
            var path = Path.GetFullPath(reference.FilePath, folder);
            if (File.Exists(path))
                generators.AddRange(_generators.Load(path, problems));
            else
                notBuilt.Add(path);
        }
        if (generators.Count > 0)
            compilation = Generate(compilation, generators.ToImmutable(), additional, parseOptions, config, problems, cancellationToken);

        return new(files.Logical(project.Key.Path), project.TargetFramework, compilation, new AnalyzerOptions(additional, config.OptionsProvider),
            [.. problems.Distinct()], notBuilt.ToImmutable()) 
        {
            ConfigFiles = config.Files,
            Recipe = Caching.ProjectRecipe.Of(project, files.Logical, references.Select(r => r.IsByContent ? r.Identity : null)),
        };
    }

    /// <summary>What tells the content of a project in one revision from that in others: equal for equal content.</summary>
    /// <param name="references">The same of the references that are read from source.</param>
    public string Fingerprint(ProjectDescription project, SourceFiles files, IEnumerable<string> references)
    {
        var arguments = Arguments(project, files);
        var sources = Sources(project, arguments, files);
        var all = sources.Concat(ConfigFiles(arguments, sources, files))
            .Concat(arguments.AdditionalFiles.Select(f => Path.GetFullPath(f.Path, files.Logical(project.BaseDirectory))));
        return string.Join('\n', all.Select(f => files.Identity(f) is { Length: > 0 } changed ? f + "=" + changed : f).Concat(references));
    }

    /// <summary>The assemblies that were read, by full path, with what names their content.</summary>
    public IEnumerable<(string Path, string Identity)> Read => _metadata.Select(m => (m.Key, m.Value.Identity));

    /// <summary>The compiler's arguments of a project, files named as the revision names them.</summary>
    public CSharpCommandLineArguments Arguments(ProjectDescription project, SourceFiles files)
    {
        var folder = files.Logical(project.BaseDirectory);
        return _arguments.GetOrAdd((project.Key, folder), _ => CSharpCommandLineParser.Default.Parse(project.CompilerArguments.Select(files.Logical), folder, sdkDirectory: null));
    }

    // What the SDK found on the disk, without what the revision has not, and with what it adds.
    static List<string> Sources(ProjectDescription project, CSharpCommandLineArguments arguments, SourceFiles files)
    {
        // A file that is linked from another folder is named by way of the project's.
        var sources = arguments.SourceFiles.Select(f => Path.GetFullPath(f.Path)).Where(p => !files.IsRemoved(p)).ToList();
        var there = sources.ToHashSet(CheckTarget.PathComparer);
        var path = files.Logical(project.Key.Path);
        var text = new Lazy<string>(() => files.Read(path).ToString());
        sources.AddRange(files.Present.Where(f => !there.Contains(f) && project.Globs.Includes(path, text.Value, f)).Order(StringComparer.Ordinal));
        return sources;
    }

    // The SDK names the files that are there; a revision may have more.
    static IEnumerable<string> ConfigFiles(CSharpCommandLineArguments arguments, List<string> sources, SourceFiles files)
    {
        var named = arguments.AnalyzerConfigPaths.Select(Path.GetFullPath).Where(files.Exists).ToHashSet(CheckTarget.PathComparer);
        var added = files.Present.Where(f => Path.GetFileName(f) == ".editorconfig" && !named.Contains(f)
            && sources.Exists(s => s.StartsWith(Path.GetDirectoryName(f) + Path.DirectorySeparatorChar, StringComparison.Ordinal)));
        return named.Concat(added.Order(StringComparer.Ordinal));
    }

    // A file that is the same in several revisions is parsed once.
    SyntaxTree[] Parse(ProjectKey project, List<string> sources, CSharpCommandLineArguments arguments, CSharpParseOptions options, SourceFiles files, List<string> problems, CancellationToken cancellationToken)
    {
        var trees = new SyntaxTree?[sources.Count];
        Parallel.For(0, sources.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            try
            {
                var key = (project, sources[i], files.Identity(sources[i]));
                if (_trees.TryGetValue(key, out var known))
                {
                    trees[i] = known;
                    return;
                }
                var text = files.Read(sources[i], arguments.Encoding, arguments.ChecksumAlgorithm);
                if (files.Brought.Contains(sources[i]) && Nesting.IsTooDeep(text))
                {
                    lock (problems)
                        problems.Add($"The source file '{sources[i]}' nests deeper than a compiler reads safely, and was left out of the analysis.");
                    return;
                }
                trees[i] = CSharpSyntaxTree.ParseText(text, options, sources[i], cancellationToken);
                _trees.TryAdd(key, trees[i]!);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                lock (problems)
                    problems.Add($"The source file '{sources[i]}' could not be read: {e.Message}");
            }
        });
        return [.. trees.OfType<SyntaxTree>()];
    }

    List<Surface> References(CSharpCommandLineArguments arguments, string folder, ReferenceLookup lookup, List<string> problems)
    {
        var references = new List<Surface>(arguments.MetadataReferences.Length);
        foreach (var reference in arguments.MetadataReferences)
        {
            var path = Path.GetFullPath(reference.Reference, folder);
            if ((lookup(path) ?? (File.Exists(path) ? _metadata.GetOrAdd(path, ReadAssembly) : null)) is { } known)
                references.Add(known with { Reference = known.Reference.WithProperties(reference.Properties) });
            else
                problems.Add($"The reference '{path}' does not exist. Build the project that it comes from.");
        }
        return references;
    }

    // Read once, so that it is named by the very bytes that are compiled against.
    static Surface ReadAssembly(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return new(MetadataReference.CreateFromImage(System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(bytes), filePath: path), Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes)));
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
