using System.IO.Compression;
using System.Text;
using LockCheck.Fixes;
using LockCheck.Judgement;
using LockCheck.Revisions;

namespace LockCheck.Caching;

/// <summary>Keeps whole judgements in the user's cache folder, so that the same question is answered without loading a project. Thread-safe.</summary>
/// <param name="folder">Where; null to keep nothing.</param>
/// <param name="mostBytes">The oldest go when all together are larger.</param>
internal sealed class JudgementCache(string? folder, long mostBytes = JudgementCache.MostBytes)
{
    const long MostBytes = 64 * 1024 * 1024;

    readonly CacheFolder _folder = new(folder, ".judgement", mostBytes);

    /// <summary>The user's.</summary>
    public static JudgementCache OfUser() => new(CacheFolder.OfUser("judgements", "judgements"));

    /// <summary>Keeps nothing.</summary>
    public static JudgementCache None { get; } = new(null);

    /// <summary>Whether anything is kept.</summary>
    public bool IsOn => _folder.IsOn;

    /// <summary>A judgement as it was kept, if what it rests on is as it was.</summary>
    public (PatchReport Report, FixPatchResult? Fix)? Find(string key, Comparison comparison, string root, CancellationToken cancellationToken)
    {
        if (_folder.Find(key) is not { } bytes)
            return null;
        try
        {
            using var text = new BinaryReader(new DeflateStream(new MemoryStream(bytes), CompressionMode.Decompress), Encoding.UTF8);
            if (Basis.Read(text).Holds(cancellationToken))
                return new JudgementReader(text).Read(comparison, root);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException or ArgumentException or IndexOutOfRangeException or InvalidCastException or OverflowException or OutOfMemoryException)
        {
            // Of another form than this version writes.
            _folder.Remove(key);
        }
        return null;
    }

    /// <summary>Keeps a judgement.</summary>
    public void Keep(string key, Basis basis, PatchReport report, FixPatchResult? fix)
    {
        var bytes = new MemoryStream();
        using (var text = new BinaryWriter(new DeflateStream(bytes, CompressionLevel.Fastest, leaveOpen: true), Encoding.UTF8))
        {
            basis.Write(text);
            new JudgementWriter(text).Write(report, fix);
        }
        _folder.Keep(key, bytes.ToArray());
    }
}
