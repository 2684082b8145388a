using System.Collections.Immutable;
using LockCheck.Analysis;
using LockCheck.Git;
using LockCheck.Loading;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis;

namespace LockCheck.Judgement;

/// <summary>Judges each step of a change, and follows each finding through all of them.</summary>
internal sealed class SeriesJudge(ScratchIndex scratch, Comparison comparison, RevisionSet revisions, CancellationToken cancellationToken)
{
    readonly string _root = scratch.Repository.Root;

    /// <summary>Judges the whole change.</summary>
    public async Task<PatchReport> RunAsync()
    {
        var identified = new Dictionary<RevisionAnalysis, IdentifiedRevision>(ReferenceEqualityComparer.Instance);
        foreach (var revision in revisions.Revisions)
            identified.TryAdd(revision, new(revision, FindingIdentity.Of(revision, _root, cancellationToken)));

        var steps = new List<StepJudgement>();
        var reports = ImmutableArray.CreateBuilder<StepReport>();
        for (var i = 0; i < comparison.Steps.Length; i++)
        {
            var (before, after) = (identified[revisions.Revisions[i]], identified[revisions.Revisions[i + 1]]);
            var files = await TreeDiff.LinesAsync(scratch, comparison.Trees[i], comparison.Trees[i + 1], cancellationToken).ConfigureAwait(false);
            steps.Add(new StepJudge(before, after, new(files), _root, cancellationToken).Run());
            reports.Add(new(i + 1, comparison.Steps[i], files, before.Analysis.HasErrors ? [] : [.. after.Analysis.Projects.SelectMany(p => p.CompileErrors)])
            {
                CompilesAgainAfter = before.Analysis.HasErrors || !after.Analysis.HasErrors ? null : Enumerable.Range(i + 2, comparison.Steps.Length - i - 1).Cast<int?>().FirstOrDefault(n => !revisions.Revisions[n!.Value].HasErrors),
            });
        }
        var (first, last) = (identified[revisions.Revisions[0]], identified[revisions.Revisions[^1]]);
        var direct = steps.Count == 1 ? steps[0] : new StepJudge(first, last, new(await TreeDiff.LinesAsync(scratch, comparison.Trees[0], comparison.Trees[^1], cancellationToken).ConfigureAwait(false)), _root, cancellationToken).Run();
        var (weakenings, order) = Weakenings(steps, direct.Lines);
        return new()
        {
            Comparison = comparison,
            Root = _root,
            Steps = reports.ToImmutable(),
            Findings = steps.Count == 1 ? Numbered(direct) : Merge(Follow(steps), direct),
            Weakenings = weakenings,
            LockOrder = order,
            Incomplete = Incomplete(reports),
            LeftOut = [.. revisions.LeftOut.Concat(revisions.Revisions.SelectMany(r => r.Report.LeftOut)).Distinct()],
            Projects = [.. revisions.Revisions.SelectMany(r => r.Projects).Select(p => FindingIdentity.Relative(p.Project.Path, "")).Distinct().Order(StringComparer.Ordinal)],
            HasSources = steps.Exists(s => s.Lines.Files.Any(f => ProjectShape.Matters(f.Path))),
        };
    }

    // A finding at the end was introduced by the step in which the chain of matches that leads to it starts.
    static List<JudgedFinding> Follow(List<StepJudgement> steps)
    {
        var origin = new Dictionary<FindingIdentity, JudgedFinding>(ReferenceEqualityComparer.Instance);
        var ended = new List<JudgedFinding>();
        for (var i = 0; i < steps.Count; i++)
        {
            var next = new Dictionary<FindingIdentity, JudgedFinding>(ReferenceEqualityComparer.Instance);
            foreach (var judged in steps[i].Findings)
            {
                var known = judged.Before is { } before ? origin.GetValueOrDefault(before) : null;
                switch (judged.Verdict)
                {
                    case Verdict.Introduced or Verdict.Unhidden:
                        next[judged.Finding] = judged with { IntroducedBy = i + 1 };
                        break;
                    case Verdict.Fixed or Verdict.Hidden or Verdict.NotAnalyzed:
                        // Waived as soon as it came is hidden; one that an earlier step introduced and this one mends has passed.
                        ended.Add(judged with { IntroducedBy = known?.IntroducedBy, EndedBy = i + 1, Cause = known?.IntroducedBy is null ? judged.Cause : known.Cause });
                        break;
                    default:
                        next[judged.Finding] = known is null ? judged : known with
                        {
                            Finding = judged.Finding,
                            Verdict = known.Verdict is Verdict.PreExisting && judged.Verdict == Verdict.Moved ? Verdict.Moved : known.Verdict,
                            MatchedBy = known.MatchedBy ?? judged.MatchedBy,
                        };
                        break;
                }
            }
            origin = next;
        }
        return [.. origin.Values, .. ended];
    }

    static ImmutableArray<JudgedFinding> Numbered(StepJudgement step) =>
        [.. step.Findings.Select(f => f with { IntroducedBy = f.Verdict is Verdict.Introduced or Verdict.Unhidden ? 1 : null, EndedBy = f.Verdict is Verdict.Fixed or Verdict.Hidden ? 1 : null })];

