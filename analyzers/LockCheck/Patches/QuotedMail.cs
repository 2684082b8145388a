using System.Text.RegularExpressions;

namespace LockCheck.Patches;

/// <summary>Takes a diff out of the mail that quotes it, with the remarks between its lines.</summary>
internal static partial class QuotedMail
{
    /// <summary>The lines of the diff, without quote marks; remarks at other levels are left out. Null where no line quotes a diff.</summary>
    /// <param name="levels">How often it was quoted.</param>
    public static List<string>? Unquote(IReadOnlyList<string> lines, out int levels)
    {
        levels = 0;
        foreach (var line in lines)
        {
            var (level, rest) = Split(line);
            if (level > 0 && StartsDiff(rest))
            {
                levels = level;
                break;
            }
        }
        if (levels == 0)
            return null;
        var unquoted = new List<string>();
        foreach (var line in lines)
        {
            var (level, rest) = Split(line);
            if (level == levels)
                unquoted.Add(rest);
        }
        return unquoted;
    }

    /// <summary>Whether a line can only be the start of a diff.</summary>
    public static bool StartsDiff(string line) =>
        line.StartsWith("diff --git ", StringComparison.Ordinal)
        || line.StartsWith("diff --cc ", StringComparison.Ordinal)
        || line.StartsWith("diff --combined ", StringComparison.Ordinal)
        || OldFile().IsMatch(line);

    static (int Level, string Text) Split(string line)
    {
        var level = 0;
        var i = 0;
        while (i < line.Length && line[i] == '>')
        {
            level++;
            i++;
            // One space belongs to the mark.
            if (i < line.Length && line[i] == ' ')
                i++;
        }
        return (level, line[i..]);
    }

    [GeneratedRegex(@"^--- (?:[a-z]/\S|/dev/null|\S+\t)", RegexOptions.CultureInvariant)]
    private static partial Regex OldFile();
}
