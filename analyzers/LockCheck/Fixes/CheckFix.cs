using System.Collections.Immutable;
using LockCheck.Git;
using LockCheck.Judgement;
using LockCheck.Loading;
using LockCheck.Output;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Fixes;

/// <summary>Makes a patch that mends what a check reports. It goes on top of the work tree as it lies there; neither that nor the index is touched.</summary>
internal static class CheckFix
{
    /// <summary>Makes the patch.</summary>
    /// <param name="folder">A folder in the repository.</param>
    /// <param name="findings">The findings to mend, named from the top of the repository.</param>
    /// <exception cref="LockCheckException">There is no repository.</exception>
    public static async Task<FixPatchResult> MakeAsync(string folder, IReadOnlyList<FindingIdentity> findings, LoadOptions options, ImmutableArray<DiagnosticAnalyzer> analyzers, Progress progress, CancellationToken cancellationToken)
    {
        using var scratch = new ScratchIndex(await OpenAsync(folder, cancellationToken).ConfigureAwait(false));
        progress.Report("looking for fixes");
        var fixes = await FixFinder.FindAsync(findings, cancellationToken).ConfigureAwait(false);
        if (fixes.IsEmpty)
            return FixPatchResult.None;
        progress.Report("trying fixes");
        var tree = await scratch.WorkTreeAsync(cancellationToken).ConfigureAwait(false);
        var analyzer = new RevisionAnalyzer(scratch, options, analyzers, progress);
        // Whatever in the repository a fix can reach is looked at, not only what was checked: nobody else may break by it.
        var fix = new FixPatch(scratch, tree, async trees =>
        {
            var comparison = new Comparison { Mode = "worktree", Before = "", After = "", BaseFoundBy = "", BaseCommit = "", Trees = trees, Steps = [] };
            return (await analyzer.RunAsync(comparison, within: null, trustProjects: false, cancellationToken).ConfigureAwait(false)).Revisions;
        }, cancellationToken);
        return await fix.MakeAsync(findings, fixes).ConfigureAwait(false);
    }

    /// <summary>The repository that a folder lies in. Asked for before anything is analysed, since without one the wait would be for nothing.</summary>
    /// <exception cref="LockCheckException">There is none.</exception>
    public static async Task<GitRepository> OpenAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            return await GitRepository.OpenAsync(folder, cancellationToken).ConfigureAwait(false);
        }
        catch (LockCheckException e)
        {
            throw new LockCheckException(e.ExitCode, $"--fix-patch makes its patch with git. {e.Message.Replace(", so there is nothing to compare with. Run it in the repository that the change belongs to, or use 'lockcheck check'.", ". Make it one ('git init'), or apply fixes with 'dotnet format analyzers'.", StringComparison.Ordinal)}");
        }
    }
}
