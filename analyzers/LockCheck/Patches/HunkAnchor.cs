using System.Globalization;
using System.Text;

namespace LockCheck.Patches;

/// <summary>
/// Gives a diff its white space back: an archive that collapsed it lost the indentation of the lines around a change, and git does not
/// find them any more. They are looked up in the file, where they must stand together, and taken from there.
/// </summary>
internal static class HunkAnchor
{
    /// <summary>The diff with the file's own lines, or null where they are not found, or the diff does more than change lines.</summary>
    /// <param name="diff">A diff in order, one character for each byte.</param>
    /// <param name="oldText">The text of a file before the change, in the same way; null where there is none.</param>
    public static async Task<string?> AnchorAsync(string diff, Func<string, Task<string?>> oldText)
    {
        var anchored = new StringBuilder();
        foreach (var file in UnifiedDiff.Parse(WithHeaders(diff)))
        {
            if (file.NewPath is null || file.Hunks.IsEmpty || file.IsBinary || file.IsRename)
                return null;
            if (file.OldPath is null)
            {
                anchored.Append(CultureInfo.InvariantCulture, $"diff --git a/{file.NewPath} b/{file.NewPath}\nnew file mode 100644\n--- /dev/null\n+++ b/{file.NewPath}\n");
                foreach (var hunk in file.Hunks)
                    Write(anchored, hunk, [.. hunk.Lines.Select(l => Marked(l, l.Text))], hunk.OldStart);
                continue;
            }
            if (await oldText(file.OldPath).ConfigureAwait(false) is not { } text)
                return null;
            var lines = text.Split('\n');
            anchored.Append(CultureInfo.InvariantCulture, $"diff --git a/{file.OldPath} b/{file.NewPath}\n--- a/{file.OldPath}\n+++ b/{file.NewPath}\n");
            foreach (var hunk in file.Hunks)
            {
                if (Find(lines, hunk) is not { } at)
                    return null;
                var old = at;
                Write(anchored, hunk, [.. hunk.Lines.Select(l => Marked(l, l.Kind == DiffLineKind.Added ? l.Text : lines[old++]))], at + 1);
            }
        }
        return anchored.Length == 0 ? null : anchored.ToString();
    }

    // The place nearest to where the header says; the last line of a file without an end is left alone.
    static int? Find(string[] lines, Hunk hunk)
    {
        var wanted = hunk.Lines.Where(l => l.Kind != DiffLineKind.Added).Select(l => Bare(l.Text)).ToArray();
        if (wanted.Count(w => w.Length > 0) < 2)
            return null;
        var bare = Array.ConvertAll(lines, Bare);
        for (var distance = 0; distance < lines.Length; distance++)
        {
            foreach (var at in (int[])[hunk.OldStart - 1 - distance, hunk.OldStart - 1 + distance])
            {
                if (at >= 0 && at + wanted.Length < lines.Length && bare.AsSpan(at, wanted.Length).SequenceEqual(wanted))
                    return at;
            }
        }
        return null;
    }

    static void Write(StringBuilder anchored, Hunk hunk, List<string> body, int start)
    {
        anchored.Append(CultureInfo.InvariantCulture, $"@@ -{start},{hunk.OldCount} +{hunk.NewStart},{hunk.NewCount} @@\n");
        foreach (var line in body)
            anchored.Append(line).Append('\n');
    }

    static string Marked(DiffLine line, string text) => line.Kind switch { DiffLineKind.Added => "+", DiffLineKind.Removed => "-", _ => " " } + text;

    static string Bare(string line) => string.Concat(line.Where(c => !char.IsWhiteSpace(c)));

    // A plain diff has no line that starts a file.
    static string WithHeaders(string diff)
    {
        if (diff.Contains("diff --git ", StringComparison.Ordinal))
            return diff;
        return string.Join('\n', diff.Split('\n').Select(l => l.StartsWith("--- ", StringComparison.Ordinal) ? "diff --git \n" + l : l));
    }
}
