using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using LockCheck.Loading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Analysis;

/// <summary>What came of analysing one project.</summary>
/// <param name="Project">The project.</param>
/// <param name="Findings">What the rules report, by place; hidden findings are left out, and waived ones unless they were asked for.</param>
/// <param name="CompileErrors">Errors of the code itself. Warnings that the project turns into errors are not among them.</param>
/// <param name="Crashes">Analyzers that threw: name and exception. What they would have found is missing.</param>
internal sealed record ProjectAnalysis(
    LoadedProject Project,
    ImmutableArray<Finding> Findings,
    ImmutableArray<Diagnostic> CompileErrors,
    ImmutableArray<string> Crashes);

/// <summary>Runs analyzers over a loaded project, with the severities that its config files, options and pragmas give.</summary>
internal static class ProjectAnalyzer
{
    /// <summary>Analyses a project. May be called for several projects at once; the project is not changed.</summary>
    /// <param name="withWaived">Whether findings that the code waives are kept, marked as such.</param>
    public static async Task<ProjectAnalysis> AnalyzeAsync(LoadedProject project, ImmutableArray<DiagnosticAnalyzer> analyzers, CancellationToken cancellationToken, bool withWaived = false)
    {
        if (analyzers.IsEmpty)
            return new(project, [], Errors(project.Compilation.GetDiagnostics(cancellationToken)), []);

        var crashes = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var options = new CompilationWithAnalyzersOptions(
            project.Options,
            onAnalyzerException: (exception, analyzer, _) => crashes.TryAdd($"{analyzer.GetType().FullName}: {exception.GetType().Name}: {exception.Message}", true),
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false,
            reportSuppressedDiagnostics: withWaived);
        // The compiler's own with the others: the analyzers' work needs them, and code is not bound twice.
        var all = await project.Compilation.WithAnalyzers(analyzers, options).GetAllDiagnosticsAsync(cancellationToken).ConfigureAwait(false);
        var errors = Errors(all.Where(IsOfCompiler));
        var diagnostics = all.Where(d => !IsOfCompiler(d)).ToList();
        return new(
            project,
            [.. ByPlace(diagnostics.Where(d => d.Severity != DiagnosticSeverity.Hidden && (withWaived || !d.IsSuppressed))).Select(d => Finding.From(d, project.Path))],
            errors,
            [.. crashes.Keys.Order(StringComparer.Ordinal)]);
    }

    static ImmutableArray<Diagnostic> Errors(IEnumerable<Diagnostic> diagnostics) =>
        [.. ByPlace(diagnostics.Where(d => d.DefaultSeverity == DiagnosticSeverity.Error && d.Severity == DiagnosticSeverity.Error && !d.IsSuppressed))];

    // Analyzers that run at the same time report in any order; what comes of the same code is to be the same.
    static IEnumerable<Diagnostic> ByPlace(IEnumerable<Diagnostic> diagnostics) =>
        diagnostics.OrderBy(d => d.Location.GetLineSpan().Path, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan.Start).ThenBy(d => d.Location.SourceSpan.End)
            .ThenBy(d => d.Id, StringComparer.Ordinal).ThenBy(d => d.GetMessage(CultureInfo.InvariantCulture), StringComparer.Ordinal);

    static bool IsOfCompiler(Diagnostic diagnostic) => diagnostic.Descriptor.CustomTags.Contains(WellKnownDiagnosticTags.Compiler);
}
