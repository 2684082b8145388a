using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using LockCheck.Analysis;
using LockCheck.Loading;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Caching;

/// <summary>
/// Keeps what came of analyses in the user's cache folder, by content, so that a base that is judged against again is not analysed again. Safe to lose, to damage
/// and to share between runs at once: an entry that is not whole is removed, and what fails is as if there were no cache. Thread-safe.
/// </summary>
/// <param name="folder">Where; null to keep nothing.</param>
/// <param name="mostBytes">The oldest go when all together are larger.</param>
internal sealed class AnalysisCache(string? folder, long mostBytes = AnalysisCache.MostBytes)
{
    /// <summary>The variable that names another folder, or is <c>off</c>.</summary>
    public const string Variable = "LOCKCHECK_CACHE";

    const long MostBytes = 64 * 1024 * 1024;
    const string Extension = ".analysis";
    const int HashLength = 32;

    /// <summary>The user's.</summary>
    public static AnalysisCache OfUser() => new(Environment.GetEnvironmentVariable(Variable) switch
    {
        "off" => null,
        { Length: > 0 } named => Path.GetFullPath(named),
        _ => UserFolder() is { Length: > 0 } own ? Path.Combine(own, "lockcheck", "analyses") : null,
    });

    /// <summary>Keeps nothing.</summary>
    public static AnalysisCache None { get; } = new(null);

    /// <summary>What came of analysing a project: as it was kept, else by analysing it.</summary>
    public async Task<ProjectAnalysis> AnalyzeAsync(LoadedProject project, ImmutableArray<DiagnosticAnalyzer> analyzers, CancellationToken cancellationToken)
    {
        var key = folder is null ? null : AnalysisKey.Of(project, analyzers, cancellationToken);
        if (key is not null && Find(key, project) is { } known)
            return known;
        var analysis = await ProjectAnalyzer.AnalyzeAsync(project, analyzers, cancellationToken, withWaived: true).ConfigureAwait(false);
        if (key is not null && AnalysisText.Write(analysis) is { } text)
            Keep(key, text);
        return analysis;
    }

    ProjectAnalysis? Find(string key, LoadedProject project)
    {
        var path = PathOf(key);
        try
        {
            if (!File.Exists(path))
                return null;
            var bytes = File.ReadAllBytes(path);
            // A crash of the system can leave a file of the right length with anything in it.
            if (bytes.Length > HashLength && SHA256.HashData(bytes.AsSpan(HashLength)).AsSpan().SequenceEqual(bytes.AsSpan(0, HashLength)))
            {
                var analysis = AnalysisText.Read(bytes[HashLength..], project);
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
                return analysis;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            // Of another form than this version writes.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        Delete(path);
        return null;
    }

    void Keep(string key, byte[] text)
    {
        var path = PathOf(key);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder!);
            else
                Directory.CreateDirectory(folder!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            // Whole or not at all, whoever else writes it now.
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(SHA256.HashData(text));
                file.Write(text);
            }
            File.Move(temporary, path, overwrite: true);
            Shrink();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Delete(temporary);
        }
    }

    // What was not asked for longest goes first; so does what a run that was ended left behind.
    void Shrink()
    {
        var now = DateTime.UtcNow;
        long total = 0;
        foreach (var file in new DirectoryInfo(folder!).EnumerateFiles().OrderByDescending(f => f.LastWriteTimeUtc).ThenBy(f => f.Name, StringComparer.Ordinal))
        {
            var isKept = file.Extension == Extension;
            if (isKept)
                total += file.Length;
            if (isKept ? total > mostBytes : file.Extension == ".tmp" && now - file.LastWriteTimeUtc > TimeSpan.FromHours(1))
                Delete(file.FullName);
        }
    }

    string PathOf(string key) => Path.Combine(folder!, key + Extension);

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
