using System.Collections.Immutable;
using LockCheck.Loading;
using Microsoft.CodeAnalysis;

namespace LockCheck.Analysis;

/// <summary>What a check found, and what it could not look at.</summary>
/// <param name="Findings">By path, position and id; a finding in several builds of the same code is one.</param>
/// <param name="Projects">What was analysed.</param>
/// <param name="Incomplete">What was not, or not completely.</param>
/// <param name="LeftOut">What the tool does not look at, by design.</param>
internal sealed record CheckReport(
    ImmutableArray<Finding> Findings,
    ImmutableArray<LoadedProject> Projects,
    ImmutableArray<Incomplete> Incomplete,
    ImmutableArray<LeftOut> LeftOut)
{
    /// <summary>The exit code that the report amounts to.</summary>
    /// <param name="failOn">The severity from which on a finding counts, or null if none does.</param>
    public int ExitCodeFor(DiagnosticSeverity? failOn)
    {
        if (Projects.IsEmpty)
            return ExitCode.NotAnalyzed;
        if (!Incomplete.IsEmpty)
            return ExitCode.Partial;
        return failOn is { } threshold && Findings.Any(f => f.Severity >= threshold) ? ExitCode.Findings : ExitCode.Clean;
    }
}

/// <summary>A project, or a build of one, of which the report does not tell everything.</summary>
/// <param name="Project">The project file.</param>
/// <param name="Reason">Why, in one line.</param>
/// <param name="Errors">The compile errors, where those are the reason.</param>
/// <param name="Details">More lines: what the SDK said, what to do.</param>
internal sealed record Incomplete(string Project, string Reason, ImmutableArray<Diagnostic> Errors, ImmutableArray<string> Details);
