using System.Text;
using System.Text.RegularExpressions;

namespace LockCheck.Git;

/// <summary>
/// An index and a place for objects of our own, in a folder that is removed afterwards. What git writes goes there; it reads the
/// repository's objects as well. The user's index, work tree, references and objects are never written.
/// </summary>
internal sealed partial class ScratchIndex : IDisposable
{
    const string Prefix = "lockcheck-";

    readonly GitCommand _git;

    /// <summary>Makes one for a repository, with nothing in the index.</summary>
    /// <exception cref="LockCheckException">There is no room for temporary files.</exception>
    public ScratchIndex(GitRepository repository)
    {
        try
        {
            Folder = Directory.CreateTempSubdirectory(Prefix).FullName;
            Directory.CreateDirectory(Path.Combine(Folder, "objects"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LockCheckException(ExitCode.NotAnalyzed, $"No folder for temporary files could be made in '{Path.GetTempPath()}': {e.Message} Make room there, or set TMPDIR to another folder.");
        }
        Repository = repository;
        IndexFile = Path.Combine(Folder, "index");
        _git = new(repository.Root, new Dictionary<string, string>(repository.Environment, StringComparer.Ordinal)
        {
            ["GIT_INDEX_FILE"] = IndexFile,
            ["GIT_OBJECT_DIRECTORY"] = Path.Combine(Folder, "objects"),
            ["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = Quoted(repository.ObjectsFolder),
        });
    }

    /// <summary>The repository.</summary>
    public GitRepository Repository { get; }

    /// <summary>A folder for anything temporary, removed with this.</summary>
    public string Folder { get; }

    /// <summary>The index of our own.</summary>
    public string IndexFile { get; }

    /// <summary>Runs git on this index.</summary>
    public Task<GitResult> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, ReadOnlyMemory<byte> input = default) =>
        _git.RunAsync(arguments, cancellationToken, input);

    /// <summary>Runs git on this index; a failure ends the command.</summary>
    public Task<GitResult> CheckedAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, ReadOnlyMemory<byte> input = default) =>
        _git.CheckedAsync(arguments, cancellationToken, input);

    /// <summary>Sets the index to a tree or commit.</summary>
    public Task ReadTreeAsync(string tree, CancellationToken cancellationToken) => CheckedAsync(["read-tree", "--reset", tree], cancellationToken);

    /// <summary>The tree that the index stands for.</summary>
    public async Task<string> WriteTreeAsync(CancellationToken cancellationToken) => (await CheckedAsync(["write-tree"], cancellationToken).ConfigureAwait(false)).Line;

    /// <summary>The tree of the user's index, as it is.</summary>
    public async Task<string> StagedTreeAsync(CancellationToken cancellationToken)
    {
        CopyIndex();
        var unmerged = await CheckedAsync(["ls-files", "--unmerged"], cancellationToken).ConfigureAwait(false);
        if (unmerged.Output.Length > 0)
            throw new LockCheckException(ExitCode.NotAnalyzed, "The index holds conflicts that are not resolved. Resolve them ('git status' lists them), then run it again.");
        return await WriteTreeAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The tree of what lies in the work tree: tracked files as they are, and new ones that git does not ignore.</summary>
    public async Task<string> WorkTreeAsync(CancellationToken cancellationToken)
    {
        CopyIndex();
        var leftOut = new List<string>();
        while (true)
        {
            string[] add = ["-c", "core.safecrlf=false", "-c", "advice.addEmbeddedRepo=false", "add", "--all", "--ignore-errors", "--", ".", .. leftOut.Select(p => $":(exclude,literal){p}")];
            var added = await RunAsync(add, cancellationToken).ConfigureAwait(false);
            // What cannot be read is not in the tree; where a project compiles it, it cannot be loaded either, and that is told.
            if (added.ExitCode == 0 || added.Error.Contains("Permission denied", StringComparison.Ordinal))
                return await WriteTreeAsync(cancellationToken).ConfigureAwait(false);
            // Another repository that was begun below this one stops git, and has nothing to do with it.
            var stopped = Unborn().Matches(added.Error).Select(m => m.Groups[1].Value).Except(leftOut).ToList();
            if (stopped.Count == 0)
                await CheckedAsync(add, cancellationToken).ConfigureAwait(false);
            leftOut.AddRange(stopped);
        }
    }

    /// <summary>The contents of blobs, by id.</summary>
    public async Task<Dictionary<string, byte[]>> ReadBlobsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var blobs = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (ids.Count == 0)
            return blobs;
        var answer = await CheckedAsync(["cat-file", "--batch"], cancellationToken, Encoding.ASCII.GetBytes(string.Join('\n', ids) + "\n")).ConfigureAwait(false);
        var output = answer.Output;
        for (var at = 0; at < output.Length;)
        {
            var end = Array.IndexOf(output, (byte)'\n', at);
            var header = Encoding.ASCII.GetString(output, at, end - at).Split(' ');
            at = end + 1;
            if (header.Length != 3 || !int.TryParse(header[2], out var size))
                throw new LockCheckException(ExitCode.NotAnalyzed, $"The object {header[0]} is missing from the repository. Fetch it: git fetch --refetch.");
            blobs[header[0]] = output.AsSpan(at, size).ToArray();
            at += size + 1;
        }
        return blobs;
    }

    void CopyIndex()
    {
        if (File.Exists(Repository.IndexFile))
            File.Copy(Repository.IndexFile, IndexFile, overwrite: true);
        else
            File.Delete(IndexFile);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            // git writes its objects read-only, which on some systems protects them from us too.
            foreach (var file in Directory.EnumerateFiles(Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
            {
                if (OperatingSystem.IsWindows())
                    File.SetAttributes(file, FileAttributes.Normal);
            }
            Directory.Delete(Folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The system cleans its temporary files; a result is not to be lost over one that stays.
        }
    }

    [GeneratedRegex("^error: '([^']+?)/?' does not have a commit checked out", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Unborn();

    static string Quoted(string path) =>
        path.Contains(Path.PathSeparator) || path.StartsWith('"') ? "\"" + path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"" : path;
}
