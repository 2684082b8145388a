using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LockCheck.Patches;

internal enum DiffLineKind : byte
{
    Context,
    Added,
    Removed,
}

/// <summary>One line of a hunk.</summary>
/// <param name="Text">Without its mark.</param>
/// <param name="OldLine">Its number in the old file, from 1; for an added line, the number of the line that follows it there.</param>
/// <param name="NewLine">The same for the new file.</param>
internal readonly record struct DiffLine(DiffLineKind Kind, string Text, int OldLine, int NewLine);

/// <summary>A hunk: lines that belong together.</summary>
internal sealed record Hunk(int OldStart, int OldCount, int NewStart, int NewCount, string Heading, ImmutableArray<DiffLine> Lines)
{
    /// <summary>The header line.</summary>
    public string Header => string.Create(CultureInfo.InvariantCulture, $"@@ -{OldStart},{OldCount} +{NewStart},{NewCount} @@{Heading}");

    /// <summary>The first line of the new file that the hunk changes, or stands before.</summary>
    public int FirstChange => Lines.FirstOrDefault(l => l.Kind != DiffLineKind.Context) is { NewLine: > 0 } line ? line.NewLine : NewStart;

    /// <summary>The same hunk seen from the other side.</summary>
    public Hunk Inverted() => new(NewStart, NewCount, OldStart, OldCount, Heading, Swap(Lines));

    static ImmutableArray<DiffLine> Swap(ImmutableArray<DiffLine> lines)
    {
        var swapped = ImmutableArray.CreateBuilder<DiffLine>(lines.Length);
        for (var i = 0; i < lines.Length;)
        {
            if (lines[i].Kind == DiffLineKind.Context)
            {
                swapped.Add(new(DiffLineKind.Context, lines[i].Text, lines[i].NewLine, lines[i].OldLine));
                i++;
                continue;
            }
            // Removed lines come before added ones.
            var end = i;
            while (end < lines.Length && lines[end].Kind != DiffLineKind.Context)
                end++;
            int old = lines[i].NewLine, @new = lines[i].OldLine;
            foreach (var line in lines.AsSpan(i, end - i))
            {
                if (line.Kind == DiffLineKind.Added)
                    swapped.Add(new(DiffLineKind.Removed, line.Text, old++, @new));
            }
            foreach (var line in lines.AsSpan(i, end - i))
            {
                if (line.Kind == DiffLineKind.Removed)
                    swapped.Add(new(DiffLineKind.Added, line.Text, old, @new++));
            }
            i = end;
        }
        return swapped.ToImmutable();
    }
}

/// <summary>What a diff says of one file.</summary>
/// <param name="OldPath">Relative, with slashes; null for a new file.</param>
/// <param name="NewPath">The same; null for a removed one.</param>
/// <param name="IsBinary">Its content is not shown.</param>
internal sealed record FileDiff(string? OldPath, string? NewPath, ImmutableArray<Hunk> Hunks, bool IsBinary, bool IsRename)
{
    /// <summary>The path to show.</summary>
    public string Path => NewPath ?? OldPath ?? "";

    /// <summary>The same difference from the other side.</summary>
    public FileDiff Inverted() => new(NewPath, OldPath, [.. Hunks.Select(h => h.Inverted())], IsBinary, IsRename);
}

