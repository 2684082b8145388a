using System.Security.Cryptography;

namespace LockCheck.Caching;

/// <summary>
/// Files in a folder of the user's, by the name of what went into them. Safe to lose, to damage and to share between runs at once: a file that is not whole is
/// removed, and what fails is as if there were no folder. Thread-safe.
/// </summary>
/// <param name="folder">Where; null to keep nothing.</param>
/// <param name="extension">What the files' names end with, with its dot.</param>
/// <param name="mostBytes">The oldest go when all together are larger.</param>
internal sealed class CacheFolder(string? folder, string extension, long mostBytes)
{
    /// <summary>The variable that names another folder, or is <c>off</c>.</summary>
    public const string Variable = "LOCKCHECK_CACHE";

    const int HashLength = 32;

    /// <summary>Whether anything is kept.</summary>
    public bool IsOn => folder is not null;

    /// <summary>A folder of the user's for one kind of files; null where there is to be none.</summary>
    /// <param name="kind">The name of the folder among those of the tool.</param>
    /// <param name="named">Its name within the folder that the variable names.</param>
    public static string? OfUser(string kind, string named) => Environment.GetEnvironmentVariable(Variable) switch
    {
        "off" => null,
        { Length: > 0 } other => Path.GetFullPath(Path.Combine(other, named)),
        _ => UserFolder() is { Length: > 0 } own ? Path.Combine(own, "lockcheck", kind) : null,
    };

    /// <summary>What was kept under a name; null where there is nothing, or nothing whole.</summary>
    public byte[]? Find(string name)
    {
        if (folder is null)
            return null;
        var path = PathOf(name);
        try
        {
            if (!File.Exists(path))
                return null;
            var bytes = File.ReadAllBytes(path);
            // A crash of the system can leave a file of the right length with anything in it.
            if (bytes.Length > HashLength && SHA256.HashData(bytes.AsSpan(HashLength)).AsSpan().SequenceEqual(bytes.AsSpan(0, HashLength)))
            {
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
                return bytes[HashLength..];
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        Delete(path);
        return null;
    }

    /// <summary>Keeps something under a name, whole or not at all, whoever else keeps it now.</summary>
    public void Keep(string name, byte[] content)
    {
        if (folder is null || content.Length > mostBytes)
            return;
        var path = PathOf(name);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(SHA256.HashData(content));
                file.Write(content);
            }
            File.Move(temporary, path, overwrite: true);
            Shrink();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Delete(temporary);
        }
    }

    /// <summary>Removes what is kept under a name.</summary>
    public void Remove(string name)
    {
        if (folder is not null)
            Delete(PathOf(name));
    }

    // What was not asked for longest goes first; so does what a run that was ended left behind.
    void Shrink()
    {
        var now = DateTime.UtcNow;
        long total = 0;
        foreach (var file in new DirectoryInfo(folder!).EnumerateFiles().OrderByDescending(f => f.LastWriteTimeUtc).ThenBy(f => f.Name, StringComparer.Ordinal))
        {
            var isKept = file.Extension == extension;
            if (isKept)
                total += file.Length;
            if (isKept ? total > mostBytes : file.Extension == ".tmp" && now - file.LastWriteTimeUtc > TimeSpan.FromHours(1))
                Delete(file.FullName);
        }
    }

    string PathOf(string name) => Path.Combine(folder!, name + extension);

    static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It will be tried again by whoever meets it.
        }
    }

    static string UserFolder()
    {
        if (OperatingSystem.IsWindows())
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS())
            return home.Length == 0 ? "" : Path.Combine(home, "Library", "Caches");
        var named = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return Path.IsPathRooted(named) ? named! : home.Length == 0 ? "" : Path.Combine(home, ".cache");
    }
}