    // What a step mends and a later one brings back was there before and still is: the ends, compared directly, tell.
    static ImmutableArray<JudgedFinding> Merge(List<JudgedFinding> followed, StepJudgement direct)
    {
        var same = direct.Findings.Where(f => f is { Verdict: Verdict.PreExisting or Verdict.Moved, Before: not null }).ToDictionary<JudgedFinding, FindingIdentity>(f => f.Finding, ReferenceEqualityComparer.Instance);
        var back = new HashSet<FindingIdentity>(ReferenceEqualityComparer.Instance);
        var merged = new List<JudgedFinding>();
        var mended = followed.Where(f => f is { Verdict: Verdict.Fixed, IntroducedBy: null }).Select(f => f.Finding).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var judged in followed.Where(f => f.EndedBy is null))
        {
            if (judged.Verdict == Verdict.Introduced && same.TryGetValue(judged.Finding, out var known) && MendedFrom(known.Before!) is { } origin)
            {
                back.Add(origin);
                merged.Add(known with { Note = $"mended by an earlier patch, and brought back by patch {judged.IntroducedBy}" });
            }
            else
            {
                merged.Add(judged);
            }
        }
        merged.AddRange(followed.Where(f => f.EndedBy is not null && !back.Contains(f.Finding)));
        return [.. merged.OrderBy(j => j.Finding.Path, StringComparer.Ordinal).ThenBy(j => j.Finding.Line).ThenBy(j => j.Finding.Rule, StringComparer.Ordinal).ThenBy(j => j.Finding.Message, StringComparer.Ordinal).ThenBy(j => j.EndedBy ?? 0)];

        // The finding that was mended may have moved since the base.
        FindingIdentity? MendedFrom(FindingIdentity before) =>
            mended.Contains(before) ? before : followed.Where(f => f is { Verdict: Verdict.Fixed, IntroducedBy: null }).Select(f => f.Finding).FirstOrDefault(f => !back.Contains(f) && f.Rule == before.Rule && f.Message == before.Message && f.Content == before.Content);
    }

    (ImmutableArray<JudgedWeakening> Weakenings, ImmutableArray<LockOrderEdge> Order) Weakenings(List<StepJudgement> steps, LineMap lines)
    {
        var (first, last) = (revisions.Revisions[0], revisions.Revisions[^1]);
        if (ReferenceEquals(first, last))
            return ([], []);
        var finder = new WeakeningFinder(first, last, lines, _root, cancellationToken);
        var found = finder.Run();
        // Where a rule speaks already, nothing more is said.
        var reported = steps.SelectMany(s => s.Findings).Where(f => f.Verdict is Verdict.Introduced or Verdict.Unhidden or Verdict.Hidden).ToList();
        found = [.. found.Where(w => !reported.Exists(f => Speaks(f, w)))];
        if (found.IsEmpty)
            return ([], finder.Order);
        if (steps.Count == 1)
            return ([.. found.Select(w => new JudgedWeakening(w, new Attribution(last, lines, _root, cancellationToken).Of(w), 1))], finder.Order);

        var perStep = Enumerable.Range(0, steps.Count).Select(i => new WeakeningFinder(revisions.Revisions[i], revisions.Revisions[i + 1], steps[i].Lines, _root, cancellationToken).Run()).ToList();
        return ([.. found.Select(w =>
        {
            var step = perStep.FindIndex(p => p.Any(o => o.Kind == w.Kind && o.Message == w.Message));
            return new JudgedWeakening(w, new Attribution(last, step < 0 ? lines : steps[step].Lines, _root, cancellationToken).Of(w), step < 0 ? steps.Count : step + 1);
        })], finder.Order);
    }

    static bool Speaks(JudgedFinding finding, Weakening weakening) => weakening.Kind switch
    {
        WeakeningKind.WaiverAdded => finding.Verdict == Verdict.Hidden && finding.Finding.Path == weakening.Path,
        WeakeningKind.LockRemoved or WeakeningKind.LockSwapped => finding.Verdict != Verdict.Hidden && finding.Finding.Path == weakening.Path && finding.Finding.Member == weakening.Member,
        _ => false,
    };

    ImmutableArray<Incomplete> Incomplete(IReadOnlyList<StepReport> steps)
    {
        var incomplete = ImmutableArray.CreateBuilder<Incomplete>();
        incomplete.AddRange(revisions.Incomplete);
        for (var i = 0; i < revisions.Revisions.Length; i++)
        {
            var when = i == 0 ? "before the change" : steps.Count == 1 ? "after the change" : $"after patch {i}/{steps.Count}";
            foreach (var item in revisions.Revisions[i].Report.Incomplete)
            {
                if (!incomplete.Any(o => o.Project == item.Project && o.Reason.StartsWith(item.Reason, StringComparison.Ordinal) && o.Errors.Length == item.Errors.Length && o.Details.SequenceEqual(item.Details)))
                    incomplete.Add(item with { Reason = $"{item.Reason} {when}" });
            }
        }
        return incomplete.ToImmutable();
    }
}
