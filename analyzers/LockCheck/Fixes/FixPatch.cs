using System.Collections.Immutable;
using LockCheck.Git;
using LockCheck.Judgement;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis;

namespace LockCheck.Fixes;

/// <summary>What came of making a patch from fixes.</summary>
/// <param name="Diff">The patch, on top of the change; empty where none helps.</param>
/// <param name="Mended">The findings that it mends.</param>
internal sealed record FixPatchResult(byte[] Diff, ImmutableHashSet<FindingIdentity> Mended)
{
    /// <summary>Nothing can be mended.</summary>
    public static FixPatchResult None { get; } = new([], ImmutableHashSet.Create<FindingIdentity>(ReferenceEqualityComparer.Instance));
}

/// <summary>
/// Makes a patch from the fixes of findings, of those that a change introduces or of all that a check reports. Each form of the patch is
/// analysed as a revision of its own, with every project that it can reach; only what mends something and brings nothing new is taken.
/// </summary>
/// <param name="tree">The tree that the patch goes on top of.</param>
/// <param name="judge">Analyses further revisions beside those of the change.</param>
internal sealed class FixPatch(ScratchIndex scratch, string tree, Func<ImmutableArray<string>, Task<ImmutableArray<RevisionAnalysis>>> judge, CancellationToken cancellationToken)
{
    // Each costs an analysis.
    const int MostTriedAlone = 24;

    readonly EditedTree _trees = new(scratch, tree);

    /// <summary>Makes the patch.</summary>
    /// <param name="findings">The findings to mend, as the tree has them.</param>
    public async Task<FixPatchResult> MakeAsync(IReadOnlyList<FindingIdentity> findings, ImmutableDictionary<FindingIdentity, ImmutableArray<ProposedFix>> fixes)
    {
        var fixable = findings.Where(fixes.ContainsKey).ToList();
        if (fixable.Count == 0)
            return FixPatchResult.None;
        // All at once is what usually works. What does not is found by trying each alone.
        var together = await _trees.WithAsync(fixable.Select(f => fixes[f][0]), cancellationToken).ConfigureAwait(false);
        if (await MendedAsync([together], findings).ConfigureAwait(false) is [{ IsEmpty: false } all])
            return new(await DiffAsync(together).ConfigureAwait(false), all);

        var alone = fixable.SelectMany(f => fixes[f].Select(fix => (Finding: f, Fix: fix))).Take(MostTriedAlone).ToList();
        var trees = new List<string>();
        foreach (var (_, fix) in alone)
            trees.Add(await _trees.WithAsync([fix], cancellationToken).ConfigureAwait(false));
        var mended = await MendedAsync(trees, findings).ConfigureAwait(false);
        var helpful = Enumerable.Range(0, alone.Count).Where(i => !mended[i].IsEmpty).DistinctBy(i => alone[i].Finding, ReferenceEqualityComparer.Instance).ToList();
        if (helpful.Count == 0)
            return FixPatchResult.None;
        var combined = await _trees.WithAsync(helpful.Select(i => alone[i].Fix), cancellationToken).ConfigureAwait(false);
        if (await MendedAsync([combined], findings).ConfigureAwait(false) is [{ IsEmpty: false } some])
            return new(await DiffAsync(combined).ConfigureAwait(false), some);
        var best = helpful.MaxBy(i => mended[i].Count);
        return new(await DiffAsync(trees[best]).ConfigureAwait(false), mended[best]);
    }

    // For each tree what it mends of the findings; nothing where it brings something new, or hides something.
    async Task<List<ImmutableHashSet<FindingIdentity>>> MendedAsync(List<string> trees, IReadOnlyList<FindingIdentity> findings)
    {
        // By what they are: the same finding is another object in each report of it.
        var wanted = findings.GroupBy(KeyOf).ToDictionary(g => g.Key, g => g.ToList());
        var revisions = await judge([tree, .. trees]).ConfigureAwait(false);
        var before = Identified(revisions[0]);
        var mended = new List<ImmutableHashSet<FindingIdentity>>();
        for (var i = 0; i < trees.Count; i++)
        {
            if (ReferenceEquals(revisions[0], revisions[i + 1]) || revisions[i + 1].Report.Incomplete.Length > revisions[0].Report.Incomplete.Length || Errors(revisions[i + 1]) > Errors(revisions[0]))
            {
                mended.Add(FixPatchResult.None.Mended);
                continue;
            }
            var lines = new LineMap(await TreeDiff.LinesAsync(scratch, tree, trees[i], cancellationToken).ConfigureAwait(false));
            var judged = new StepJudge(before, Identified(revisions[i + 1]), lines, scratch.Repository.Root, cancellationToken).Run().Findings;
            var harms = judged.Any(j => j.Verdict is Verdict.Introduced or Verdict.Unhidden or Verdict.Hidden or Verdict.NotAnalyzed && j.Finding.Finding.Severity >= DiagnosticSeverity.Warning);
            mended.Add(harms ? FixPatchResult.None.Mended : FixPatchResult.None.Mended.Union(judged.Where(j => j.Verdict == Verdict.Fixed).SelectMany(j => wanted.GetValueOrDefault(KeyOf(j.Finding), []))));
        }
        return mended;
    }

    static (string Rule, string Path, int? Start, int? Character, string Message) KeyOf(FindingIdentity finding) =>
        (finding.Rule, finding.Path, finding.Finding.Where?.Start.Line, finding.Finding.Where?.Start.Character, finding.Message);

    IdentifiedRevision Identified(RevisionAnalysis revision) => new(revision, FindingIdentity.Of(revision, scratch.Repository.Root, cancellationToken));

    static int Errors(RevisionAnalysis revision) => revision.Projects.Sum(p => p.CompileErrors.Length);

    async Task<byte[]> DiffAsync(string mended) =>
        (await scratch.CheckedAsync(["diff-tree", "-r", "-p", "--binary", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/", tree, mended], cancellationToken).ConfigureAwait(false)).Output;
}
