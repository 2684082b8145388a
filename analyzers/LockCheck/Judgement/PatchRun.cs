using System.Collections.Immutable;
using LockCheck.Caching;
using LockCheck.Fixes;
using LockCheck.Git;
using LockCheck.Loading;
using LockCheck.Output;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Judgement;

/// <summary>What is wanted of a run over a change.</summary>
/// <param name="Request">What to compare.</param>
/// <param name="Load">How projects are loaded.</param>
/// <param name="Within">A project, solution or folder to stay within; null for the whole repository.</param>
/// <param name="TrustsProjects">Whether project files that the change brings along may be run.</param>
/// <param name="FindsFixes">Whether the report is to say what would mend the findings.</param>
/// <param name="MakesFixPatch">Whether a patch is to be made that mends them.</param>
internal sealed record PatchRunOptions(ComparisonRequest Request, LoadOptions Load, string? Within = null, bool TrustsProjects = false, bool FindsFixes = false, bool MakesFixPatch = false);

/// <summary>Reads a change, analyses it and judges it.</summary>
internal static class PatchRun
{
    /// <summary>Runs.</summary>
    /// <returns>The report, and the patch that mends what is introduced where that was asked for.</returns>
    /// <exception cref="LockCheckException">The change cannot be read, or there is nothing to analyse it with.</exception>
    public static async Task<(PatchReport Report, FixPatchResult? Fix)> RunAsync(PatchRunOptions options, ImmutableArray<DiagnosticAnalyzer> analyzers, Progress progress, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(options.Request.Folder))
            throw new LockCheckException(ExitCode.Usage, $"The folder '{options.Request.Folder}' does not exist.");
        var repository = await GitRepository.OpenAsync(options.Request.Folder, cancellationToken).ConfigureAwait(false);
        using var scratch = new ScratchIndex(repository);
        progress.Report("reading the change");
        var comparison = await new ComparisonResolver(scratch).ResolveAsync(options.Request, cancellationToken).ConfigureAwait(false);
        // A solution that lies elsewhere may name other projects the next time.
        var cache = options.Within is { } within && within != repository.Root && !Evaluation.IsBelow(within, repository.Root) ? JudgementCache.None : options.Load.Judgements;
        var key = cache.IsOn ? await KeyAsync().ConfigureAwait(false) : default;
        if (key.Name is not null && cache.Find(key.Name, comparison, repository.Root, cancellationToken) is { } known)
            return known;
        var basis = cache.IsOn ? new BasisRecorder(repository.Root, scratch.Folder) : null;
        var analyzer = new RevisionAnalyzer(scratch, options.Load, analyzers, progress) { Basis = basis };
        var judged = await JudgeAsync(options, scratch, comparison, analyzer, progress, cancellationToken).ConfigureAwait(false);
        // Once more, since a file that changed meanwhile was seen by a part of the analysis only.
        if (basis is not null && await KeyAsync().ConfigureAwait(false) is var after && after.Name == key.Name && basis.Make(after.Work) is { } rest)
            cache.Keep(after.Name, rest, judged.Report, judged.Fix);
        return judged;

        async Task<(string Name, WorkFiles Work)> KeyAsync()
        {
            var work = await WorkFiles.ReadAsync(scratch, cancellationToken).ConfigureAwait(false);
            return (JudgementKey.Of(repository.Root, comparison, options, work, analyzers), work);
        }
    }

    static async Task<(PatchReport Report, FixPatchResult? Fix)> JudgeAsync(PatchRunOptions options, ScratchIndex scratch, Comparison comparison, RevisionAnalyzer analyzer, Progress progress, CancellationToken cancellationToken)
    {
        var revisions = await analyzer.RunAsync(comparison, options.Within, options.TrustsProjects, cancellationToken).ConfigureAwait(false);
        progress.Report("judging");
        var report = await new SeriesJudge(scratch, comparison, revisions, cancellationToken).RunAsync().ConfigureAwait(false);
        if (!options.FindsFixes && !options.MakesFixPatch)
            return (report, null);

        progress.Report("looking for fixes");
        var introduced = report.Introduced.Select(j => j.Finding).ToList();
        report = report with { Fixes = await FixFinder.FindAsync(introduced, cancellationToken).ConfigureAwait(false) };
        if (!options.MakesFixPatch)
            return (report, null);
        progress.Report("trying fixes");
        var fix = new FixPatch(scratch, comparison.Trees[^1], async trees =>
        {
            // With the base in front, since a patch from elsewhere is loaded as the base's projects have it.
            var further = comparison with { Trees = [comparison.Trees[0], .. trees], Steps = [] };
            return (await analyzer.RunAsync(further, options.Within, options.TrustsProjects, cancellationToken).ConfigureAwait(false)).Revisions.RemoveAt(0);
        }, cancellationToken);
        return (report, await fix.MakeAsync(introduced, report.Fixes).ConfigureAwait(false));
    }
}
