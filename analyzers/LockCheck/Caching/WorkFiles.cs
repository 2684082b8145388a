using System.Collections.Frozen;
using LockCheck.Git;
using LockCheck.Loading;
using LockCheck.Revisions;

namespace LockCheck.Caching;

/// <summary>What the repository's folder holds, by content: the tree of what git knows or would add, and of what it ignores whatever a project could be made up of.</summary>
internal sealed class WorkFiles
{
    // What others write there does not make up a project.
    static readonly string[] s_folders = ["bin", "obj", "artifacts", "node_modules", ".vs", ".idea", ".vscode", "TestResults"];

    readonly FrozenSet<string> _named;

    WorkFiles(string tree, string git, IReadOnlyList<string> ignored, FrozenSet<string> named) => (Tree, Git, Ignored, _named) = (tree, git, ignored, named);

    /// <summary>The tree of the work tree.</summary>
    public string Tree { get; }

    /// <summary>The version of git, its settings for this repository, and the attributes that are set outside of the tree: they decide how files are compared.</summary>
    public string Git { get; }

    /// <summary>A line for each file that git ignores: its path, and for what a project could be made up of the hash of its content.</summary>
    public IReadOnlyList<string> Ignored { get; }

    /// <summary>Whether a file, by full path, is among those whose content is part of this. A symbolic link is not, nor what lies behind one or in a submodule.</summary>
    public bool Names(string path) => _named.Contains(path);

    /// <summary>Looks at the folder as it is now. Uses the scratch index.</summary>
    /// <exception cref="LockCheckException">git failed.</exception>
    public static async Task<WorkFiles> ReadAsync(ScratchIndex scratch, CancellationToken cancellationToken)
    {
        const string regular = "100";
        var root = scratch.Repository.Root;
        var tree = await scratch.WorkTreeAsync(cancellationToken).ConfigureAwait(false);
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in (await scratch.CheckedAsync(["ls-files", "--stage", "-z"], cancellationToken).ConfigureAwait(false)).Parts)
        {
            // mode object stage, a tab, the path
            if (entry.StartsWith(regular, StringComparison.Ordinal))
                named.Add(Full(entry[(entry.IndexOf('\t', StringComparison.Ordinal) + 1)..]));
        }
        var lines = new List<string>();
        foreach (var path in (await scratch.CheckedAsync(["ls-files", "--others", "--ignored", "--exclude-standard", "-z"], cancellationToken).ConfigureAwait(false)).Parts.Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsPart(path))
            {
                var full = Full(path);
                named.Add(full);
                lines.Add($"{path}\t{Basis.HashOf(full)}");
            }
            else if (!path.Split('/').Intersect(s_folders, CheckTarget.PathComparer).Any())
            {
                // That it is there can decide something.
                lines.Add(path);
            }
        }
        var version = await scratch.CheckedAsync(["version"], cancellationToken).ConfigureAwait(false);
        var settings = await scratch.RunAsync(["config", "--list", "-z"], cancellationToken).ConfigureAwait(false);
        var attributes = string.Concat(AttributeFiles(scratch.Repository, settings.Parts).Select(Basis.HashOf));
        return new(tree, version.Line + settings.Text + attributes, lines, named.ToFrozenSet(StringComparer.Ordinal));

        string Full(string path) => Path.Combine(root, path.Replace('/', Path.DirectorySeparatorChar));
    }

    static IEnumerable<string> AttributeFiles(GitRepository repository, string[] settings)
    {
        const string named = "core.attributesfile\n";
        yield return Path.Combine(Path.GetDirectoryName(repository.ObjectsFolder)!, "info", "attributes");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        yield return Path.Combine(Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } config ? config : Path.Combine(home, ".config"), "git", "attributes");
        foreach (var setting in settings.Where(s => s.StartsWith(named, StringComparison.Ordinal)))
            yield return setting[named.Length..].Replace("~/", home + "/", StringComparison.Ordinal);
    }

    static bool IsPart(string path) =>
        ProjectShape.Matters(path) || Path.GetExtension(path).Equals(".user", StringComparison.OrdinalIgnoreCase) || path.EndsWith("project.assets.json", StringComparison.OrdinalIgnoreCase);
}
