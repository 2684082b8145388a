using System.Collections.Immutable;
using LockCheck.Git;
using LockCheck.Loading;

namespace LockCheck.Revisions;

/// <summary>A folder that holds the files of a tree, for the SDK to load projects from.</summary>
/// <param name="Tree">The tree that it holds.</param>
/// <param name="Folder">Where: the user's own work tree, or a copy.</param>
internal sealed record Checkout(string Tree, string Folder);

/// <summary>Where projects are loaded from: the work tree if it can serve, else a copy of a tree in the scratch folder.</summary>
internal sealed class RevisionSource(ScratchIndex scratch)
{
    readonly Dictionary<string, Checkout> _copies = new(StringComparer.Ordinal);
    readonly Dictionary<string, ImmutableArray<string>> _paths = new(StringComparer.Ordinal);
    string? _workTree;

    /// <summary>The tree of the user's work tree.</summary>
    public async Task<string> WorkTreeAsync(CancellationToken cancellationToken) => _workTree ??= await scratch.WorkTreeAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>The paths in a tree, relative and with slashes.</summary>
    public async Task<ImmutableArray<string>> PathsAsync(string tree, CancellationToken cancellationToken)
    {
        if (!_paths.TryGetValue(tree, out var paths))
        {
            paths = [.. (await scratch.CheckedAsync(["ls-tree", "-r", "-z", "--name-only", "--full-tree", tree], cancellationToken).ConfigureAwait(false)).Parts];
            _paths.Add(tree, paths);
        }
        return paths;
    }

    /// <summary>Whether two trees have the same projects, whatever their sources.</summary>
    public async Task<bool> HaveSameShapeAsync(string one, string other, CancellationToken cancellationToken) =>
        !(await TreeDiff.ChangesAsync(scratch, one, other, cancellationToken).ConfigureAwait(false)).Any(c => ProjectShape.IsPart(c.Path));

    /// <summary>A copy of a tree. Symbolic links become files that hold their target's name, so that none leads out of it.</summary>
    public async Task<Checkout> CopyAsync(string tree, CancellationToken cancellationToken)
    {
        if (_copies.TryGetValue(tree, out var known))
            return known;
        var folder = Path.Combine(scratch.Folder, $"tree{_copies.Count}");
        Directory.CreateDirectory(folder);
        await scratch.ReadTreeAsync(tree, cancellationToken).ConfigureAwait(false);
        await scratch.CheckedAsync(["-c", "core.symlinks=false", "-c", "filter.lfs.smudge=", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false",
            "checkout-index", "--all", "--force", "--prefix=" + folder + "/"], cancellationToken).ConfigureAwait(false);
        return _copies[tree] = new(tree, folder);
    }

    /// <summary>The files of a tree, as seen from a folder that holds another.</summary>
    /// <param name="brought">What the change that is looked at brings along, relative and with slashes.</param>
    public async Task<SourceFiles> FilesAsync(Checkout checkout, string tree, ImmutableArray<string> brought, CancellationToken cancellationToken)
    {
        var changes = await TreeDiff.ChangesAsync(scratch, checkout.Tree, tree, cancellationToken).ConfigureAwait(false);
        var wanted = changes.Where(c => ProjectShape.Matters(c.Path) && !c.IsLink).ToList();
        var blobs = await scratch.ReadBlobsAsync([.. wanted.Select(c => c.NewBlob).Where(b => b.Length > 0).Distinct()], cancellationToken).ConfigureAwait(false);
        var files = ImmutableDictionary.CreateBuilder<string, RevisionFile>(CheckTarget.PathComparer);
        foreach (var change in wanted)
        {
            files[FullPath(change.Path)] = change.NewBlob.Length == 0
                ? new("removed", null)
                : new(change.NewBlob, System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(blobs[change.NewBlob]));
        }
        return new(scratch.Repository.Root, checkout.Folder, files.ToImmutable()) { Brought = brought.Select(FullPath).ToImmutableHashSet(CheckTarget.PathComparer) };
    }

    /// <summary>The full path of a path in a tree.</summary>
    public string FullPath(string relative) => Path.Combine(scratch.Repository.Root, relative.Replace('/', Path.DirectorySeparatorChar));
}
