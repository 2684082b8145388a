using Microsoft.CodeAnalysis;

namespace LockDiscipline.Benchmarks.Measuring;

/// <summary>What one run took and found.</summary>
/// <param name="Milliseconds">Wall time.</param>
/// <param name="OwnMilliseconds">What the driver's telemetry says the analyzers took, summed over threads; 0 for the compiler alone.</param>
/// <param name="AllocatedBytes">Allocated on all threads meanwhile.</param>
/// <param name="Findings">How often each id was reported by analyzers; ids in their order.</param>
public sealed record Outcome(double Milliseconds, double OwnMilliseconds, long AllocatedBytes, SortedDictionary<string, int> Findings)
{
    const string AnalysedInPart = "LCK9007";

    static readonly HashSet<string> Warnings =
        [.. Contender.Ours.Fresh().SelectMany(analyzer => analyzer.SupportedDiagnostics).Where(rule => rule.DefaultSeverity == DiagnosticSeverity.Warning).Select(rule => rule.Id)];

    /// <summary>How many bodies were given up in part. That is no mistake of theirs, and may change with the bounds of the analysis.</summary>
    public int Partly => Findings.GetValueOrDefault(AnalysedInPart);

    /// <summary>How many mistakes our rules found; suggestions, which good code may have, are none.</summary>
    public int Mistakes => Findings.Sum(finding => Warnings.Contains(finding.Key) ? finding.Value : 0);
}
