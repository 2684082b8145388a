using System.Collections.Immutable;
using LockCheck.Analysis;
using LockCheck.Loading;

namespace LockCheck.Revisions;

/// <summary>
/// Submodules and symbolic links to folders that a change moves: what is in them is not part of the change, but a project may be built from it. One that a project
/// builds on was not analysed; any other is left out, and named.
/// </summary>
internal sealed class LinkedFolders
{
    readonly SortedDictionary<string, TreeChange> _changes = new(StringComparer.Ordinal);

    /// <summary>Whether there is any.</summary>
    public bool Any => _changes.Count > 0;

    /// <summary>Notes a change. Of several of one path the last counts.</summary>
    public void Add(TreeChange change)
    {
        if (change.IsLink && !ProjectShape.Matters(change.Path))
            _changes[change.Path] = change;
    }

    /// <summary>Says what they are to the projects.</summary>
    /// <param name="fullPath">The full path of a path in a tree.</param>
    public void Report(ProjectGraph graph, Func<string, string> fullPath, List<Incomplete> incomplete, List<LeftOut> leftOut)
    {
        foreach (var (path, change) in _changes)
        {
            var folder = fullPath(path);
            if (change.Submodule.Length == 0 && !Directory.Exists(folder))
                continue;
            var what = change.Submodule.Length > 0 ? "a submodule" : "a symbolic link to a folder";
            if (Users(graph, folder) is [var user, ..])
            {
                ImmutableArray<string> help = change.Submodule.Length > 0 ? [$"What changed in it is not part of this change. Look at it by itself: lockcheck patch -C {path} {change.Submodule}"] : ["What changed by that is not part of this change."];
                incomplete.Add(new(folder, $"is {what} that '{Path.GetFileName(user)}' is built from, and was not compared", [], help));
            }
            else
            {
                leftOut.Add(new(folder, $"{what} that no project is built from"));
            }
        }
    }

    // By name, or since a project takes whatever lies below it.
    static ImmutableArray<string> Users(ProjectGraph graph, string folder)
    {
        var users = graph.ReachingInto(folder).ToImmutableArray();
        return users.IsEmpty && HoldsCode(folder) ? [.. graph.OwnersOf(Path.Combine(folder, "x.cs"))] : users;
    }

    static bool HoldsCode(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.cs", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).Any();
}
