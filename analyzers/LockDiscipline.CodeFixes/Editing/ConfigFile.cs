using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Finds settings in the text of an <c>.editorconfig</c> or <c>.globalconfig</c>.</summary>
internal static class ConfigFile
{
    /// <summary>The edits that replace a key, or its value.</summary>
    /// <param name="text">The file.</param>
    /// <param name="key">The key as it is set now, compared without regard to case.</param>
    /// <param name="value">The value to replace; null to replace the key.</param>
    /// <param name="replacement">What takes its place.</param>
    public static IEnumerable<TextChange> Changes(SourceText text, string key, string? value, string replacement)
    {
        foreach (var line in text.Lines)
        {
            if (Setting(text, line) is not var (name, content) || !string.Equals(text.ToString(name), key, StringComparison.OrdinalIgnoreCase))
                continue;
            if (value is null)
                yield return new TextChange(name, replacement);
            else if (string.Equals(text.ToString(content), value, StringComparison.OrdinalIgnoreCase))
                yield return new TextChange(content, replacement);
        }
    }

    // `key = value # comment`; sections and comments are no settings.
    static (TextSpan Name, TextSpan Value)? Setting(SourceText text, TextLine line)
    {
        int start = line.Start, equals = line.Start, end = line.Start;
        while (start < line.End && char.IsWhiteSpace(text[start]))
            start++;
        if (start == line.End || text[start] is '#' or ';' or '[')
            return null;
        for (equals = start; equals < line.End && text[equals] is not ('=' or ':'); equals++)
        {
        }

        if (equals == line.End)
            return null;
        for (end = equals + 1; end < line.End && text[end] is not ('#' or ';'); end++)
        {
        }

        return (Trimmed(text, start, equals), Trimmed(text, equals + 1, end));
    }

    static TextSpan Trimmed(SourceText text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        return TextSpan.FromBounds(start, end);
    }
}
