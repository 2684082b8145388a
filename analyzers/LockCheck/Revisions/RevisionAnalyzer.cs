using System.Collections.Immutable;
using LockCheck.Analysis;
using LockCheck.Caching;
using LockCheck.Git;
using LockCheck.Loading;
using LockCheck.Output;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Revisions;

/// <summary>Loads the projects that a change can reach, once, and analyses them with the sources of each revision.</summary>
internal sealed class RevisionAnalyzer(ScratchIndex scratch, LoadOptions options, ImmutableArray<DiagnosticAnalyzer> analyzers, Progress progress)
{
    readonly RevisionSource _source = new(scratch);
    readonly LinkedFolders _links = new();
    readonly LoadCache _cache = new();
    readonly Dictionary<LoadedProject, ProjectAnalysis> _analyses = new(ReferenceEqualityComparer.Instance);
    readonly List<Incomplete> _incomplete = [];
    readonly List<LeftOut> _leftOut = [];
    readonly HashSet<string> _compiled = new(CheckTarget.PathComparer);
    readonly HashSet<string> _failed = new(CheckTarget.PathComparer);
    readonly List<string> _refused = [];
    readonly HashSet<string> _outside = new(CheckTarget.PathComparer);
    readonly HashSet<string> _folders = new(CheckTarget.PathComparer);

    /// <summary>Notes what the analysis rests on; null where nobody wants to know.</summary>
    public BasisRecorder? Basis { get; init; }

    // Trees of one project shape, and the folder they are loaded from.
    sealed class Group(Checkout checkout, bool isCopy)
    {
        public Checkout Checkout { get; private set; } = checkout;

        public bool IsCopy { get; private set; } = isCopy;

        public void MoveTo(Checkout copy) => (Checkout, IsCopy) = (copy, true);

        public List<string> Trees { get; } = [];
    }

    /// <summary>Analyses every tree of a comparison.</summary>
    /// <param name="within">A project, solution or folder to stay within; null for the whole repository.</param>
    /// <param name="trustProjects">Whether project files that the change brings along may be run.</param>
    public async Task<RevisionSet> RunAsync(Comparison comparison, string? within, bool trustProjects, CancellationToken cancellationToken)
    {
        var trees = comparison.Trees.Distinct().ToImmutableArray();
        var changed = await ChangedAsync(comparison.Trees, cancellationToken).ConfigureAwait(false);
        var frozen = comparison.IsForeign && !trustProjects && changed.Any(ProjectShape.IsPart);
        if (frozen)
        {
            foreach (var path in changed.Where(ProjectShape.IsPart))
                _incomplete.Add(new(_source.FullPath(path), "is changed by the patch and was not loaded, since loading a project runs what it says", [], ["The sources were analysed as the projects of the base have them. If you trust the patch, add --trust-projects."]));
        }

        var byTree = new Dictionary<string, RevisionAnalysis>(StringComparer.Ordinal);
        if (changed.Any(ProjectShape.Matters))
        {
            foreach (var group in await GroupAsync(trees, frozen, changed, within, cancellationToken).ConfigureAwait(false))
                await AnalyzeAsync(group, changed, within, byTree, cancellationToken).ConfigureAwait(false);
            Unowned(changed, frozen);
        }
        if (_links.Any)
        {
            // What lies in them is none of the repository's.
            Basis?.GiveUp();
            _links.Report(await GraphAsync(new(await _source.WorkTreeAsync(cancellationToken).ConfigureAwait(false), scratch.Repository.Root), cancellationToken).ConfigureAwait(false), _source.FullPath, _incomplete, _leftOut);
        }
        foreach (var tree in trees)
            byTree.TryAdd(tree, new(tree, [], new([], [], [], [])));
        return new([.. comparison.Trees.Select(t => byTree[t])], [.. _incomplete], [.. _leftOut.Distinct()]);
    }

