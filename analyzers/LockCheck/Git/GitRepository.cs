namespace LockCheck.Git;

/// <summary>A repository with a work tree, read only: everything that writes goes through a <see cref="ScratchIndex"/>.</summary>
internal sealed class GitRepository
{
    readonly GitCommand _git;

    GitRepository(string root, string directory, string index, string objects)
    {
        Root = root;
        IndexFile = index;
        ObjectsFolder = objects;
        Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_DIR"] = directory, ["GIT_WORK_TREE"] = root };
        _git = new(root, Environment);
    }

    /// <summary>The top folder of the work tree.</summary>
    public string Root { get; }

    /// <summary>The user's index; in a hook, the one that is about to be committed. May not exist yet.</summary>
    public string IndexFile { get; }

    /// <summary>Where the repository keeps its objects.</summary>
    public string ObjectsFolder { get; }

    /// <summary>The variables that say which repository is meant.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Finds the repository that a folder belongs to.</summary>
    /// <exception cref="LockCheckException">There is none, or it has no work tree.</exception>
    public static async Task<GitRepository> OpenAsync(string folder, CancellationToken cancellationToken)
    {
        var inherited = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in (string[])["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"])
        {
            if (System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value && BelongsHere(folder))
                inherited[name] = value;
        }
        var git = new GitCommand(folder, inherited);
        var asked = await git.RunAsync(["rev-parse", "--is-inside-work-tree", "--absolute-git-dir"], cancellationToken).ConfigureAwait(false);
        var lines = asked.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (asked.ExitCode != 0 || lines.Length < 2)
        {
            var said = asked.Error.Trim();
            throw new LockCheckException(ExitCode.NotAnalyzed, said.Contains("not a git repository", StringComparison.Ordinal)
                ? $"'{folder}' is not in a git repository, so there is nothing to compare with. Run it in the repository that the change belongs to, or use 'lockcheck check'."
                : $"The git repository of '{folder}' cannot be read: {said}");
        }
        if (lines[0] != "true")
            throw new LockCheckException(ExitCode.NotAnalyzed, $"'{folder}' is a bare repository, and projects are loaded from files. Run it in a clone with a work tree: git clone \"{folder}\".");
        var top = await git.CheckedAsync(["rev-parse", "--show-toplevel"], cancellationToken).ConfigureAwait(false);
        var index = await git.CheckedAsync(["rev-parse", "--git-path", "index"], cancellationToken).ConfigureAwait(false);
        var objects = await git.CheckedAsync(["rev-parse", "--git-path", "objects"], cancellationToken).ConfigureAwait(false);
        return new(Path.GetFullPath(top.Line), Path.GetFullPath(lines[1]), Path.GetFullPath(index.Line, folder), Path.GetFullPath(objects.Line, folder));
    }

    /// <summary>Runs git in the repository; only commands that write nothing.</summary>
    public Task<GitResult> ReadAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) => _git.RunAsync(arguments, cancellationToken);

    /// <summary>The commit that a name stands for, or null.</summary>
    public async Task<string?> CommitAsync(string name, CancellationToken cancellationToken)
    {
        if (name.Length == 0 || name[0] == '-')
            return null;
        var result = await _git.RunAsync(["rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"], cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 && result.Line.Length > 0 ? result.Line : null;
    }

    /// <summary>Whether history was cut off when the repository was cloned.</summary>
    public async Task<bool> IsShallowAsync(CancellationToken cancellationToken) =>
        (await _git.RunAsync(["rev-parse", "--is-shallow-repository"], cancellationToken).ConfigureAwait(false)).Line == "true";

    /// <summary>The best common ancestor of two commits, or null.</summary>
    public async Task<string?> MergeBaseAsync(string one, string other, CancellationToken cancellationToken)
    {
        var result = await _git.RunAsync(["merge-base", one, other], cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 && result.Line.Length > 0 ? result.Line : null;
    }

    /// <summary>A commit as people name it: short id and subject.</summary>
    public async Task<string> DescribeAsync(string commit, CancellationToken cancellationToken)
    {
        var result = await _git.RunAsync(["log", "-1", "--no-show-signature", "--format=%h (%s)", "--end-of-options", commit], cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 ? result.Line : commit;
    }

    // Another repository's variables say nothing of this folder.
    static bool BelongsHere(string folder) => Path.GetFullPath(folder) == Path.GetFullPath(System.Environment.CurrentDirectory);
}
