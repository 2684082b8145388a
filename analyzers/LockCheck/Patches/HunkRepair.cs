namespace LockCheck.Patches;

/// <summary>Finds the lines of a hunk among what stands below its header. Whether a reading is right is told by the header's counts.</summary>
internal static class HunkRepair
{
    // Lines shorter than this were not wrapped by a mail program.
    const int WrapColumn = 60;

    const string Nbsp = "\u00C2\u00A0";
    const string NbspTwice = "\u00C3\u0082";

    /// <summary>The lines as they stand, if they are what the header promises; null otherwise.</summary>
    /// <param name="used">How many lines of the text they are.</param>
    public static List<string>? TryExactly(Hunk header, List<string> raw, out int used)
    {
        var taken = new Taken(header);
        for (used = 0; used < raw.Count; used++)
        {
            var line = raw[used];
            if (line.StartsWith('\\'))
            {
                taken.Lines.Add(line);
                continue;
            }
            if (taken.IsComplete)
                return taken.Lines;
            // Editors take the space of an empty line away.
            if (line.Length == 0 || line == "\r")
                line = " " + line;
            if (line[0] is not (' ' or '+' or '-') || !taken.Add(line))
                return null;
        }
        return taken.IsComplete ? taken.Lines : null;
    }

    /// <summary>The lines after one kind of damage was undone; null where none of the known kinds explains what is there.</summary>
    public static List<string>? Try(Hunk header, List<string> raw, out int used, out string how)
    {
        var clean = raw;
        how = "lines that a mail program had wrapped were joined";
        if (TryWrapped(header, clean, out used) is { } wrapped)
            return wrapped;
        how = "remarks between the lines of a hunk were left out";
        if (TryRemarks(header, clean, out used) is { } remarks)
            return remarks;
        how = "lines whose first column was lost were taken for context";
        return TryUnmarked(header, clean, out used);
    }

    /// <summary>The lines up to the first that has no mark, whatever the header says; null where there is none, or nothing changes.</summary>
    public static List<string>? AsItIs(List<string> raw, out int used)
    {
        var body = new List<string>();
        foreach (var line in raw)
        {
            // The last of these starts a signature.
            if ((line.Length > 0 && line[0] is not (' ' or '+' or '-' or '\\')) || line.TrimEnd('\r') == "-- ")
                break;
            body.Add(line.Length == 0 ? " " : line);
        }
        used = body.Count;
        // Empty lines behind the hunk are not part of it.
        while (body.Count > 0 && body[^1].Trim().Length == 0 && body[^1].StartsWith(' '))
            body.RemoveAt(body.Count - 1);
        return body.Exists(l => l[0] is '+' or '-') ? body : null;
    }

    /// <summary>How many lines of the old and of the new file a hunk has.</summary>
    public static (int Old, int New) Count(List<string> body) =>
        (body.Count(l => l[0] is ' ' or '-'), body.Count(l => l[0] is ' ' or '+'));

    static List<string>? TryWrapped(Hunk header, List<string> raw, out int used)
    {
        var taken = new Taken(header);
        for (used = 0; used < raw.Count; used++)
        {
            var line = raw[used];
            var isMarked = line.Length == 0 || line[0] is ' ' or '+' or '-' or '\\';
            if (!isMarked)
            {
                if (taken.Lines.Count == 0 || taken.Lines[^1].Length < WrapColumn)
                    return null;
                taken.Lines[^1] = taken.Lines[^1].TrimEnd(' ', '\r') + " " + line;
                continue;
            }
            if (taken.IsComplete && !line.StartsWith('\\'))
                return taken.Lines;
            if (!taken.Add(line.Length == 0 ? " " : line))
                return null;
        }
        return taken.IsComplete ? taken.Lines : null;
    }

    static List<string>? TryRemarks(Hunk header, List<string> raw, out int used)
    {
        var taken = new Taken(header);
        var inRemark = false;
        for (used = 0; used < raw.Count; used++)
        {
            if (taken.IsComplete)
                return taken.Lines;
            var line = raw[used];
            if (line.Trim().Length == 0 && line.Length < 2)
            {
                // An empty line beside a remark is part of it.
                var next = raw.Skip(used + 1).FirstOrDefault(l => l.Trim().Length > 0);
                if (inRemark || next is null || next[0] is not (' ' or '+' or '-' or '\\'))
                    continue;
                line = " ";
            }
            inRemark = line[0] is not (' ' or '+' or '-' or '\\');
            if (!inRemark && !taken.Add(line))
                return null;
        }
        return taken.IsComplete ? taken.Lines : null;
    }

    static List<string>? TryUnmarked(Hunk header, List<string> raw, out int used)
    {
        var taken = new Taken(header);
        for (used = 0; used < raw.Count; used++)
        {
            if (taken.IsComplete)
                return taken.Lines;
            var line = raw[used];
            var marked = line.Length > 0 && line[0] is ' ' or '+' or '-' or '\\' ? line : " " + line;
            if (!taken.Add(marked))
                return null;
        }
        return taken.IsComplete ? taken.Lines : null;
    }

    /// <summary>
    /// The line with plain spaces before its first word: a mail program or an archive may have put no-break spaces there, or what is
    /// left of them after they were decoded wrongly. What stands behind the first word is meant.
    /// </summary>
    public static string WithPlainSpaces(string line)
    {
        var from = line.Length > 0 && line[0] is '+' or '-' or ' ' ? 1 : 0;
        var at = from;
        var spaces = new System.Text.StringBuilder();
        while (at < line.Length)
        {
            if (line[at] is ' ' or '\t')
                spaces.Append(line[at++]);
            else if (string.CompareOrdinal(line, at, Nbsp, 0, 2) == 0 || string.CompareOrdinal(line, at, NbspTwice, 0, 2) == 0)
                (spaces, at) = (spaces.Append(' '), at + 2);
            else
                break;
        }
        return spaces.Length == at - from ? line : line[..from] + spaces + line[at..];
    }

    sealed class Taken(Hunk header)
    {
        int _old = header.OldCount;
        int _new = header.NewCount;

        public List<string> Lines { get; } = [];

        public bool IsComplete => _old == 0 && _new == 0;

        public bool Add(string line)
        {
            Lines.Add(line);
            switch (line[0])
            {
                case '+':
                    return --_new >= 0;
                case '-':
                    return --_old >= 0;
                case ' ':
                    return --_new >= 0 & --_old >= 0;
                default:
                    return true;
            }
        }
    }
}
