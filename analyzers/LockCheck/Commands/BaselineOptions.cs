using System.Collections.Immutable;
using LockCheck.Analysis;
using LockCheck.Baselines;
using LockCheck.Judgement;
using LockCheck.Output;

namespace LockCheck.Commands;

/// <summary>How a check uses a baseline.</summary>
/// <param name="Path">The file, or null for none.</param>
/// <param name="Update">Whether to take out what is no longer found.</param>
/// <param name="Accept">The reason for which everything found is taken in, or null.</param>
internal sealed record BaselineOptions(string? Path, bool Update, string? Accept)
{
    /// <summary>Sees that the options make sense together.</summary>
    /// <exception cref="LockCheckException">They do not.</exception>
    public void Validate()
    {
        if (Path is null && (Update || Accept is not null))
            throw new LockCheckException(ExitCode.Usage, "--update-baseline and --accept change a baseline: name it with --baseline FILE.");
        if (Accept is not null && string.IsNullOrWhiteSpace(Accept))
            throw new LockCheckException(ExitCode.Usage, "--accept needs a reason: it is what a reader of the baseline will have.");
    }

    /// <summary>Takes what is known out of a report, and brings the file up to date where that was asked for.</summary>
    /// <param name="findings">The findings of the report, identified.</param>
    public (CheckReport Report, ImmutableArray<string> Notes) Apply(CheckReport report, ImmutableArray<ProjectAnalysis> analyses, ImmutableArray<FindingIdentity> findings, CancellationToken cancellationToken)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        foreach (var (where, rule) in StaleWaivers.Find(analyses, cancellationToken))
            notes.Add($"stale waiver: {FindingWriter.Position(where)}: the pragma hides no {rule} any more");
        if (Path is null)
            return (report, notes.ToImmutable());

        var known = File.Exists(Path) || Accept is null ? Baseline.Read(Path) : Baseline.Empty;
        var result = BaselineCheck.Apply(known, findings, DateOnly.FromDateTime(DateTime.UtcNow));
        // A baseline made from half an analysis would let the other half through.
        var isWhole = report.Incomplete.IsEmpty;
        if (Accept is not null && isWhole)
        {
            var remaining = result.Remaining.ToHashSet(ReferenceEqualityComparer.Instance);
            BaselineCheck.Accept(result.Shrunk, findings.Where(f => remaining.Contains(f.Finding)), Accept).Write(Path);
            notes.Add($"baseline: took in {result.Remaining.Length}, knows {result.Known + result.Remaining.Length}");
            return (report with { Findings = [] }, notes.ToImmutable());
        }
        if (Update && isWhole)
            result.Shrunk.Write(Path);
        notes.Add($"baseline: {result.Known} known, {result.Waived} waived{(result.Stale.IsEmpty ? "" : $", {result.Stale.Length} stale")}");
        foreach (var stale in result.Stale)
            notes.Add($"  {(Update && isWhole && !stale.StartsWith("the waiver", StringComparison.Ordinal) ? "taken out" : "stale")}: {SafeText.Escape(stale)}");
        if ((Update || Accept is not null) && !isWhole)
            notes.Add("  the baseline was not changed, since the analysis is incomplete");
        return (report with { Findings = result.Remaining }, notes.ToImmutable());
    }
}
