using System.Collections.Immutable;
using LockCheck.Analysis;
using LockCheck.Fixes;
using LockCheck.Loading;
using LockCheck.Patches;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis;

namespace LockCheck.Judgement;

/// <summary>From what on a change fails.</summary>
internal enum FailOn
{
    Info,
    Warning,
    Error,
    Weakened,
    Hidden,
    Never,
}

/// <summary>One step of the change, in the report.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Files">What differs, with renames.</param>
/// <param name="CompileErrors">Errors of the code after the step, if the code before it had none; empty otherwise.</param>
internal sealed record StepReport(int Number, Step Step, ImmutableArray<FileDiff> Files, ImmutableArray<Diagnostic> CompileErrors)
{
    /// <summary>The number of the later step after which the code compiles again; null where none does, or where this step breaks nothing.</summary>
    public int? CompilesAgainAfter { get; init; }
}

/// <summary>What a change introduces, fixes and weakens, and what is not known of it.</summary>
internal sealed record PatchReport
{
    /// <summary>What was compared.</summary>
    public required Comparison Comparison { get; init; }

    /// <summary>The repository's folder.</summary>
    public required string Root { get; init; }

    /// <summary>The steps, at least one.</summary>
    public required ImmutableArray<StepReport> Steps { get; init; }

    /// <summary>Every finding of the base and of the end, and those that came and went in between, judged.</summary>
    public required ImmutableArray<JudgedFinding> Findings { get; init; }

    /// <summary>What the change weakens.</summary>
    public required ImmutableArray<JudgedWeakening> Weakenings { get; init; }

    /// <summary>The order in which the changed files take locks after the change.</summary>
    public required ImmutableArray<LockOrderEdge> LockOrder { get; init; }

    /// <summary>What was not analysed, or not completely, before or after the change.</summary>
    public required ImmutableArray<Incomplete> Incomplete { get; init; }

    /// <summary>What is not looked at, by design.</summary>
    public required ImmutableArray<LeftOut> LeftOut { get; init; }

    /// <summary>The projects that were analysed.</summary>
    public required ImmutableArray<string> Projects { get; init; }

    /// <summary>Whether anything was to be analysed at all: a change of documents has no lock discipline.</summary>
    public required bool HasSources { get; init; }

    /// <summary>What would mend findings, where that was asked for.</summary>
    public ImmutableDictionary<FindingIdentity, ImmutableArray<ProposedFix>> Fixes { get; init; } = ImmutableDictionary<FindingIdentity, ImmutableArray<ProposedFix>>.Empty;

    /// <summary>Findings with a verdict that are there at the end, or were there before the change.</summary>
    public IEnumerable<JudgedFinding> With(params Verdict[] verdicts) => Findings.Where(f => !f.IsPassing && verdicts.Contains(f.Verdict));

    /// <summary>What the change is answerable for: new findings, and old ones that it uncovered; everything, where nothing was compared.</summary>
    public IEnumerable<JudgedFinding> Introduced => With(Verdict.Introduced, Verdict.Unhidden, Verdict.Found);

    /// <summary>Findings that one patch of a series introduces and a later one mends.</summary>
    public IEnumerable<JudgedFinding> Passing => Findings.Where(f => f.IsPassing);

    /// <summary>The report of code as it stands, with nothing to compare it with.</summary>
    /// <param name="findings">What is to be told, identified.</param>
    public static PatchReport OfCheck(CheckReport report, IEnumerable<FindingIdentity> findings, string root) => new()
    {
        Comparison = new() { Mode = "check", Before = "", After = "", BaseFoundBy = "", BaseCommit = "", Trees = [], Steps = [] },
        Root = root,
        Steps = [],
        Findings = [.. findings.Select(f => new JudgedFinding(Verdict.Found, f, null, null, null, null))],
        Weakenings = [],
        LockOrder = [],
        Incomplete = report.Incomplete,
        LeftOut = report.LeftOut,
        Projects = [.. report.Projects.Select(p => p.Path).Distinct()],
        HasSources = true,
    };

    /// <summary>The exit code that the report amounts to.</summary>
    public int ExitCodeFor(ImmutableArray<FailOn> failOn)
    {
        if (Projects.IsEmpty && !Incomplete.IsEmpty)
            return ExitCode.NotAnalyzed;
        if (!Incomplete.IsEmpty || Findings.Any(f => f.Verdict == Verdict.NotAnalyzed))
            return ExitCode.Partial;
        if (failOn.Contains(FailOn.Never))
            return ExitCode.Clean;
        var threshold = failOn.Contains(FailOn.Info) ? DiagnosticSeverity.Info : failOn.Contains(FailOn.Error) ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
        var fails = Introduced.Any(f => f.Finding.Finding.Severity >= threshold)
            || failOn.Contains(FailOn.Weakened) && !Weakenings.IsEmpty
            || failOn.Contains(FailOn.Hidden) && (With(Verdict.Hidden).Any(f => f.Finding.Finding.Severity >= threshold) || Weakenings.Any(w => w.Weakening.Kind == WeakeningKind.WaiverAdded));
        return fails ? ExitCode.Findings : ExitCode.Clean;
    }
}