    async Task<ImmutableArray<string>> ChangedAsync(ImmutableArray<string> trees, CancellationToken cancellationToken)
    {
        var changed = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 1; i < trees.Length; i++)
        {
            foreach (var change in await TreeDiff.ChangesAsync(scratch, trees[i - 1], trees[i], cancellationToken).ConfigureAwait(false))
            {
                changed.Add(change.Path);
                _links.Add(change);
                if (change.IsLink && ProjectShape.Matters(change.Path))
                    _incomplete.Add(new(_source.FullPath(change.Path), "is a symbolic link or a submodule, whose content is not part of the change", [], []));
            }
        }
        return [.. changed];
    }

    async Task<List<Group>> GroupAsync(ImmutableArray<string> trees, bool frozen, ImmutableArray<string> changed, string? within, CancellationToken cancellationToken)
    {
        var work = await _source.WorkTreeAsync(cancellationToken).ConfigureAwait(false);
        var groups = new List<Group>();
        foreach (var tree in trees)
        {
            var shape = frozen ? trees[0] : tree;
            Group? found = null;
            foreach (var group in groups)
            {
                if (await _source.HaveSameShapeAsync(group.Checkout.Tree, shape, cancellationToken).ConfigureAwait(false))
                    found = group;
            }
            if (found is null)
            {
                var inPlace = await _source.HaveSameShapeAsync(work, shape, cancellationToken).ConfigureAwait(false)
                    && (!options.Restore || await IsRestoredAsync(work, changed, within, cancellationToken).ConfigureAwait(false));
                found = inPlace ? new(new(work, scratch.Repository.Root), false) : new(await _source.CopyAsync(shape, cancellationToken).ConfigureAwait(false), true);
                groups.Add(found);
            }
            found.Trees.Add(tree);
        }
        return groups;
    }

    // A restore writes into the project's folder, and the user's is not to be written.
    async Task<bool> IsRestoredAsync(string work, ImmutableArray<string> changed, string? within, CancellationToken cancellationToken)
    {
        var scope = await ScopeAsync(new(work, scratch.Repository.Root), changed, within, cancellationToken).ConfigureAwait(false);
        return scope.Owners.Concat(scope.Dependents).All(p => File.Exists(Path.Combine(Path.GetDirectoryName(p)!, "obj", "project.assets.json")));
    }

    // The projects that changed files belong to, those that build on one of these, and whether there are others of the first kind that are not asked for.
    sealed record Scope(ImmutableArray<string> Owners, ImmutableArray<string> Dependents, ImmutableArray<string> OthersOwners);

    async Task<ProjectGraph> GraphAsync(Checkout checkout, CancellationToken cancellationToken)
    {
        var paths = await _source.PathsAsync(checkout.Tree, cancellationToken).ConfigureAwait(false);
        var projects = paths.Where(p => p.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase)).Select(_source.FullPath);
        var imported = paths.Where(p => Path.GetExtension(p) is ".props" or ".targets").Select(_source.FullPath);
        return new(projects, imported, path => Read(InCheckout(checkout, path)));
    }

    async Task<Scope> ScopeAsync(Checkout checkout, ImmutableArray<string> changed, string? within, CancellationToken cancellationToken)
    {
        var graph = await GraphAsync(checkout, cancellationToken).ConfigureAwait(false);
        var owners = new SortedSet<string>(StringComparer.Ordinal);
        var named = within is null ? null : ProjectsWithin(within, checkout).ToHashSet(CheckTarget.PathComparer);
        foreach (var path in changed.Where(ProjectShape.Matters).Select(_source.FullPath))
        {
            var own = graph.OwnersOf(path).ToList();
            // One that no project file speaks of may be compiled by a pattern that is put together elsewhere; whoever names a project thinks so.
            owners.UnionWith(own.Count == 0 && named is not null ? named : own);
            if (named is not null && !own.Exists(named.Contains))
                _outside.Add(path);
        }
        var all = owners.ToImmutableArray();
        var dependents = graph.DependentsOf(all);
        return named is null ? new(all, dependents, []) : new([.. all.Where(named.Contains)], [.. dependents.Where(named.Contains)], [.. all.Where(o => !named.Contains(o))]);
    }

    IEnumerable<string> ProjectsWithin(string within, Checkout checkout)
    {
        var full = Path.GetFullPath(within);
        if (Directory.Exists(full) && !Directory.EnumerateFiles(full).Any(f => Path.GetExtension(f) is ".sln" or ".slnx" or ".csproj"))
            return Directory.EnumerateFiles(full, "*.csproj", SearchOption.AllDirectories);
        var inCheckout = InCheckout(checkout, full);
        var target = CheckTarget.Resolve(Path.Exists(inCheckout) ? inCheckout : full);
        return target.Projects.Select(p => p.StartsWith(checkout.Folder, StringComparison.Ordinal) ? scratch.Repository.Root + p[checkout.Folder.Length..] : p);
    }

    async Task AnalyzeAsync(Group group, ImmutableArray<string> changed, string? within, Dictionary<string, RevisionAnalysis> byTree, CancellationToken cancellationToken)
    {
        var scope = await ScopeAsync(group.Checkout, changed, within, cancellationToken).ConfigureAwait(false);
        // What others see of a project that is not asked for is not looked at by itself, and so taken as changed.
        var (owners, dependents) = scope.OthersOwners.IsEmpty ? (scope.Owners, scope.Dependents) : ([.. scope.Owners, .. scope.Dependents], []);
        if (owners.IsEmpty)
            return;
        var files = new Dictionary<string, SourceFiles>(StringComparer.Ordinal);
        foreach (var tree in group.Trees)
            files[tree] = await _source.FilesAsync(group.Checkout, tree, changed, cancellationToken).ConfigureAwait(false);

        var touched = owners.Concat(scope.OthersOwners).Select(o => InCheckout(group.Checkout, o)).ToHashSet(CheckTarget.PathComparer);
        var described = await DescribeAsync(group, owners, touched.Contains, cancellationToken).ConfigureAwait(false);
        if (await MovedAsync(group, described, cancellationToken).ConfigureAwait(false))
        {
            await AnalyzeAsync(group, changed, within, byTree, cancellationToken).ConfigureAwait(false);
            return;
        }
        Note(described, group, files);
        var loads = group.Trees.ToDictionary(t => t, t => Load(described, files[t], cancellationToken), StringComparer.Ordinal);
        // What others can see of the touched projects decides whether the others have to be looked at.
        if (!dependents.IsEmpty && !await SameSurfacesAsync(described, files, group, cancellationToken).ConfigureAwait(false))
        {
            described = await DescribeAsync(group, [.. owners, .. dependents], p => touched.Contains(p) || dependents.Contains(OutOfCheckout(group.Checkout, p), CheckTarget.PathComparer), cancellationToken).ConfigureAwait(false);
            if (await MovedAsync(group, described, cancellationToken).ConfigureAwait(false))
            {
                await AnalyzeAsync(group, changed, within, byTree, cancellationToken).ConfigureAwait(false);
                return;
            }
            Note(described, group, files);
            loads = group.Trees.ToDictionary(t => t, t => Load(described, files[t], cancellationToken), StringComparer.Ordinal);
        }
        Basis?.Add(_cache.Factory.Read);
        Basis?.Add(loads.Values.SelectMany(l => l.Projects));
        await AnalyzeAsync([.. loads.Values.SelectMany(l => l.Projects).Distinct<LoadedProject>(ReferenceEqualityComparer.Instance).Where(p => !_analyses.ContainsKey(p))], cancellationToken).ConfigureAwait(false);
        foreach (var tree in group.Trees)
            byTree[tree] = Analyzed(tree, Named(loads[tree], files[tree]));
        _failed.UnionWith(loads.Values.SelectMany(l => l.Failures).Select(f => OutOfCheckout(group.Checkout, f.Path)));
        foreach (var project in group.Trees.SelectMany(t => loads[t].Projects))
        {
            _refused.AddRange(project.Problems);
            _compiled.UnionWith(project.Compilation.SyntaxTrees.Select(t => t.FilePath));
            _folders.Add(Path.GetDirectoryName(project.Path)! + Path.DirectorySeparatorChar);
        }
    }

    void Note(DescribedProjects described, Group group, Dictionary<string, SourceFiles> files) =>
        Basis?.Add(described, group.IsCopy, p => _cache.Factory.Arguments(p, files[group.Trees[0]]));

    // Whether the work tree cannot serve after all, as its packages were restored for an earlier state; then a copy does. To restore is to write, and
    // the user's folder is not written. Of another target framework than it was restored for the SDK says so itself.
    async Task<bool> MovedAsync(Group group, DescribedProjects described, CancellationToken cancellationToken)
    {
        var isStale = described.Descriptions.Values.Any(d => d.Stale is not null) || described.Failures.Any(f => f.Message.Contains("NETSDK1005", StringComparison.Ordinal) || f.Message.StartsWith(SdkBuild.NotRestored, StringComparison.Ordinal));
        if (group.IsCopy || !options.Restore || !isStale)
            return false;
        group.MoveTo(await _source.CopyAsync(group.Checkout.Tree, cancellationToken).ConfigureAwait(false));
        return true;
    }

    async Task<DescribedProjects> DescribeAsync(Group group, ImmutableArray<string> projects, Func<string, bool> readsSource, CancellationToken cancellationToken)
    {
        var inCheckout = projects.Select(p => InCheckout(group.Checkout, p)).ToImmutableArray();
        var load = options with { Restore = group.IsCopy && options.Restore, Intermediates = group.IsCopy ? null : Path.Combine(scratch.Folder, "intermediate") };
        // As one target, so that one restore serves them all; several are named by a solution of our own.
        var target = inCheckout.Length == 1 ? new CheckTarget(inCheckout[0], inCheckout, []) : new CheckTarget(SolutionOf(inCheckout), inCheckout, []);
        // Of all projects, since those that are referenced are asked about as well.
        var outputs = group.IsCopy ? [] : (await _source.PathsAsync(group.Checkout.Tree, cancellationToken).ConfigureAwait(false)).Where(p => p.EndsWith("proj", StringComparison.OrdinalIgnoreCase))
            .Select(p => Path.Combine(Path.GetDirectoryName(_source.FullPath(p))!, "bin")).Where(d => !Directory.Exists(d)).ToList();
        try
        {
            return await new ProjectLoader(load, progress, readsSource).DescribeAsync(target, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A design-time build makes the folder that a real one would write to.
            foreach (var folder in outputs)
                RemoveEmpty(folder);
        }
    }

    string SolutionOf(ImmutableArray<string> projects)
    {
        var path = Path.Combine(scratch.Folder, $"scope{Guid.NewGuid():N}.slnx");
        var entries = projects.Select(p => new System.Xml.Linq.XElement("Project", new System.Xml.Linq.XAttribute("Path", p)));
        File.WriteAllText(path, new System.Xml.Linq.XElement("Solution", entries).ToString());
        return path;
    }

    LoadResult Load(DescribedProjects described, SourceFiles files, CancellationToken cancellationToken) => new RevisionLoader(described, _cache, files).Load(cancellationToken);

    Task<bool> SameSurfacesAsync(DescribedProjects described, Dictionary<string, SourceFiles> files, Group group, CancellationToken cancellationToken)
    {
        var seen = group.Trees.Select(tree =>
        {
            var loader = new RevisionLoader(described, _cache, files[tree]);
            return string.Join('\n', loader.Load(cancellationToken).Projects.Select(p => loader.SurfaceOf(p, cancellationToken).Identity));
        });
        return Task.FromResult(seen.Distinct().Count() == 1);
    }

    // Several at once: one leaves cores idle while it waits for its own parts.
    async Task AnalyzeAsync(ImmutableArray<LoadedProject> projects, CancellationToken cancellationToken)
    {
        var done = 0;
        var analyses = new ProjectAnalysis[projects.Length];
        await Parallel.ForAsync(0, projects.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken }, async (i, token) =>
        {
            progress.Report("analysing " + Path.GetFileName(projects[i].Path), done, projects.Length);
            analyses[i] = await options.Cache.AnalyzeAsync(projects[i], analyzers, token).ConfigureAwait(false);
            Interlocked.Increment(ref done);
        }).ConfigureAwait(false);
        foreach (var analysis in analyses)
        {
            _analyses.Add(analysis.Project, analysis);
            // What is missing from a failed analysis may be there the next time.
            if (!analysis.Crashes.IsEmpty)
                Basis?.GiveUp();
        }
    }

    RevisionAnalysis Analyzed(string tree, LoadResult loaded)
    {
        var analyses = loaded.Projects.Select(p => _analyses[p]).ToList();
        return new(tree, [.. analyses], CheckRun.Report(loaded, analyses));
    }

    LoadResult Named(LoadResult loaded, SourceFiles files) => loaded with
    {
        Failures = [.. loaded.Failures.Select(f => new LoadFailure(files.Logical(f.Path), files.Logical(f.Message)))],
        LeftOut = [.. loaded.LeftOut.Select(l => l with { Path = files.Logical(l.Path) })],
    };

    // A changed source that no project compiles was not analysed; one that a project leaves out on purpose is its decision.
    void Unowned(ImmutableArray<string> changed, bool frozen)
    {
        foreach (var path in changed.Where(c => c.EndsWith(".cs", StringComparison.OrdinalIgnoreCase)).Select(_source.FullPath).Where(f => !_compiled.Contains(f)))
        {
            if (_refused.Exists(r => r.Contains($"'{path}'", StringComparison.Ordinal)))
                continue;
            if (_outside.Contains(path))
                _leftOut.Add(new(path, "outside of the project that was asked for"));
            else if (_folders.Any(f => path.StartsWith(f, StringComparison.Ordinal)))
                _leftOut.Add(new(path, "its project does not compile it"));
            else if (frozen && changed.FirstOrDefault(c => c.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase) && Evaluation.IsBelow(path, Path.GetDirectoryName(_source.FullPath(c))!)) is { } brought)
                _incomplete.Add(new(path, $"belongs to '{brought}', which the patch brings along and which was not loaded", [], []));
            // Of a project that could not be loaded that is told already.
            else if (!_incomplete.Exists(i => i.Project == path) && !_failed.Any(f => path.StartsWith(Path.GetDirectoryName(f)! + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
                _incomplete.Add(new(path, "belongs to no project that was loaded", [], ["If one does compile it, name that project: --project PATH."]));
        }
    }

    string InCheckout(Checkout checkout, string path) =>
        path.StartsWith(scratch.Repository.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? checkout.Folder + path[scratch.Repository.Root.Length..] : path;

    string OutOfCheckout(Checkout checkout, string path) =>
        path.StartsWith(checkout.Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? scratch.Repository.Root + path[checkout.Folder.Length..] : path;

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

    static void RemoveEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any())
            Directory.Delete(folder, recursive: true);
    }
}
