using System.Collections.Immutable;
using LockCheck.Git;
using LockCheck.Judgement;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis;

namespace LockCheck.Fixes;

/// <summary>What came of making a patch from fixes.</summary>
/// <param name="Diff">The patch, on top of the change; empty where none helps.</param>
/// <param name="Mended">How many of the introduced findings it mends.</param>
internal sealed record FixPatchResult(byte[] Diff, int Mended);

/// <summary>
/// Makes a patch from the fixes of findings that a change introduces. Each form of the patch is analysed as a revision of its own, with
/// every project that it can reach; only what mends something and brings nothing new is taken.
/// </summary>
/// <param name="judge">Analyses further revisions beside those of the change.</param>
internal sealed class FixPatch(ScratchIndex scratch, Comparison comparison, Func<ImmutableArray<string>, Task<ImmutableArray<RevisionAnalysis>>> judge, CancellationToken cancellationToken)
{
    // Each costs an analysis.
    const int MostTriedAlone = 24;

    readonly EditedTree _trees = new(scratch, comparison.Trees[^1]);

    /// <summary>Makes the patch.</summary>
    /// <param name="introduced">The findings to mend, as the change leaves them.</param>
    public async Task<FixPatchResult> MakeAsync(IReadOnlyList<FindingIdentity> introduced, ImmutableDictionary<FindingIdentity, ImmutableArray<ProposedFix>> fixes)
    {
        var fixable = introduced.Where(fixes.ContainsKey).ToList();
        if (fixable.Count == 0)
            return new([], 0);
        // All at once is what usually works. What does not is found by trying each alone.
        var together = await _trees.WithAsync(fixable.Select(f => fixes[f][0]), cancellationToken).ConfigureAwait(false);
        if (await MendedAsync([together], introduced).ConfigureAwait(false) is [> 0 and var all])
            return new(await DiffAsync(together).ConfigureAwait(false), all);

        var alone = fixable.SelectMany(f => fixes[f].Select(fix => (Finding: f, Fix: fix))).Take(MostTriedAlone).ToList();
        var trees = new List<string>();
        foreach (var (_, fix) in alone)
            trees.Add(await _trees.WithAsync([fix], cancellationToken).ConfigureAwait(false));
        var mended = await MendedAsync(trees, introduced).ConfigureAwait(false);
        var helpful = Enumerable.Range(0, alone.Count).Where(i => mended[i] > 0).DistinctBy(i => alone[i].Finding, ReferenceEqualityComparer.Instance).ToList();
        if (helpful.Count == 0)
            return new([], 0);
        var combined = await _trees.WithAsync(helpful.Select(i => alone[i].Fix), cancellationToken).ConfigureAwait(false);
        if (await MendedAsync([combined], introduced).ConfigureAwait(false) is [> 0 and var some])
            return new(await DiffAsync(combined).ConfigureAwait(false), some);
        var best = helpful.MaxBy(i => mended[i]);
        return new(await DiffAsync(trees[best]).ConfigureAwait(false), mended[best]);
    }

    // For each tree how many of the findings it mends; 0 where it brings something new, or hides something.
    async Task<List<int>> MendedAsync(List<string> trees, IReadOnlyList<FindingIdentity> introduced)
    {
        var wanted = introduced.Select(f => f.Finding).ToHashSet(ReferenceEqualityComparer.Instance);
        var revisions = await judge([comparison.Trees[^1], .. trees]).ConfigureAwait(false);
        var before = Identified(revisions[0]);
        var mended = new List<int>();
        for (var i = 0; i < trees.Count; i++)
        {
            if (ReferenceEquals(revisions[0], revisions[i + 1]) || revisions[i + 1].Report.Incomplete.Length > revisions[0].Report.Incomplete.Length || Errors(revisions[i + 1]) > Errors(revisions[0]))
            {
                mended.Add(0);
                continue;
            }
            var lines = new LineMap(await TreeDiff.LinesAsync(scratch, comparison.Trees[^1], trees[i], cancellationToken).ConfigureAwait(false));
            var judged = new StepJudge(before, Identified(revisions[i + 1]), lines, scratch.Repository.Root, cancellationToken).Run().Findings;
            var harms = judged.Any(j => j.Verdict is Verdict.Introduced or Verdict.Unhidden or Verdict.Hidden or Verdict.NotAnalyzed && j.Finding.Finding.Severity >= DiagnosticSeverity.Warning);
            mended.Add(harms ? 0 : judged.Count(j => j.Verdict == Verdict.Fixed && wanted.Contains(j.Finding.Finding)));
        }
        return mended;
    }

    IdentifiedRevision Identified(RevisionAnalysis revision) => new(revision, FindingIdentity.Of(revision, scratch.Repository.Root, cancellationToken));

    static int Errors(RevisionAnalysis revision) => revision.Projects.Sum(p => p.CompileErrors.Length);

    async Task<byte[]> DiffAsync(string tree) =>
        (await scratch.CheckedAsync(["diff-tree", "-r", "-p", "--binary", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/", comparison.Trees[^1], tree], cancellationToken).ConfigureAwait(false)).Output;
}
