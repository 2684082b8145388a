using System.Collections.Immutable;
using System.Text;
using LockCheck.Git;

namespace LockCheck.Patches;

/// <summary>Applies patches to the scratch index, as strictly as they allow.</summary>
/// <param name="folder">The folder that the user is in, from the top of the repository; <c>.</c> at the top.</param>
internal sealed class PatchApplier(ScratchIndex scratch, string folder)
{
    /// <summary>What is noted of a patch that changes nothing, since what it does was done before.</summary>
    public const string IsThere = "changes nothing here: what it does is there already";

    // From the strictest to the most lenient; the first that works is taken, and told.
    static readonly (string[] Options, string? Note)[] s_ways =
    [
        (["-p1"], null),
        (["-p0"], "paths have no first folder to take away (-p0)"),
        (["-p1", "--ignore-whitespace"], "applied without regard to white space"),
        (["-p0", "--ignore-whitespace"], "applied without regard to white space (-p0)"),
        (["-p1", "--unidiff-zero"], "applied although it has no context"),
        (["-p1", "--3way"], "applied by a three-way merge"),
    ];

    /// <summary>Applies a patch to the index.</summary>
    /// <returns>How that was possible, null where nothing special was needed; or, as error, what git said.</returns>
    public async Task<(string? Note, string? Error)> ApplyAsync(Patch patch, string tree, CancellationToken cancellationToken)
    {
        string? first = null;
        // As "git diff --relative" names files.
        var ways = folder == "." || folder.StartsWith("..", StringComparison.Ordinal) ? s_ways : [.. s_ways, (["-p1", "--directory=" + folder], $"paths start from '{folder}'")];
        foreach (var (options, note) in ways)
        {
            var result = await scratch.RunAsync(["apply", "--cached", "--whitespace=nowarn", .. options, "-"], cancellationToken, patch.Diff).ConfigureAwait(false);
            if (result.ExitCode == 0)
                return (note, null);
            first ??= result.Error.Trim();
            // A merge with conflicts leaves its stages behind.
            if (options.Contains("--3way"))
                await scratch.ReadTreeAsync(tree, cancellationToken).ConfigureAwait(false);
        }
        var anchored = await HunkAnchor.AnchorAsync(Encoding.Latin1.GetString(patch.Diff), path => TextAsync(path, cancellationToken)).ConfigureAwait(false);
        if (anchored is not null)
        {
            var result = await scratch.RunAsync(["apply", "--cached", "--whitespace=nowarn", "-"], cancellationToken, Encoding.Latin1.GetBytes(anchored)).ConfigureAwait(false);
            if (result.ExitCode == 0)
                return ("applied after its white space was taken from the files, since it was lost on the way", null);
        }
        return (null, string.IsNullOrEmpty(first) ? "git gave no reason" : first);
    }

    async Task<string?> TextAsync(string path, CancellationToken cancellationToken)
    {
        var blob = await scratch.RunAsync(["cat-file", "blob", ":" + path], cancellationToken).ConfigureAwait(false);
        return blob.ExitCode == 0 ? Encoding.Latin1.GetString(blob.Output) : null;
    }

    /// <summary>The trees before the first patch and after each.</summary>
    /// <returns>As error: which patch does not apply and why.</returns>
    public async Task<(ImmutableArray<string> Trees, ImmutableArray<Patch> Applied, string? Error)> ApplyAsync(PatchSeries series, string baseTree, CancellationToken cancellationToken)
    {
        await scratch.ReadTreeAsync(baseTree, cancellationToken).ConfigureAwait(false);
        var trees = ImmutableArray.CreateBuilder<string>();
        var applied = ImmutableArray.CreateBuilder<Patch>();
        trees.Add(await scratch.WriteTreeAsync(cancellationToken).ConfigureAwait(false));
        for (var i = 0; i < series.Patches.Length; i++)
        {
            var patch = series.Patches[i];
            if (patch.Diff.Length == 0)
            {
                trees.Add(trees[^1]);
                applied.Add(patch);
                continue;
            }
            var (note, error) = await ApplyAsync(patch, trees[^1], cancellationToken).ConfigureAwait(false);
            // It would apply to nothing, so another base is no help.
            if (error is not null && error.Contains("No valid patches in input", StringComparison.Ordinal))
                throw new LockCheckException(ExitCode.NotAnalyzed, $"Patch {i + 1}/{series.Patches.Length} '{patch.Title}' names files and holds no hunk that can be read: one starts with a line such as '@@ -1,4 +1,5 @@'. Ask for it again, as 'git format-patch' writes it.");
            if (error is not null && error.Contains("invalid path", StringComparison.Ordinal))
                throw new LockCheckException(ExitCode.NotAnalyzed, $"Patch {i + 1}/{series.Patches.Length} '{patch.Title}' does not apply: {error}\nIt names a path outside of the repository, or one of git's own. No base makes that right: it is not taken.");
            if (error is not null)
                return (trees.ToImmutable(), applied.ToImmutable(), $"Patch {i + 1}/{series.Patches.Length} '{patch.Title}' does not apply: {error}");
            trees.Add(await scratch.WriteTreeAsync(cancellationToken).ConfigureAwait(false));
            // A merge with what has the change already is one without a conflict.
            if (trees[^1] == trees[^2] && note is not null)
                note = IsThere;
            applied.Add(note is null ? patch : patch with { Notes = patch.Notes.Add(note) });
        }
        return (trees.ToImmutable(), applied.ToImmutable(), null);
    }
}
