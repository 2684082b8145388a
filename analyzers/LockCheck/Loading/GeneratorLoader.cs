using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Loading;

/// <summary>
/// Loads the source generators that a project names, each folder in a load context of its own, so that two versions of one
/// helper library do not meet. Analyzers in the same files are not run: the tool has its own. Thread-safe.
/// </summary>
internal sealed class GeneratorLoader : IAnalyzerAssemblyLoader
{
    readonly ConcurrentDictionary<string, FolderContext> _contexts = new(CheckTarget.PathComparer);
    readonly ConcurrentDictionary<string, Loaded> _loaded = new(CheckTarget.PathComparer);

    sealed record Loaded(ImmutableArray<ISourceGenerator> Generators, string? Problem);

    /// <summary>The generators in a file, and what went wrong in loading them.</summary>
    public ImmutableArray<ISourceGenerator> Load(string path, ICollection<string> problems)
    {
        var loaded = _loaded.GetOrAdd(path, Read);
        if (loaded.Problem is not null)
            problems.Add(loaded.Problem);
        return loaded.Generators;
    }

    Loaded Read(string path)
    {
        string? problem = null;
        var reference = new AnalyzerFileReference(path, this);
        reference.AnalyzerLoadFailed += (_, e) =>
        {
            // A file without generators is the usual case and says so by an error as well.
            if (e.ErrorCode is not (AnalyzerLoadFailureEventArgs.FailureErrorCode.NoAnalyzers or AnalyzerLoadFailureEventArgs.FailureErrorCode.None))
                problem ??= $"The source generators in '{path}' could not be loaded, so what they generate is missing: {e.Message}";
        };
        return new(reference.GetGenerators(LanguageNames.CSharp), problem);
    }

    void IAnalyzerAssemblyLoader.AddDependencyLocation(string fullPath)
    {
        // Dependencies are looked for beside the assembly that asks.
    }

    Assembly IAnalyzerAssemblyLoader.LoadFromPath(string fullPath)
    {
        var folder = Path.GetDirectoryName(fullPath)!;
        return _contexts.GetOrAdd(folder, static f => new FolderContext(f)).LoadFromAssemblyPath(fullPath);
    }

    sealed class FolderContext(string folder) : AssemblyLoadContext("generators in " + folder)
    {
        static readonly string s_framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            // The compiler and the framework have to be the tool's own: types are exchanged through them.
            if (assemblyName.Name is not { } name
                || name is "Microsoft.CodeAnalysis" or "Microsoft.CodeAnalysis.CSharp"
                || File.Exists(Path.Combine(s_framework, name + ".dll")))
            {
                return null;
            }
            var beside = Path.Combine(folder, name + ".dll");
            return File.Exists(beside) ? LoadFromAssemblyPath(beside) : null;
        }
    }
}
