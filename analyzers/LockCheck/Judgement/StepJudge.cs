using System.Collections.Immutable;
using LockCheck.Revisions;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockCheck.Judgement;

/// <summary>A revision with its findings identified.</summary>
internal sealed record IdentifiedRevision(RevisionAnalysis Analysis, ImmutableArray<FindingIdentity> Findings);

/// <summary>What one step of a series did.</summary>
/// <param name="Findings">Every finding of either revision, judged, except those that are waived in both.</param>
/// <param name="Matches">Findings of the one revision and what they became.</param>
/// <param name="Lines">What differs.</param>
internal sealed record StepJudgement(ImmutableArray<JudgedFinding> Findings, ImmutableArray<Match> Matches, LineMap Lines);

/// <summary>Judges the findings of two revisions.</summary>
/// <remarks>
/// Waivers make nine cases of before and after (none, open, waived):
/// none to open is introduced; none to waived hidden; open to none fixed; open to open pre-existing or moved; open to waived hidden;
/// waived to open unhidden; and waived to none, waived to waived and none to none say nothing.
/// </remarks>
internal sealed class StepJudge(IdentifiedRevision before, IdentifiedRevision after, LineMap lines, string root, CancellationToken cancellationToken)
{
    /// <summary>Judges.</summary>
    public StepJudgement Run()
    {
        var matches = ReferenceEquals(before, after)
            ? [.. before.Findings.Select(f => new Match(f, f, MatchedBy.Symbol))]
            : new FindingMatcher(before.Analysis, after.Analysis, lines, cancellationToken).Run(before.Findings, after.Findings);
        var attribution = new Attribution(after.Analysis, lines, root, cancellationToken);
        var judged = new List<JudgedFinding>();
        foreach (var match in matches)
        {
            if (JudgePair(match) is { } pair)
                judged.Add(pair);
        }
        var old = matches.Select(m => m.Before).ToHashSet(ReferenceEqualityComparer.Instance);
        var @new = matches.Select(m => m.After).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var finding in after.Findings.Where(f => !@new.Contains(f)))
        {
            var off = SwitchedOff(finding, before.Analysis, after: false);
            var verdict = finding.IsWaived ? Verdict.Hidden : off is null ? Verdict.Introduced : Verdict.Unhidden;
            judged.Add(new(verdict, finding, null, null, attribution.Of(finding), finding.IsWaived ? "new, and waived at once" : off));
        }
        foreach (var finding in before.Findings.Where(f => !old.Contains(f) && !f.IsWaived))
            judged.Add(JudgeGone(finding));
        return new(
            [.. judged.OrderBy(j => j.Finding.Path, StringComparer.Ordinal).ThenBy(j => j.Finding.Line).ThenBy(j => j.Finding.Finding.Where?.Start.Character).ThenBy(j => j.Finding.Rule, StringComparer.Ordinal).ThenBy(j => j.Finding.Message, StringComparer.Ordinal).ThenBy(j => j.Verdict)],
            matches, lines);

        JudgedFinding? JudgePair(Match match)
        {
            var (b, a) = (match.Before, match.After);
            if (a.IsWaived)
                return b.IsWaived ? null : new(Verdict.Hidden, a, b, match.By, attribution.Of(a), "was there before, and is waived now");
            if (b.IsWaived)
                return new(Verdict.Unhidden, a, b, match.By, attribution.Of(a), "was waived before");
            var moved = b.Member != a.Member && match.By != MatchedBy.Position || lines.NewPath(b.Path) != a.Path;
            return new(moved ? Verdict.Moved : Verdict.PreExisting, a, b, match.By, null, moved ? $"was at {b.Path}:{b.Line}" : null);
        }
    }

    JudgedFinding JudgeGone(FindingIdentity finding)
    {
        if (SwitchedOff(finding, after.Analysis, after: true) is { } off)
            return new(Verdict.Hidden, finding, finding, null, null, off);
        var path = lines.NewPath(finding.Path);
        var isThere = lines.OfOld(finding.Path) is not { NewPath: null };
        var tree = TreeOf(after.Analysis, path);
        if (isThere && finding.Compilation is not null && tree is null)
            return new(Verdict.NotAnalyzed, finding, finding, null, null, "its file was not analysed after the change");
        if (tree is not null && after.Analysis.Projects.Any(p => p.CompileErrors.Any(e => e.Location.SourceTree == tree)))
            return new(Verdict.NotAnalyzed, finding, finding, null, null, "its file does not compile after the change");
        return new(Verdict.Fixed, finding, finding, null, CauseOf(finding), null);
    }

    // In the old file: the line that is gone, or the nearest change.
    Cause? CauseOf(FindingIdentity finding)
    {
        if (lines.OfOld(finding.Path) is not { Hunks: { IsEmpty: false } hunks } file)
            return null;
        var hunk = hunks.FirstOrDefault(h => finding.Line >= h.OldStart && finding.Line < h.OldStart + h.OldCount)
            ?? hunks.OrderBy(h => Math.Abs(h.OldStart - finding.Line)).First();
        return new(file, hunk, "changed here", null, []);
    }

    // Findings that vanish because nobody looks any more are not fixed.
    string? SwitchedOff(FindingIdentity finding, RevisionAnalysis revision, bool after)
    {
        var path = after ? lines.NewPath(finding.Path) : lines.OfNew(finding.Path)?.OldPath ?? finding.Path;
        if (TreeOf(revision, path) is not { } tree)
            return null;
        foreach (var project in revision.Projects.Where(p => p.Project.Compilation.ContainsSyntaxTree(tree)))
        {
            var options = project.Project.Compilation.Options;
            if (options.SyntaxTreeOptionsProvider is { } provider
                && (provider.TryGetDiagnosticValue(tree, finding.Rule, cancellationToken, out var severity) || provider.TryGetGlobalDiagnosticValue(finding.Rule, cancellationToken, out severity))
                && severity is ReportDiagnostic.Suppress or ReportDiagnostic.Hidden)
            {
                return $"{finding.Rule} is switched off there by configuration";
            }
            if (options.SpecificDiagnosticOptions.TryGetValue(finding.Rule, out var specific) && specific == ReportDiagnostic.Suppress)
                return $"{finding.Rule} is switched off in the project";
            if (finding.Member.Length > 0 && DocumentationCommentId.GetFirstSymbolForDeclarationId(finding.Member, project.Project.Compilation) is { } member && IsWaived(member))
                return "the analysis is switched off there by [NoLockAnalysis]";
        }
        return null;
    }

    static bool IsWaived(ISymbol symbol)
    {
        for (var at = symbol; at is not null and not INamespaceSymbol; at = at.ContainingSymbol)
        {
            if (at.GetAttributes().Any(a => a.AttributeClass?.Name == Vocabulary.NoLockAnalysis + "Attribute"))
                return true;
        }
        return false;
    }

    SyntaxTree? TreeOf(RevisionAnalysis revision, string path) =>
        revision.Projects.SelectMany(p => p.Project.Compilation.SyntaxTrees).FirstOrDefault(t => FindingIdentity.Relative(t.FilePath, root) == path);
}
