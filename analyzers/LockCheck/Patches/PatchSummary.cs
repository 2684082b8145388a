using System.Globalization;
using System.Text.RegularExpressions;

namespace LockCheck.Patches;

/// <summary>
/// The summary that git puts before a patch, as in <c>2 files changed, 3 insertions(+), 1 deletion(-)</c>. By nothing else can it be
/// known that a patch was cut off between two files or hunks.
/// </summary>
internal static partial class PatchSummary
{
    /// <summary>What the summary promises and the diff does not hold, in words; null where nothing is missing, or nothing is promised.</summary>
    /// <param name="lines">The whole text.</param>
    /// <param name="diff">The diff in it, in order.</param>
    public static string? Missing(List<string> lines, string diff)
    {
        var first = lines.FindIndex(l => l.StartsWith("diff --git ", StringComparison.Ordinal));
        for (var i = first - 1; i >= 0; i--)
        {
            if (Summary().Match(lines[i]) is not { Success: true } match)
                continue;
            var files = UnifiedDiff.Parse(diff);
            var changes = files.SelectMany(f => f.Hunks).SelectMany(h => h.Lines).ToList();
            var (added, removed) = (changes.Count(l => l.Kind == DiffLineKind.Added), changes.Count(l => l.Kind == DiffLineKind.Removed));
            // Binary files are in the text, and not always in the diff.
            var held = lines.Skip(first).Count(l => l.StartsWith("diff --git ", StringComparison.Ordinal));
            return Number(match.Groups[1]) > held || Number(match.Groups[2]) > added || Number(match.Groups[3]) > removed
                ? $"Its summary promises {lines[i].Trim()}, and it holds {held}, {added} and {removed}"
                : null;
        }
        return null;
    }

    static int Number(Group group) => group.Success && int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    [GeneratedRegex(@"^ (\d{1,6}) files? changed(?:, (\d{1,7}) insertions?\(\+\))?(?:, (\d{1,7}) deletions?\(-\))?\r?$", RegexOptions.CultureInvariant)]
    private static partial Regex Summary();
}
