using System.Collections.Immutable;

namespace LockCheck.Sarif;

/// <summary>What differs between two sets of logs.</summary>
/// <param name="Same">What both have, as it is now, and how it was recognised.</param>
internal sealed record SarifDifference(ImmutableArray<SarifResult> Introduced, ImmutableArray<SarifResult> Hidden, ImmutableArray<SarifResult> Fixed, ImmutableArray<(SarifResult Now, string MatchedBy)> Same);

/// <summary>Compares logs: by fingerprint, then by member, then by code, then by message and place. Symmetric.</summary>
internal static class SarifComparison
{
    static readonly (string Name, Func<SarifResult, string?> Key)[] s_stages =
    [
        ("fingerprint", r => r.Fingerprint.Length == 0 ? null : Key(r.Rule, r.Fingerprint)),
        ("symbol", r => r.Member.Length == 0 ? null : Key(r.Rule, r.Member, r.Message)),
        ("content", r => r.Snippet.Length == 0 ? null : Key(r.Rule, r.Path, r.Snippet, r.Message)),
        ("content", r => Key(r.Rule, r.Path, r.Message)),
        ("position", r => r.Line == 0 ? null : Key(r.Rule, r.Path, r.Line.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        ("content", r => r.Snippet.Length == 0 ? null : Key(r.Rule, r.Snippet, r.Message)),
    ];

    /// <summary>Compares.</summary>
    public static SarifDifference Compare(ImmutableArray<SarifResult> before, ImmutableArray<SarifResult> after)
    {
        var left = before.ToList();
        var right = after.ToList();
        var same = new List<(SarifResult Before, SarifResult Now, string MatchedBy)>();
        foreach (var (name, key) in s_stages)
        {
            var groups = right.Where(r => key(r) is not null).GroupBy(r => key(r)!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => new Queue<SarifResult>(g), StringComparer.Ordinal);
            foreach (var old in left.ToList())
            {
                if (key(old) is not { } wanted || !groups.TryGetValue(wanted, out var queue) || !queue.TryDequeue(out var now))
                    continue;
                same.Add((old, now, name));
                left.Remove(old);
                right.Remove(now);
            }
        }
        return new(
            [.. right.Where(r => !r.IsSuppressed).Concat(same.Where(s => s.Before.IsSuppressed && !s.Now.IsSuppressed).Select(s => s.Now)).OrderBy(r => after.IndexOf(r))],
            [.. right.Where(r => r.IsSuppressed).Concat(same.Where(s => !s.Before.IsSuppressed && s.Now.IsSuppressed).Select(s => s.Now)).OrderBy(r => after.IndexOf(r))],
            [.. left.Where(r => !r.IsSuppressed)],
            [.. same.Where(s => !s.Before.IsSuppressed && !s.Now.IsSuppressed).Select(s => (s.Now, s.MatchedBy))]);
    }

    static string Key(params string[] parts) => string.Join('\u0001', parts);
}
