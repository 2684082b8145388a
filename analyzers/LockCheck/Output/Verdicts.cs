using LockCheck.Judgement;
using LockCheck.Patches;

namespace LockCheck.Output;

/// <summary>The words for verdicts, alike in all forms of the report.</summary>
internal static class Verdicts
{
    const int LinesAround = 2;

    /// <summary>How many findings have each verdict.</summary>
    public static IEnumerable<(string Name, int Count)> Counts(PatchReport report) =>
    [
        ("introduced", report.Introduced.Count()),
        ("weakened", report.Weakenings.Length),
        ("hidden", report.With(Verdict.Hidden).Count()),
        ("introduced and mended within the series", report.Passing.Count()),
        ("not analysed", report.With(Verdict.NotAnalyzed).Count()),
        ("fixed", report.With(Verdict.Fixed).Count()),
        ("moved", report.With(Verdict.Moved).Count()),
        ("pre-existing", report.With(Verdict.PreExisting).Count()),
    ];

    /// <summary>A verdict as it is written in machine-readable forms.</summary>
    public static string Name(Verdict verdict) => verdict switch
    {
        Verdict.Introduced => "introduced",
        Verdict.Unhidden => "unhidden",
        Verdict.Fixed => "fixed",
        Verdict.Hidden => "hidden",
        Verdict.Moved => "moved",
        Verdict.PreExisting => "preExisting",
        Verdict.Found => "found",
        _ => "notAnalyzed",
    };

    /// <summary>A verdict in words.</summary>
    public static string Words(JudgedFinding judged) => judged.IsPassing ? "introduced and mended within the series" : judged.Verdict switch
    {
        Verdict.Introduced => "the change introduces it",
        Verdict.Unhidden => "it was waived before, and shows now",
        Verdict.Fixed => "the change mends it; this is the code before",
        Verdict.Hidden => "the change hides it",
        Verdict.Moved => "it was there before, elsewhere",
        Verdict.PreExisting => "it was there before the change",
        Verdict.NotAnalyzed => "it was there before; whether it still is could not be analysed",
        _ => "found",
    };

    /// <summary>How two findings were matched, as it is written in machine-readable forms.</summary>
    public static string Name(MatchedBy by) => by.ToString().ToLowerInvariant();

    /// <summary>A kind of weakening, as it is written in machine-readable forms.</summary>
    public static string Name(WeakeningKind kind) => kind switch
    {
        WeakeningKind.LockRemoved => "lockRemoved",
        WeakeningKind.LockSwapped => "lockSwapped",
        WeakeningKind.ContractRemoved => "contractRemoved",
        WeakeningKind.ContractNarrowed => "contractNarrowed",
        _ => "waiverAdded",
    };

    /// <summary>Which patch of a series introduced and which ended a finding; null for what is no series.</summary>
    public static string? Series(JudgedFinding judged, PatchReport report)
    {
        if (report.Steps.Length == 1)
            return null;
        var parts = new List<string>();
        if (judged.IntroducedBy is { } from)
            parts.Add($"introduced by {from}/{report.Steps.Length}");
        if (judged.EndedBy is { } to)
            parts.Add($"{(judged.Verdict == Verdict.Hidden ? "hidden" : judged.Verdict == Verdict.NotAnalyzed ? "lost" : "fixed")} by {to}/{report.Steps.Length}");
        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    /// <summary>Where the cause is and why it is one.</summary>
    public static string Describe(Cause cause) =>
        cause.Hunk is null ? $"{cause.File.Path}, {cause.Why}" : $"{cause.File.Path}, {cause.Hunk.Header.Split("@@")[1].Trim()}: {cause.Why}";

    /// <summary>The lines of a hunk about one place: the run of changes nearest to it, and some around.</summary>
    public static IEnumerable<DiffLine> Around(Hunk hunk, int line)
    {
        var lines = hunk.Lines;
        var nearest = Enumerable.Range(0, lines.Length).Where(i => lines[i].Kind != DiffLineKind.Context).OrderBy(i => Math.Abs(lines[i].NewLine - line)).ThenBy(i => i).DefaultIfEmpty(0).First();
        int first = nearest, last = nearest;
        while (first > 0 && lines[first - 1].Kind != DiffLineKind.Context)
            first--;
        while (last + 1 < lines.Length && lines[last + 1].Kind != DiffLineKind.Context)
            last++;
        return lines.Skip(Math.Max(first - LinesAround, 0)).Take(Math.Min(last + LinesAround, lines.Length - 1) - Math.Max(first - LinesAround, 0) + 1);
    }
}
