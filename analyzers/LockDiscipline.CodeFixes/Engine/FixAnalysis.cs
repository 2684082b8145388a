using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.CodeFixes;

/// <summary>Runs one of our analyzers over one document, as the host of the fix would.</summary>
/// <remarks>Results are kept as long as the compilation lives. Thread-safe.</remarks>
internal static class FixAnalysis
{
    static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<(SyntaxTree, Type), ImmutableArray<Diagnostic>>> s_known = new();

    /// <summary>What the analyzer reports in <paramref name="tree"/> under the settings of <paramref name="project"/>, in the order of the source.</summary>
    public static async Task<ImmutableArray<Diagnostic>> RunAsync(
        Project project, Compilation compilation, SyntaxTree tree, DiagnosticAnalyzer analyzer, CancellationToken cancellationToken)
    {
        var known = s_known.GetOrCreateValue(compilation);
        var key = (tree, analyzer.GetType());
        if (known.TryGetValue(key, out var findings))
            return findings;

        var options = new CompilationWithAnalyzersOptions(
            project.AnalyzerOptions, onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false);
        var reported = await compilation
            .WithAnalyzers(ImmutableArray.Create(analyzer), options)
            .GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), filterSpan: null, cancellationToken)
            .ConfigureAwait(false);
        findings = reported
            .RemoveAll(finding => finding.IsSuppressed || finding.Location.SourceTree != tree)
            .Sort(static (a, b) => a.Location.SourceSpan.CompareTo(b.Location.SourceSpan));
        known.TryAdd(key, findings);
        return findings;
    }
}
