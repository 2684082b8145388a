using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LockCheck.Loading;

namespace LockCheck.Caching;

/// <summary>
/// What a judgement rests on that lies outside of the repository, or is known only once projects were loaded: files by content, whether paths exist, and which
/// references were taken as they were built. Immutable.
/// </summary>
/// <param name="Files">Full paths with the hash of their content; empty for one that is not there.</param>
/// <param name="Asked">Full paths, and whether they exist.</param>
/// <param name="Folders">Folders from which whatever lies there is imported, with the names of what could be.</param>
/// <param name="References">References to other projects, and whether what was built of them is out of date.</param>
internal sealed record Basis(
    ImmutableArray<(string Path, string Hash)> Files,
    ImmutableArray<(string Path, bool Exists)> Asked,
    ImmutableArray<(string Path, string Names)> Folders,
    ImmutableArray<(ProjectReferenceOutput Reference, bool IsOutdated)> References)
{
    /// <summary>The name of the folder that holds the versions of the SDK.</summary>
    public const string Sdks = "sdk";

    /// <summary>The name of the folder that holds, by version of the SDK, what was installed with it.</summary>
    public const string Manifests = "sdk-manifests";

    /// <summary>Whether all of it still is as it was.</summary>
    public bool Holds(CancellationToken cancellationToken)
    {
        var holds = Asked.All(a => Path.Exists(a.Path) == a.Exists)
            && Folders.All(f => NamesIn(f.Path) == f.Names)
            && References.All(r => ProjectLoader.IsOutdated(r.Reference) == r.IsOutdated);
        if (!holds)
            return false;
        var same = true;
        Parallel.ForEach(Files, new ParallelOptions { CancellationToken = cancellationToken }, (file, state) =>
        {
            if (HashOf(file.Path) != file.Hash)
            {
                Volatile.Write(ref same, false);
                state.Stop();
            }
        });
        return same;
    }

    /// <summary>The hash of a file's content; empty where there is none that could be read.</summary>
    public static string HashOf(string path)
    {
        try
        {
            return File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>The names of files in a folder that a project could import; where it is one that holds versions of the SDK or of what is installed with it, those. Empty where there is no such folder.</summary>
    public static string NamesIn(string folder)
    {
        try
        {
            if (!Directory.Exists(folder))
                return "";
            var names = Path.GetFileName(folder) == Sdks || folder.Contains(Manifests, StringComparison.Ordinal) ? Directory.EnumerateDirectories(folder) : Directory.EnumerateFiles(folder).Where(f => Path.GetExtension(f) is ".props" or ".targets");
            return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names.Order(StringComparer.Ordinal)))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>Writes it down.</summary>
    public void Write(BinaryWriter writer)
    {
        Write(Files, f => { writer.Write(f.Path); writer.Write(f.Hash); });
        Write(Asked, a => { writer.Write(a.Path); writer.Write(a.Exists); });
        Write(Folders, f => { writer.Write(f.Path); writer.Write(f.Names); });
        Write(References, r =>
        {
            writer.Write(r.Reference.ReferencePath);
            writer.Write(r.Reference.OutputPath);
            writer.Write(r.Reference.Project.Path);
            writer.Write(r.Reference.Project.Framework);
            writer.Write(r.IsOutdated);
        });

        void Write<T>(ImmutableArray<T> items, Action<T> write)
        {
            writer.Write(items.Length);
            foreach (var item in items)
                write(item);
        }
    }

    /// <summary>Reads what was written down.</summary>
    public static Basis Read(BinaryReader reader)
    {
        return new(
            Read(() => (reader.ReadString(), reader.ReadString())),
            Read(() => (reader.ReadString(), reader.ReadBoolean())),
            Read(() => (reader.ReadString(), reader.ReadString())),
            Read(() => (new ProjectReferenceOutput(reader.ReadString(), reader.ReadString(), new(reader.ReadString(), reader.ReadString())), reader.ReadBoolean())));

        ImmutableArray<T> Read<T>(Func<T> read)
        {
            var items = new T[reader.ReadInt32()];
            for (var i = 0; i < items.Length; i++)
                items[i] = read();
            return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(items);
        }
    }
}
