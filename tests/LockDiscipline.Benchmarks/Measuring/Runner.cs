using System.Collections.Immutable;
using System.Diagnostics;
using LockDiscipline.Benchmarks.Code;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Benchmarks.Measuring;

/// <summary>Runs a contender over compilations that nobody has looked at before.</summary>
public static class Runner
{
    /// <summary>Runs a contender over each compilation in turn.</summary>
    /// <param name="compilations">New ones, with new trees: what was bound or scanned before would cost nothing.</param>
    /// <param name="contender">Who runs.</param>
    /// <param name="concurrent">Whether compiler and analyzers may use several threads, as they do in a build.</param>
    /// <exception cref="InvalidOperationException">An analyzer threw.</exception>
    public static async Task<Outcome> RunAsync(IReadOnlyList<CSharpCompilation> compilations, Contender contender, bool concurrent = true)
    {
        var analyzers = contender.Fresh();
        var reported = new List<Diagnostic>();
        double own = 0;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        foreach (var compilation in compilations)
        {
            if (analyzers.IsEmpty)
            {
                compilation.GetDiagnostics();
                continue;
            }

            // The driver lets the compiler bind everything too, so that the difference to the compiler alone is what the analyzers add.
            var result = await compilation.WithAnalyzers(analyzers, Options(concurrent)).GetAnalysisResultAsync(CancellationToken.None).ConfigureAwait(false);
            foreach (var (_, telemetry) in result.AnalyzerTelemetryInfo)
                own += telemetry.ExecutionTime.TotalMilliseconds;
            reported.AddRange(result.GetAllDiagnostics());
        }

        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new Outcome(milliseconds, own, allocated, Count(reported));
    }

    /// <summary>Options of a run: telemetry on, analyzers' exceptions as AD0001, which <see cref="Count"/> refuses.</summary>
    public static CompilationWithAnalyzersOptions Options(bool concurrent = true) =>
        new(new AnalyzerOptions([]), onAnalyzerException: null, concurrent, logAnalyzerExecutionTime: true, reportSuppressedDiagnostics: false);

    /// <summary>Counts findings by id.</summary>
    /// <exception cref="InvalidOperationException">An analyzer threw.</exception>
    public static SortedDictionary<string, int> Count(IEnumerable<Diagnostic> reported)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var diagnostic in reported)
        {
            if (diagnostic.Id == "AD0001")
                throw new InvalidOperationException(diagnostic.ToString());
            counts[diagnostic.Id] = counts.GetValueOrDefault(diagnostic.Id) + 1;
        }

        return counts;
    }
}
