using System.Globalization;
using System.Text.RegularExpressions;

namespace LockCheck.Commands;

/// <summary>How a user names one finding: by its fingerprint, or by its place, with or without the rule.</summary>
/// <param name="Rule">The rule's id; null for any.</param>
/// <param name="File">As given; null where a fingerprint names it.</param>
/// <param name="Line">From 1; null for the whole file.</param>
/// <param name="Column">From 1; null for the whole line.</param>
/// <param name="Fingerprint">As it stands in the reports, or its beginning.</param>
internal sealed partial record FindingReference(string? Rule, string? File, int? Line, int? Column, string? Fingerprint)
{
    /// <summary>Reads what was written behind the command: a place, a rule beside it, or a whole line of a report.</summary>
    /// <returns>Null where it names no finding, but perhaps a rule.</returns>
    public static FindingReference? Parse(IReadOnlyList<string> words)
    {
        if (words is [var single] && Print().IsMatch(single) && !System.IO.File.Exists(single))
            return new(null, null, null, null, single.ToLowerInvariant());
        foreach (var word in words)
        {
            if (Place().Match(word) is { Success: true } match)
                return new(RuleIn(words.Select(w => w == word ? match.Groups["rest"].Value : w)), match.Groups["file"].Value, Number(match.Groups["line"]), Number(match.Groups["column"]), null);
        }
        return words.FirstOrDefault(System.IO.File.Exists) is { } file ? new(RuleIn(words.Where(w => w != file)), file, null, null, null) : null;
    }

    /// <summary>As it is named in messages.</summary>
    public override string ToString() =>
        Fingerprint ?? $"{File}{(Line is { } line ? $":{line.ToString(CultureInfo.InvariantCulture)}" : "")}{(Column is { } column ? $":{column.ToString(CultureInfo.InvariantCulture)}" : "")}";

    static string? RuleIn(IEnumerable<string> words) => words.Select(w => Id().Match(w)).FirstOrDefault(m => m.Success)?.Value.ToUpperInvariant();

    static int? Number(Group group) => group.Success && int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // file:line, file:line:column, and file(line,column) as a build writes it; what follows in a report stands behind a colon.
    [GeneratedRegex(@"^(?<file>\S(?:.*?\S)??)(?::(?<line>\d+)(?::(?<column>\d+))?|\((?<line>\d+)(?:,(?<column>\d+))?[^)]*\))(?::(?<rest>.*))?$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Place();

    [GeneratedRegex("^[0-9a-fA-F]{8,32}(:[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Print();

    [GeneratedRegex(@"\bLCK[A-Z]?\d+\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Id();
}
