using System.Text;
using System.Text.RegularExpressions;

namespace LockCheck.Patches;

/// <summary>
/// Turns what is left of a diff after mail programs, archives and people had it into a diff that git takes: white space that was
/// collapsed or replaced, lines that were wrapped, remarks between the lines, counts that are wrong, trailing text.
/// </summary>
/// <remarks>Works on text in which each character stands for one byte, so that what is not touched stays as it was.</remarks>
internal sealed partial class DiffNormalizer(IReadOnlyList<string> lines)
{
    readonly StringBuilder _out = new();
    readonly List<string> _notes = [];
    int _at;

    /// <summary>What had to be done; empty for a diff that was in order.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>The diff in order, or null where the text holds none.</summary>
    /// <exception cref="PatchException">It is of a kind that is not taken, or it is damaged beyond repair.</exception>
    public string? Run()
    {
        var found = false;
        while (_at < lines.Count)
        {
            var line = lines[_at];
            if (line.StartsWith("diff --cc ", StringComparison.Ordinal) || line.StartsWith("diff --combined ", StringComparison.Ordinal) || line.StartsWith("@@@ -", StringComparison.Ordinal))
                throw new PatchException($"Line {_at + 1} starts a combined diff, the form that git shows for a merge. It cannot be applied to one parent: give the range instead, as in 'lockcheck patch MERGE^1..MERGE', or the output of 'git diff MERGE^1 MERGE'.");
            if (ContextDiff().IsMatch(line) && _at + 1 < lines.Count && lines[_at + 1].StartsWith("--- ", StringComparison.Ordinal))
                throw new PatchException($"Line {_at + 1} starts a context diff (of 'diff -c'). Make a unified one: 'diff -u' or 'git diff'.");
            if (line.StartsWith("diff --git ", StringComparison.Ordinal) || IsFileHeader(_at))
            {
                ReadFile();
                found = true;
            }
            else
            {
                if (UnifiedDiff.TryParseHeader(line, out _))
                    throw new PatchException($"Line {_at + 1} starts a hunk, but no line before it names a file ('--- a/FILE' and '+++ b/FILE'). Give the whole patch.");
                _at++;
            }
        }
        return found ? _out.ToString() : null;
    }

    bool IsFileHeader(int at) =>
        at + 1 < lines.Count && lines[at].StartsWith("--- ", StringComparison.Ordinal) && lines[at + 1].StartsWith("+++ ", StringComparison.Ordinal);

    void ReadFile()
    {
        var start = _out.Length;
        var name = lines[_at];
        var binary = false;
        var inHeader = true;
        for (var first = true; _at < lines.Count; first = false)
        {
            var line = lines[_at];
            if (!first && (line.StartsWith("diff --git ", StringComparison.Ordinal) || line.StartsWith("diff --cc ", StringComparison.Ordinal)))
                break;
            if (UnifiedDiff.TryParseHeader(line, out var header))
            {
                inHeader = false;
                ReadHunk(header);
            }
            else if (IsFileHeader(_at))
            {
                // A second pair belongs to the next file.
                if (!inHeader)
                    break;
                _out.Append(lines[_at]).Append('\n').Append(lines[_at + 1]).Append('\n');
                name = lines[_at + 1];
                inHeader = false;
                _at += 2;
            }
            else if (line.StartsWith("Binary files ", StringComparison.Ordinal))
            {
                binary = true;
                _at++;
            }
            else if (line.StartsWith("GIT binary patch", StringComparison.Ordinal))
            {
                ReadBinary();
            }
            else if (inHeader && (first || ExtendedHeader().IsMatch(line)))
            {
                _out.Append(line).Append('\n');
                _at++;
            }
            else if (MalformedHeader().IsMatch(line))
            {
                throw new PatchException($"Line {_at + 1} starts a hunk whose header cannot be read. The patch is damaged; ask for it again as an attachment.");
            }
            else
            {
                // Text around the diff: a signature, a remark, the next mail.
                inHeader = false;
                _at++;
            }
        }
        if (binary)
        {
            _out.Length = start;
            Note($"left out, since it is binary and its content is not in the patch: {Shown(name)}");
        }
    }

    void ReadBinary()
    {
        _out.Append(lines[_at++]).Append('\n');
        while (_at < lines.Count && BinaryLine().IsMatch(lines[_at]))
            _out.Append(lines[_at++]).Append('\n');
    }

    void ReadHunk(Hunk header)
    {
        var headerLine = _at++;
        var end = _at;
        while (end < lines.Count && !EndsHunk(end))
            end++;
        var raw = new List<string>();
        for (var i = _at; i < end; i++)
        {
            var plain = HunkRepair.WithPlainSpaces(lines[i]);
            if (!ReferenceEquals(plain, lines[i]))
                Note("white space that a mail program replaced was put back");
            raw.Add(plain);
        }

        var body = HunkRepair.TryExactly(header, raw, out var used);
        if (body is null)
        {
            // A removed line may look like the header of the next file.
            var beyond = lines.Skip(_at).Take(header.OldCount + (long)header.NewCount > int.MaxValue / 2 ? lines.Count : header.OldCount + header.NewCount + 2).ToList();
            body = HunkRepair.TryExactly(header, beyond, out used);
        }
        if (body is null)
        {
            body = HunkRepair.Try(header, raw, out used, out var how);
            if (body is not null)
                Note(how);
        }
        if (body is null)
        {
            var atEnd = end >= lines.Count;
            body = atEnd ? null : HunkRepair.AsItIs(raw, out used);
            if (body is null)
                throw new PatchException($"The hunk at line {headerLine + 1} has not the lines that its header promises ({header.OldCount} old, {header.NewCount} new): the patch is {(atEnd ? "cut off" : "damaged")}. Ask for it again, as an attachment.");
            Note("counted anew, since the header of a hunk was wrong");
        }
        _at += used;
        var (old, @new) = HunkRepair.Count(body);
        _out.Append(System.Globalization.CultureInfo.InvariantCulture, $"@@ -{header.OldStart},{old} +{header.NewStart},{@new} @@{header.Heading}\n");
        foreach (var line in body)
            _out.Append(line).Append('\n');
    }

    bool EndsHunk(int at)
    {
        var line = lines[at];
        return line.StartsWith("diff --git ", StringComparison.Ordinal) || line.StartsWith("@@ -", StringComparison.Ordinal) || IsFileHeader(at)
            || line.StartsWith("From ", StringComparison.Ordinal) && line.Contains(" 00:00:00 ", StringComparison.Ordinal);
    }

    void Note(string note)
    {
        if (!_notes.Contains(note))
            _notes.Add(note);
    }

    static string Shown(string line) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(line.Length > 200 ? line[..200] : line)).TrimEnd('\r');

    [GeneratedRegex(@"^\*\*\* \S+\s", RegexOptions.CultureInvariant)]
    private static partial Regex ContextDiff();

    [GeneratedRegex(@"^(old mode|new mode|deleted file mode|new file mode|copy from|copy to|rename from|rename to|rename old|rename new|similarity index|dissimilarity index|index) ", RegexOptions.CultureInvariant)]
    private static partial Regex ExtendedHeader();

    [GeneratedRegex(@"^@@ -\d", RegexOptions.CultureInvariant)]
    private static partial Regex MalformedHeader();

    [GeneratedRegex(@"^(literal \d+|delta \d+|[A-Za-z][0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]{5,}|)\r?$", RegexOptions.CultureInvariant)]
    private static partial Regex BinaryLine();
}
