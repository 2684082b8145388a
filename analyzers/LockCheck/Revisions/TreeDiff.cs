using System.Collections.Immutable;
using LockCheck.Git;
using LockCheck.Patches;

namespace LockCheck.Revisions;

/// <summary>A path that two trees have differently.</summary>
/// <param name="Path">Relative, with slashes.</param>
/// <param name="OldBlob">Empty where the old tree has no regular file there.</param>
/// <param name="NewBlob">The same for the new tree.</param>
/// <param name="IsLink">A symbolic link or a submodule, on either side: it holds no source.</param>
internal sealed record TreeChange(string Path, string OldBlob, string NewBlob, bool IsLink)
{
    /// <summary>The range of its own commits that a submodule moves over; empty for what is none on both sides.</summary>
    public string Submodule { get; init; } = "";
}

/// <summary>Compares trees.</summary>
internal static class TreeDiff
{
    const string Regular = "100";
    const string Commit = "160000";

    /// <summary>What differs, by path.</summary>
    public static async Task<ImmutableArray<TreeChange>> ChangesAsync(ScratchIndex scratch, string before, string after, CancellationToken cancellationToken)
    {
        if (before == after)
            return [];
        var answer = await scratch.CheckedAsync(["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", before, after], cancellationToken).ConfigureAwait(false);
        var parts = answer.Parts;
        var changes = ImmutableArray.CreateBuilder<TreeChange>();
        for (var i = 0; i + 1 < parts.Length; i += 2)
        {
            // :oldmode newmode oldblob newblob status
            var fields = parts[i].Split(' ');
            var (oldMode, newMode) = (fields[0][1..], fields[1]);
            changes.Add(new(parts[i + 1],
                oldMode.StartsWith(Regular, StringComparison.Ordinal) ? fields[2] : "",
                newMode.StartsWith(Regular, StringComparison.Ordinal) ? fields[3] : "",
                IsLink(oldMode) || IsLink(newMode))
            {
                Submodule = oldMode == Commit && newMode == Commit ? $"{fields[2][..12]}..{fields[3][..12]}" : newMode == Commit ? fields[3][..12] : oldMode == Commit ? fields[2][..12] : "",
            });
        }
        return changes.ToImmutable();
    }

    /// <summary>The lines that differ, with renames found. The difference seen from the other side is exactly its inversion.</summary>
    public static async Task<ImmutableArray<FileDiff>> LinesAsync(ScratchIndex scratch, string before, string after, CancellationToken cancellationToken)
    {
        if (before == after)
            return [];
        // git may align lines differently in the two directions, so it is always asked in the same one.
        var swapped = string.CompareOrdinal(before, after) > 0;
        var (one, other) = swapped ? (after, before) : (before, after);
        var answer = await scratch.CheckedAsync(["diff-tree", "-r", "-p", "-U3", "-M", "--no-ext-diff", "--no-textconv", "--no-color", "--no-indent-heuristic", "--diff-algorithm=histogram", "--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules=none", one, other], cancellationToken).ConfigureAwait(false);
        var files = UnifiedDiff.Parse(answer.Text);
        return swapped ? [.. files.Select(f => f.Inverted()).OrderBy(f => f.Path, StringComparer.Ordinal)] : [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    static bool IsLink(string mode) => mode is "120000" or Commit;
}
