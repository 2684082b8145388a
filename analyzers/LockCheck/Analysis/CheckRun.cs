using System.Collections.Immutable;
using LockCheck.Loading;
using LockCheck.Output;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Analysis;

/// <summary>Loads a target, analyses it and makes one report of it.</summary>
internal static class CheckRun
{
    /// <summary>Loads and analyses <paramref name="target"/>.</summary>
    /// <param name="progress">Told what goes on, for a user who waits.</param>
    /// <returns>The report, without findings that the code waives; and the analyses, with them.</returns>
    public static async Task<(CheckReport Report, ImmutableArray<ProjectAnalysis> Analyses)> RunAsync(CheckTarget target, LoadOptions options, ImmutableArray<DiagnosticAnalyzer> analyzers,
        Progress progress, CancellationToken cancellationToken)
    {
        var loaded = await new ProjectLoader(options, progress).LoadAsync(target, cancellationToken).ConfigureAwait(false);
        var analyses = new List<ProjectAnalysis>(loaded.Projects.Length);
        // One after the other: the analysis of one keeps all cores busy.
        foreach (var project in loaded.Projects)
        {
            progress.Report("analysing " + Path.GetFileName(project.Path), analyses.Count, loaded.Projects.Length);
            analyses.Add(await options.Cache.AnalyzeAsync(project, analyzers, cancellationToken).ConfigureAwait(false));
        }
        var report = Report(loaded, analyses);
        return (report with { Findings = [.. report.Findings.Where(f => !f.Diagnostic.IsSuppressed)] }, [.. analyses]);
    }

    /// <summary>Makes one report of the analyses of all projects.</summary>
    public static CheckReport Report(LoadResult loaded, List<ProjectAnalysis> analyses)
    {
        var incomplete = ImmutableArray.CreateBuilder<Incomplete>();
        foreach (var failure in loaded.Failures)
            incomplete.Add(new(failure.Path, "could not be loaded", [], [.. failure.Message.Split('\n')]));
        foreach (var analysis in analyses)
        {
            var project = analysis.Project;
            if (!project.Problems.IsEmpty)
                incomplete.Add(new(project.Path, "is not complete", [], project.Problems));
            if (!analysis.CompileErrors.IsEmpty)
                incomplete.Add(new(project.Path, $"does not compile{In(project)}", analysis.CompileErrors, NotBuilt(project)));
            if (!analysis.Crashes.IsEmpty)
                incomplete.Add(new(project.Path, "made an analyzer fail; what it would have found is missing", [], analysis.Crashes));
        }
        return new(Merge(analyses), loaded.Projects, incomplete.ToImmutable(), loaded.LeftOut);
    }

    static string In(LoadedProject project) => project.TargetFramework.Length == 0 ? "" : $" for {project.TargetFramework}";

    static ImmutableArray<string> NotBuilt(LoadedProject project) =>
        [.. project.NotBuilt.Select(f => $"The analyzer or generator '{f}' is not built; if the code needs what it generates, build it first.")];

    // The same code may be compiled for several frameworks and in several projects; its mistakes are one each.
    static ImmutableArray<Finding> Merge(List<ProjectAnalysis> analyses)
    {
        var builds = analyses.ToLookup(a => a.Project.Path, a => a.Project.TargetFramework, CheckTarget.PathComparer);
        var found = from analysis in analyses
                    from finding in analysis.Findings
                    group (finding, analysis.Project.TargetFramework) by (finding.Id, finding.Where?.Path, finding.Where?.Start, finding.Where?.End, finding.Message) into same
                    select same.ToList();
        var merged = found.Select(same =>
        {
            var first = same[0].finding;
            var frameworks = same.Select(s => s.TargetFramework).Distinct().Order(StringComparer.Ordinal).ToImmutableArray();
            var onlyPart = same.All(s => s.finding.Project == first.Project) && frameworks.Length < builds[first.Project].Distinct().Count();
            return onlyPart ? first with { OnlyIn = frameworks } : first;
        });
        return
        [
            .. merged.OrderBy(f => f.Where?.Path, StringComparer.Ordinal).ThenBy(f => f.Where?.Start).ThenBy(f => f.Where?.End)
                .ThenBy(f => f.Id, StringComparer.Ordinal).ThenBy(f => f.Message, StringComparer.Ordinal),
        ];
    }
}