/// <summary>Reads what <c>git diff</c> writes. Anything else is passed over; nothing is thrown.</summary>
internal static partial class UnifiedDiff
{
    /// <summary>The files of a diff, in its order.</summary>
    public static ImmutableArray<FileDiff> Parse(string text)
    {
        var files = ImmutableArray.CreateBuilder<FileDiff>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length;)
        {
            if (lines[i].StartsWith("diff --git ", StringComparison.Ordinal))
                files.Add(ParseFile(lines, ref i));
            else
                i++;
        }
        return files.ToImmutable();
    }

    /// <summary>Reads a hunk's header; false where the line is none, or its numbers are beyond reason.</summary>
    public static bool TryParseHeader(string line, out Hunk header)
    {
        header = new(0, 0, 0, 0, "", []);
        var match = Header().Match(line);
        if (!match.Success || !Number(match.Groups[1], 0, out var oldStart) || !Number(match.Groups[2], 1, out var oldCount)
            || !Number(match.Groups[3], 0, out var newStart) || !Number(match.Groups[4], 1, out var newCount))
        {
            return false;
        }
        header = new(oldStart, oldCount, newStart, newCount, match.Groups[5].Value.TrimEnd('\r'), []);
        return true;
    }

    static FileDiff ParseFile(string[] lines, ref int i)
    {
        string? oldPath = null, newPath = null, from = null, to = null;
        bool binary = false, isNew = false, isRemoved = false;
        var hunks = ImmutableArray.CreateBuilder<Hunk>();
        var (left, right) = PathsOf(lines[i++]["diff --git ".Length..]);
        for (; i < lines.Length && !lines[i].StartsWith("diff --git ", StringComparison.Ordinal);)
        {
            var line = lines[i];
            if (TryParseHeader(line, out var header))
            {
                i++;
                hunks.Add(ParseHunk(header, lines, ref i));
                continue;
            }
            if (line.StartsWith("--- ", StringComparison.Ordinal))
                oldPath = PathOf(line[4..]);
            else if (line.StartsWith("+++ ", StringComparison.Ordinal))
                newPath = PathOf(line[4..]);
            else if (line.StartsWith("rename from ", StringComparison.Ordinal) || line.StartsWith("copy from ", StringComparison.Ordinal))
                from = Unquote(line[(line.IndexOf("from ", StringComparison.Ordinal) + 5)..]);
            else if (line.StartsWith("rename to ", StringComparison.Ordinal) || line.StartsWith("copy to ", StringComparison.Ordinal))
                to = Unquote(line[(line.IndexOf("to ", StringComparison.Ordinal) + 3)..]);
            else if (line.StartsWith("new file mode ", StringComparison.Ordinal))
                isNew = true;
            else if (line.StartsWith("deleted file mode ", StringComparison.Ordinal))
                isRemoved = true;
            else if (line.StartsWith("Binary files ", StringComparison.Ordinal) || line.StartsWith("GIT binary patch", StringComparison.Ordinal))
                binary = true;
            i++;
        }
        return new(
            isNew ? null : from ?? oldPath ?? left,
            isRemoved ? null : to ?? newPath ?? right,
            hunks.ToImmutable(), binary, from is not null);
    }

    static Hunk ParseHunk(Hunk header, string[] lines, ref int i)
    {
        var body = ImmutableArray.CreateBuilder<DiffLine>();
        int old = Math.Max(header.OldStart, header.OldCount == 0 ? header.OldStart + 1 : header.OldStart);
        int @new = header.NewCount == 0 ? header.NewStart + 1 : header.NewStart;
        int oldLeft = header.OldCount, newLeft = header.NewCount;
        for (; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.StartsWith('\\'))
                continue;
            if (oldLeft <= 0 && newLeft <= 0)
                break;
            var mark = line.Length == 0 ? ' ' : line[0];
            var text = line.Length == 0 ? "" : line[1..];
            if (mark == '+' && newLeft > 0)
            {
                body.Add(new(DiffLineKind.Added, text, old, @new++));
                newLeft--;
            }
            else if (mark == '-' && oldLeft > 0)
            {
                body.Add(new(DiffLineKind.Removed, text, old++, @new));
                oldLeft--;
            }
            else if (mark == ' ' && oldLeft > 0 && newLeft > 0)
            {
                body.Add(new(DiffLineKind.Context, text, old++, @new++));
                oldLeft--;
                newLeft--;
            }
            else
            {
                break;
            }
        }
        return header with { Lines = body.ToImmutable() };
    }

    // "a/x b/x", either of them possibly in quotes. Two unquoted names of one file are halves of equal length.
    static (string? Left, string? Right) PathsOf(string names)
    {
        if (!names.StartsWith('"') && names.Length % 2 == 1 && names[names.Length / 2] == ' ')
        {
            var left = WithoutPrefix(names[..(names.Length / 2)]);
            var right = WithoutPrefix(names[(names.Length / 2 + 1)..]);
            if (left == right)
                return (left, right);
        }
        if (names.StartsWith('"') && names.IndexOf("\" \"", StringComparison.Ordinal) is > 0 and var middle)
            return (WithoutPrefix(Unquote(names[..(middle + 1)])), WithoutPrefix(Unquote(names[(middle + 2)..])));
        return (null, null);
    }

    static string? PathOf(string name)
    {
        var tab = name.StartsWith('"') ? -1 : name.IndexOf('\t', StringComparison.Ordinal);
        var path = Unquote(tab < 0 ? name.TrimEnd('\r') : name[..tab]);
        return path == "/dev/null" ? null : WithoutPrefix(path);
    }

    static string WithoutPrefix(string path) => path.Length > 2 && path[1] == '/' ? path[2..] : path;

    /// <summary>A path as git quotes it where it holds unusual characters.</summary>
    internal static string Unquote(string path)
    {
        path = path.TrimEnd('\r');
        if (path.Length < 2 || path[0] != '"' || path[^1] != '"')
            return path;
        var bytes = new List<byte>();
        for (var i = 1; i < path.Length - 1; i++)
        {
            if (path[i] != '\\' || i + 1 >= path.Length - 1)
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(path[i].ToString()));
                continue;
            }
            i++;
            if (path[i] is >= '0' and <= '3' && i + 2 < path.Length - 1)
            {
                bytes.Add((byte)(((path[i] - '0') << 6) | ((path[i + 1] & 7) << 3) | (path[i + 2] & 7)));
                i += 2;
                continue;
            }
            bytes.Add((byte)(path[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'a' => '\a', 'b' => '\b', 'f' => '\f', 'v' => '\v', var c => c }));
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    static bool Number(Group group, int missing, out int value)
    {
        value = group.Success ? 0 : group.Name == "1" || group.Name == "3" ? missing : 1;
        return !group.Success || int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    [GeneratedRegex(@"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(.*)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Header();
}
