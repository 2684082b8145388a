using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Loading;

/// <summary>A file as one revision has it.</summary>
/// <param name="Identity">Names the content: equal for equal content.</param>
/// <param name="Content">The bytes; null where the revision does not have the file.</param>
internal sealed record RevisionFile(string Identity, ImmutableArray<byte>? Content);

/// <summary>
/// The files of a revision, as the compiler is to see them: those on the disk, except where the revision differs from what
/// the disk holds. Immutable; thread-safe.
/// </summary>
internal sealed class SourceFiles
{
    /// <summary>The files as they are on the disk.</summary>
    public static SourceFiles Disk { get; } = new("", "", []);

    readonly string _root;
    readonly string _physicalRoot;
    readonly ImmutableDictionary<string, RevisionFile> _changed;

    /// <summary>Makes the files of a revision.</summary>
    /// <param name="root">The folder that paths are named in.</param>
    /// <param name="physicalRoot">Where those files really lie: the same folder, or a copy of it elsewhere.</param>
    /// <param name="changed">By full path: what differs from the disk.</param>
    public SourceFiles(string root, string physicalRoot, ImmutableDictionary<string, RevisionFile> changed)
    {
        _root = root;
        _physicalRoot = physicalRoot;
        _changed = changed.WithComparers(CheckTarget.PathComparer);
    }

    /// <summary>Full paths of the files that a change brings along, whether the disk holds them or not.</summary>
    public ImmutableHashSet<string> Brought { get; init; } = [];

    /// <summary>Whether these are simply the files on the disk, under their own names.</summary>
    public bool IsDisk => _changed.IsEmpty && _root == _physicalRoot;

    /// <summary>Full paths of the files that the revision has and the disk may not.</summary>
    public IEnumerable<string> Present => _changed.Where(c => c.Value.Content is not null).Select(c => c.Key);

    /// <summary>Whether a file differs from the one on the disk.</summary>
    public bool IsChanged(string path) => _changed.ContainsKey(path);

    /// <summary>Whether the revision has the file.</summary>
    public bool Exists(string path) => _changed.TryGetValue(path, out var file) ? file.Content is not null : File.Exists(Physical(path));

    /// <summary>Whether the revision removes the file.</summary>
    public bool IsRemoved(string path) => _changed.TryGetValue(path, out var file) && file.Content is null;

    /// <summary>What tells this file's content from that of the same path in other revisions.</summary>
    public string Identity(string path) => _changed.TryGetValue(path, out var file) ? file.Identity : "";

    /// <summary>Reads a file. Errors of the file system are thrown as they are.</summary>
    public SourceText Read(string path, Encoding? encoding = null, SourceHashAlgorithm checksum = SourceHashAlgorithm.Sha256)
    {
        if (!_changed.TryGetValue(path, out var file))
            return SourceReader.Read(Physical(path), encoding, checksum);
        if (file.Content is not { } content)
            throw new FileNotFoundException("The file is not there in this revision.", path);
        using var stream = new MemoryStream([.. content], writable: false);
        return SourceReader.Read(stream, encoding, checksum);
    }

    /// <summary>A path in the copy as a path in the folder that it is a copy of.</summary>
    public string Logical(string text) => _root == _physicalRoot ? text : text.Replace(_physicalRoot + Path.DirectorySeparatorChar, _root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // What only the copy has was made there: the files that a restore and a design-time build write.
    string Physical(string path)
    {
        if (_root == _physicalRoot || !path.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return path;
        return _physicalRoot + path[_root.Length..];
    }
}
