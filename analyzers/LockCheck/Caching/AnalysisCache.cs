using System.Collections.Immutable;
using System.Text.Json;
using LockCheck.Analysis;
using LockCheck.Loading;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Caching;

/// <summary>
/// Keeps what came of analyses in the user's cache folder, by content, so that a base that is judged against again is not analysed again. Thread-safe.
/// </summary>
/// <param name="folder">Where; null to keep nothing.</param>
/// <param name="mostBytes">The oldest go when all together are larger.</param>
internal sealed class AnalysisCache(string? folder, long mostBytes = AnalysisCache.MostBytes)
{
    const long MostBytes = 64 * 1024 * 1024;

    readonly CacheFolder _folder = new(folder, ".analysis", mostBytes);

    /// <summary>The user's.</summary>
    public static AnalysisCache OfUser() => new(CacheFolder.OfUser("analyses", ""));

    /// <summary>Keeps nothing.</summary>
    public static AnalysisCache None { get; } = new(null);

    /// <summary>What came of analysing a project: as it was kept, else by analysing it.</summary>
    public async Task<ProjectAnalysis> AnalyzeAsync(LoadedProject project, ImmutableArray<DiagnosticAnalyzer> analyzers, CancellationToken cancellationToken)
    {
        var key = _folder.IsOn ? AnalysisKey.Of(project, analyzers, cancellationToken) : null;
        if (key is not null && Find(key, project) is { } known)
            return known;
        var analysis = await ProjectAnalyzer.AnalyzeAsync(project, analyzers, cancellationToken, withWaived: true).ConfigureAwait(false);
        if (key is not null && AnalysisText.Write(analysis) is { } text)
            _folder.Keep(key, text);
        return analysis;
    }

    ProjectAnalysis? Find(string key, LoadedProject project)
    {
        if (_folder.Find(key) is not { } bytes)
            return null;
        try
        {
            return AnalysisText.Read(bytes, project);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            // Of another form than this version writes.
            _folder.Remove(key);
            return null;
        }
    }
}
