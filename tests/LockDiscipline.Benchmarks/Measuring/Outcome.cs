namespace LockDiscipline.Benchmarks.Measuring;

/// <summary>What one run took and found.</summary>
/// <param name="Milliseconds">Wall time.</param>
/// <param name="OwnMilliseconds">What the driver's telemetry says the analyzers took, summed over threads; 0 for the compiler alone.</param>
/// <param name="AllocatedBytes">Allocated on all threads meanwhile.</param>
/// <param name="Findings">How often each id was reported by analyzers; ids in their order.</param>
public sealed record Outcome(double Milliseconds, double OwnMilliseconds, long AllocatedBytes, SortedDictionary<string, int> Findings)
{
    const string AnalysedInPart = "LCK9007";

    /// <summary>How many bodies were given up in part. That is no mistake of theirs, and may change with the bounds of the analysis.</summary>
    public int Partly => Findings.GetValueOrDefault(AnalysedInPart);

    /// <summary>How many mistakes our rules found.</summary>
    public int Mistakes => Findings.Sum(finding => finding.Key.StartsWith("LCK", StringComparison.Ordinal) ? finding.Value : 0) - Partly;
}
