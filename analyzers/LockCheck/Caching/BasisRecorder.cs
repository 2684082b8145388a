using System.Text.RegularExpressions;
using LockCheck.Loading;
using Microsoft.CodeAnalysis.CSharp;

namespace LockCheck.Caching;

/// <summary>Notes, while projects are loaded, what came of files that the repository does not hold. What cannot be followed is not kept. For one run; not thread-safe.</summary>
/// <param name="root">The top folder of the work tree.</param>
/// <param name="scratch">The folder of this run; what lies there was made from the rest.</param>
internal sealed partial class BasisRecorder(string root, string scratch)
{
    readonly DateTime _start = DateTime.UtcNow;
    readonly SortedSet<string> _inside = new(StringComparer.Ordinal);
    readonly SortedSet<string> _files = new(StringComparer.Ordinal);
    readonly SortedSet<string> _asked = new(StringComparer.Ordinal);
    readonly SortedSet<string> _folders = new(StringComparer.Ordinal);
    readonly Dictionary<ProjectReferenceOutput, bool> _references = [];
    readonly SortedDictionary<string, string> _read = new(StringComparer.Ordinal);
    bool _isFollowed = true;

    /// <summary>Notes that something went in that cannot be named.</summary>
    public void GiveUp() => _isFollowed = false;

    /// <summary>Notes what the SDK said of projects.</summary>
    /// <param name="isCopy">Whether they lie in a copy of a tree, which holds nothing else.</param>
    /// <param name="arguments">The compiler's arguments of a project, by names in the work tree.</param>
    public void Add(DescribedProjects described, bool isCopy, Func<ProjectDescription, CSharpCommandLineArguments> arguments)
    {
        _isFollowed &= described.Failures.IsEmpty;
        foreach (var project in described.Descriptions.Values)
        {
            if (project.Evaluation is not { IsFollowed: true } evaluation || project.Stale is not null)
            {
                GiveUp();
                return;
            }
            // Restored in the copy, to whatever is the newest at the time.
            if (isCopy && (Read(Path.Combine(project.BaseDirectory, "obj", "project.assets.json")) is not { } assets || FloatingVersion().IsMatch(assets)))
                GiveUp();
            Add(project, evaluation);
            var given = arguments(project);
            var sources = given.SourceFiles.Select(f => f.Path).Concat(given.AdditionalFiles.Select(f => f.Path)).Concat(given.AnalyzerConfigPaths).Select(p => Path.GetFullPath(p, project.BaseDirectory)).ToList();
            if (!isCopy)
                _inside.UnionWith(sources.Where(s => Evaluation.IsBelow(s, root)));
            foreach (var source in sources.Where(s => !Evaluation.IsBelow(s, root) && !Evaluation.IsBelow(s, scratch) && !IsConfig(s)))
            {
                // One that lies elsewhere was found by a pattern, perhaps, that finds another one the next time.
                _isFollowed &= evaluation.IsInstalled(source);
                _files.Add(source);
            }
            foreach (var analyzer in given.AnalyzerReferences.Select(a => Path.GetFullPath(a.FilePath, project.BaseDirectory)))
            {
                _files.Add(analyzer);
                // Its dependencies are loaded from beside it.
                if (!evaluation.IsInstalled(analyzer) && Path.GetDirectoryName(analyzer) is { } beside && Directory.Exists(beside))
                    _files.UnionWith(Directory.EnumerateFiles(beside, "*.dll"));
            }
            foreach (var reference in project.References.Where(r => !Evaluation.IsBelow(r.ReferencePath, scratch) && !Evaluation.IsBelow(r.OutputPath, scratch)))
                _references.TryAdd(reference, ProjectLoader.IsOutdated(reference));
        }
    }

    void Add(ProjectDescription project, Evaluation evaluation)
    {
        foreach (var file in evaluation.Imported.Where(f => !Evaluation.IsBelow(f, scratch)))
        {
            if (Evaluation.IsBelow(file, root))
                _inside.Add(file);
            else
                _files.Add(file);
            if (!Evaluation.IsBelow(file, root) || !evaluation.IsInstalled(file))
                _folders.Add(Path.GetDirectoryName(file)!);
        }
        // What a package or the SDK looks at beyond its own files is the same as long as these are.
        foreach (var file in evaluation.Imported.Where(f => !evaluation.IsInstalled(f) && !IsOfRestore(f)))
        {
            if (Read(file) is { } text && ProjectText.Asked(text, file, project.Key.Path) is { } asked)
                _asked.UnionWith(asked.Where(a => !Evaluation.IsBelow(a, scratch)));
            else
                GiveUp();
        }
        _asked.UnionWith(evaluation.Asked.Where(a => !Evaluation.IsBelow(a, scratch)));
        // Another version of the SDK that is installed may be the one that is taken the next time.
        _folders.Add(Path.Combine(evaluation.Sdk, Basis.Sdks));
        if (Path.Combine(evaluation.Sdk, Basis.Manifests) is var manifests && Directory.Exists(manifests))
            _folders.UnionWith(Directory.EnumerateDirectories(manifests).Append(manifests));
    }

    /// <summary>Notes assemblies that were read.</summary>
    /// <param name="read">Full paths, and the hash of the bytes.</param>
    public void Add(IEnumerable<(string Path, string Hash)> read)
    {
        foreach (var (path, hash) in read.Where(r => !Evaluation.IsBelow(r.Path, scratch)))
            _read[path] = hash;
    }

    /// <summary>Notes projects that were loaded: one from which something is missing may be whole the next time.</summary>
    public void Add(IEnumerable<LoadedProject> loaded) => _isFollowed &= loaded.All(p => p.Problems.IsEmpty && p.Recipe is not null);

    /// <summary>All that was noted; null where something cannot be followed, or changed while it was looked at.</summary>
    /// <param name="work">What the repository's folder holds.</param>
    public Basis? Make(WorkFiles work)
    {
        if (!_isFollowed || !_inside.All(work.Names) || _files.Concat(_inside).Any(IsNew))
            return null;
        var files = _files.Where(f => !_read.ContainsKey(f)).Select(f => (f, Basis.HashOf(f))).Concat(_read.Select(r => (r.Key, r.Value)));
        return new(
            [.. files],
            [.. _asked.Select(a => (a, Path.Exists(a)))],
            [.. _folders.Select(f => (f, Basis.NamesIn(f)))],
            [.. _references.Select(r => (r.Key, r.Value))]);
    }

    [GeneratedRegex("\"version\":\\s*\"[^\"]*\\*", RegexOptions.CultureInvariant)]
    private static partial Regex FloatingVersion();

    bool IsNew(string path) => File.Exists(path) && File.GetLastWriteTimeUtc(path) >= _start;

    // These are searched for in every folder above, and so are part of the name already.
    static bool IsConfig(string path) => Path.GetFileName(path) is ".editorconfig" or ".globalconfig";

    static bool IsOfRestore(string path) => path.EndsWith(".nuget.g.props", StringComparison.Ordinal) || path.EndsWith(".nuget.g.targets", StringComparison.Ordinal);

    static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
