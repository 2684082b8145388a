using System.Collections.Immutable;
using System.Text.Json;

namespace LockCheck.Sarif;

/// <summary>Reads SARIF 2.1.0 logs, of this tool, of the compiler, or of any other, and merges them.</summary>
internal static class SarifReader
{
    /// <summary>Reads the logs of one side.</summary>
    /// <param name="prefix">What the ids of the rules start with that count; empty for all.</param>
    /// <exception cref="LockCheckException">A log cannot be read.</exception>
    public static SarifLogs Read(IEnumerable<string> paths, string prefix)
    {
        var results = new List<SarifResult>();
        var failed = new List<string>();
        foreach (var path in paths)
        {
            try
            {
                using var log = JsonDocument.Parse(File.ReadAllBytes(path), new() { MaxDepth = 256 });
                if (!log.RootElement.TryGetProperty("runs", out var runs) || Text(log.RootElement, "version") != "2.1.0")
                    throw new LockCheckException(ExitCode.NotAnalyzed, $"'{path}' is no SARIF log of version 2.1.0. For the compiler's log, ask for it: -p:ErrorLog=build.sarif,version=2.1");
                foreach (var run in runs.EnumerateArray())
                {
                    if (Each(run, "invocations").Any(i => i.TryGetProperty("executionSuccessful", out var ok) && ok.ValueKind == JsonValueKind.False))
                        failed.Add(path);
                    results.AddRange(Each(run, "results").Where(r => Text(r, "baselineState") != "absent").Select(r => Read(r, run)).Where(r => r.Rule.StartsWith(prefix, StringComparison.Ordinal)));
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                throw new LockCheckException(ExitCode.NotAnalyzed, $"'{path}' cannot be read as a SARIF log: {e.Message} Was the build that wrote it cut off?");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new LockCheckException(ExitCode.NotAnalyzed, $"'{path}' cannot be read: {e.Message}");
            }
        }
        return new(Merge(results), [.. failed.Distinct()]);
    }

    // The same source is built for several frameworks and by several machines, each in a folder of its own.
    static ImmutableArray<SarifResult> Merge(List<SarifResult> results)
    {
        var root = CommonFolder([.. results.Select(r => r.Path).Where(p => p.StartsWith("file://", StringComparison.Ordinal)).Distinct()]);
        return
        [
            .. results.Select(r => r with { Path = r.Path.StartsWith(root, StringComparison.Ordinal) ? r.Path[root.Length..] : r.Path })
                .Distinct()
                .OrderBy(r => r.Path, StringComparer.Ordinal).ThenBy(r => r.Line).ThenBy(r => r.Rule, StringComparer.Ordinal).ThenBy(r => r.Message, StringComparer.Ordinal).ThenBy(r => r.Fingerprint, StringComparer.Ordinal),
        ];
    }

    static string CommonFolder(List<string> uris)
    {
        if (uris.Count == 0)
            return "\0";
        var first = uris[0];
        var length = uris.Aggregate(first.Length, (l, u) =>
        {
            var same = 0;
            while (same < l && same < u.Length && u[same] == first[same])
                same++;
            return same;
        });
        return first[..(first.LastIndexOf('/', Math.Max(length - 1, 0)) + 1)];
    }

    static SarifResult Read(JsonElement result, JsonElement run)
    {
        var location = Each(result, "locations").FirstOrDefault();
        var physical = Object(location, "physicalLocation");
        var region = Object(physical, "region");
        var fingerprints = Object(result, "fingerprints");
        var partial = Object(result, "partialFingerprints");
        var fingerprint = (fingerprints.ValueKind == JsonValueKind.Object ? fingerprints.EnumerateObject() : partial.ValueKind == JsonValueKind.Object ? partial.EnumerateObject() : default)
            .OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => p.Value.ToString()).FirstOrDefault() ?? "";
        var rule = Text(result, "ruleId");
        if (rule.Length == 0)
            rule = Text(Object(result, "rule"), "id");
        return new(
            rule,
            Text(result, "level") is { Length: > 0 } level ? level : "warning",
            Text(Object(result, "message"), "text"),
            PathOf(Object(physical, "artifactLocation"), run),
            region.ValueKind == JsonValueKind.Object && region.TryGetProperty("startLine", out var line) ? line.GetInt32() : 0,
            Text(Each(location, "logicalLocations").FirstOrDefault(), "fullyQualifiedName"),
            fingerprint,
            string.Concat(Text(Object(region, "snippet"), "text").Where(c => !char.IsWhiteSpace(c))),
            Each(result, "suppressions").Any(s => Text(s, "status") is not ("rejected" or "underReview")));
    }

    static string PathOf(JsonElement artifact, JsonElement run)
    {
        var uri = Text(artifact, "uri");
        if (uri.Length == 0 && artifact.ValueKind == JsonValueKind.Object && artifact.TryGetProperty("index", out var index))
            uri = Text(Object(Each(run, "artifacts").ElementAtOrDefault(index.GetInt32()), "location"), "uri");
        return Uri.UnescapeDataString(uri.Replace('\\', '/'));
    }

    static IEnumerable<JsonElement> Each(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    static JsonElement Object(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : default;

    static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
