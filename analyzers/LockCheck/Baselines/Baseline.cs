using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LockCheck.Judgement;
using LockCheck.Output;

namespace LockCheck.Baselines;

/// <summary>Findings that are known and accepted for now. No line numbers: code may move without the file having to change.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Member">Documentation id of the member; a path for what stands in none.</param>
/// <param name="Message">What the finding says.</param>
/// <param name="Count">How many there may be.</param>
/// <param name="Reason">Why they were accepted.</param>
internal sealed record BaselineEntry(string Rule, string Member, string Message, int Count, string Reason);

/// <summary>A member of which findings of one rule are not to be reported.</summary>
/// <param name="Reason">Why; never empty.</param>
/// <param name="Until">The last day on which it holds, or null.</param>
/// <param name="Hash">What the member's code must be for it to hold, by <see cref="Baseline.HashOf"/>; empty for any code.</param>
internal sealed record Waiver(string Rule, string Member, string Reason, DateOnly? Until, string Hash);

/// <summary>What a baseline file holds.</summary>
internal sealed record Baseline(ImmutableArray<BaselineEntry> Entries, ImmutableArray<Waiver> Waivers)
{
    /// <summary>Nothing known, nothing waived.</summary>
    public static Baseline Empty { get; } = new([], []);

    /// <summary>What a finding is known by.</summary>
    public static (string Rule, string Member, string Message) KeyOf(FindingIdentity finding) =>
        (finding.Rule, finding.Member.Length > 0 ? finding.Member : finding.Path, finding.Message);

    /// <summary>Names the code of the member that a finding stands in. Layout and comments make no difference.</summary>
    public static string HashOf(FindingIdentity finding) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(finding.MemberText.Length > 0 ? finding.MemberText : finding.Content)))[..16];

    /// <summary>Reads a file.</summary>
    /// <exception cref="LockCheckException">It cannot be read, or a waiver gives no reason.</exception>
    public static Baseline Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var root = document.RootElement;
            var waivers = Each(root, "waivers").Select(w => new Waiver(Text(w, "rule"), Text(w, "member"), Text(w, "reason"), Date(w), Text(w, "hash"))).ToImmutableArray();
            if (waivers.FirstOrDefault(w => string.IsNullOrWhiteSpace(w.Reason)) is { } silent)
                throw new LockCheckException(ExitCode.Usage, $"The waiver of {silent.Rule} for '{silent.Member}' in '{path}' gives no reason. Say in \"reason\" why the code is right.");
            return new([.. Each(root, "entries").Select(e => new BaselineEntry(Text(e, "rule"), Text(e, "member"), Text(e, "message"), e.GetProperty("count").GetInt32(), Text(e, "reason")))], waivers);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new LockCheckException(ExitCode.Usage, $"The baseline '{path}' cannot be understood: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LockCheckException(ExitCode.Usage, $"The baseline '{path}' cannot be read: {e.Message} Make one with --accept \"REASON\".");
        }
    }

    /// <summary>Writes a file, in an order that makes changes of it easy to review.</summary>
    public void Write(string path)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, JsonReport.Options))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteStartArray("entries");
            foreach (var entry in Entries.OrderBy(e => e.Rule, StringComparer.Ordinal).ThenBy(e => e.Member, StringComparer.Ordinal).ThenBy(e => e.Message, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("rule", entry.Rule);
                json.WriteString("member", entry.Member);
                json.WriteString("message", entry.Message);
                json.WriteNumber("count", entry.Count);
                json.WriteString("reason", entry.Reason);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("waivers");
            foreach (var waiver in Waivers)
            {
                json.WriteStartObject();
                json.WriteString("rule", waiver.Rule);
                json.WriteString("member", waiver.Member);
                json.WriteString("reason", waiver.Reason);
                if (waiver.Until is { } until)
                    json.WriteString("until", until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                if (waiver.Hash.Length > 0)
                    json.WriteString("hash", waiver.Hash);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        try
        {
            File.WriteAllText(path, Encoding.UTF8.GetString(bytes.ToArray()) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LockCheckException(ExitCode.NotAnalyzed, $"The baseline '{path}' cannot be written: {e.Message}");
        }
    }

    static DateOnly? Date(JsonElement element) => Text(element, "until") is { Length: > 0 } text ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    static IEnumerable<JsonElement> Each(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.EnumerateArray() : [];

    static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
