using System.Collections.Immutable;
using LockCheck.Output;

namespace LockCheck.Loading;

/// <summary>
/// Loads projects through the SDK. A referenced project is read from its sources when it is part of what is checked, when it
/// was not built, or when it changed since: so a fresh clone can be checked, and a stale build never answers for the source.
/// </summary>
/// <param name="readsSource">Projects whose sources are to be read even if they are built already; null for none.</param>
internal sealed class ProjectLoader(LoadOptions options, Progress progress, Func<string, bool>? readsSource = null)
{
    readonly SdkBuild _sdk = new(options);
    readonly Dictionary<ProjectKey, ProjectDescription> _described = [];
    readonly Dictionary<string, LoadFailure> _failures = new(CheckTarget.PathComparer);
    readonly List<LeftOut> _leftOut = [];

    /// <summary>Loads the target with the sources that are on the disk. One loader loads once.</summary>
    /// <exception cref="LockCheckException">There is no SDK.</exception>
    public async Task<LoadResult> LoadAsync(CheckTarget target, CancellationToken cancellationToken) =>
        new RevisionLoader(await DescribeAsync(target, cancellationToken).ConfigureAwait(false), new LoadCache(), SourceFiles.Disk).Load(cancellationToken);

    /// <summary>Asks the SDK about the target; reads no source. One loader does so once.</summary>
    /// <exception cref="LockCheckException">There is no SDK.</exception>
    public async Task<DescribedProjects> DescribeAsync(CheckTarget target, CancellationToken cancellationToken)
    {
        _leftOut.AddRange(target.LeftOut);
        var projects = Existing(target);
        if (options.Restore)
            await RestoreAsync(target, projects, cancellationToken).ConfigureAwait(false);
        projects.RemoveAll(_failures.ContainsKey);

        var builds = await FindBuildsAsync(projects, cancellationToken).ConfigureAwait(false);
        await DescribeAsync(builds, cancellationToken).ConfigureAwait(false);
        return new([.. builds], _described, [.. _failures.Values.OrderBy(f => f.Path, StringComparer.Ordinal)], [.. _leftOut]);
    }

    List<string> Existing(CheckTarget target)
    {
        var existing = new List<string>();
        foreach (var project in target.Projects)
        {
            if (File.Exists(project))
                existing.Add(project);
            else
                Fail(project, "The file does not exist.");
        }
        return existing;
    }

    async Task RestoreAsync(CheckTarget target, List<string> projects, CancellationToken cancellationToken)
    {
        progress.Report("restoring packages");
        if (_failures.Count == 0 && await _sdk.RestoreAsync(target.Path, cancellationToken).ConfigureAwait(false) is { } error)
        {
            if (!target.IsSolution)
            {
                Fail(target.Path, error);
                return;
            }
        }
        else if (_failures.Count == 0)
        {
            return;
        }
        // Something in the solution does not restore. One by one, since the others are still to be analysed; and one after
        // the other, since two restores that share a reference would write the same files.
        foreach (var project in projects)
        {
            if (await _sdk.RestoreAsync(project, cancellationToken).ConfigureAwait(false) is { } own)
                Fail(project, own);
        }
    }

    async Task<List<ProjectKey>> FindBuildsAsync(List<string> projects, CancellationToken cancellationToken)
    {
        var builds = new List<ProjectKey>();
        foreach (var (project, answer) in await ForEachAsync(projects, _sdk.FindBuildsAsync, cancellationToken).ConfigureAwait(false))
        {
            if (answer.Error is not null)
                Fail(project, answer.Error);
            else
                builds.AddRange(answer.Value);
        }
        return builds;
    }

    // Breadth first, so that projects which reference each other end as well.
    async Task DescribeAsync(List<ProjectKey> builds, CancellationToken cancellationToken)
    {
        var asked = builds.ToHashSet();
        var pending = builds.ToList();
        while (pending.Count > 0)
        {
            var next = new List<ProjectKey>();
            foreach (var (key, answer) in await ForEachAsync(pending, _sdk.DescribeAsync, cancellationToken).ConfigureAwait(false))
            {
                if (answer.Error is not null)
                {
                    Fail(key.Path, answer.Error);
                    continue;
                }
                _described.Add(key, answer.Value);
                foreach (var reference in answer.Value.References)
                {
                    if (!asked.Contains(reference.Project) && NeedsSource(reference))
                    {
                        asked.Add(reference.Project);
                        next.Add(reference.Project);
                    }
                }
            }
            pending = next;
        }
    }

    bool NeedsSource(ProjectReferenceOutput reference) =>
        reference.Project.Path.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase)
        && File.Exists(reference.Project.Path)
        && (readsSource?.Invoke(reference.Project.Path) == true || IsOutdated(reference));

    /// <summary>Whether what was built of a referenced project cannot stand for its sources.</summary>
    public static bool IsOutdated(ProjectReferenceOutput reference) => !File.Exists(reference.ReferencePath) || SourceFolder.IsNewerThan(reference.OutputPath, reference.Project.Path);

    void Fail(string project, string message) => _failures.TryAdd(project, new(project, message));

    // Each question starts a process that is busy on one core.
    async Task<List<(TIn, TOut)>> ForEachAsync<TIn, TOut>(List<TIn> items, Func<TIn, CancellationToken, Task<TOut>> ask, CancellationToken cancellationToken)
    {
        var done = 0;
        progress.Report("loading projects", done, items.Count);
        var answers = new TOut[items.Count];
        await Parallel.ForAsync(0, items.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                answers[i] = await ask(items[i], token).ConfigureAwait(false);
                progress.Report("loading projects", Interlocked.Increment(ref done), items.Count);
            }).ConfigureAwait(false);
        return [.. items.Zip(answers)];
    }
}
