using System.Globalization;
using System.Text;

namespace LockCheck.Output;

/// <summary>
/// Text of a checked project on its way to a terminal. Names, messages and source lines may hold anything: control
/// characters that move the cursor, or bidirectional marks that make code read as something that it is not.
/// </summary>
internal static class SafeText
{
    /// <summary>The text with everything invisible written as an escape.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length;)
            escaped.Append(Next(text, ref i));
        return escaped.ToString();
    }

    /// <summary>The next character of <paramref name="text"/> as it is shown; moves <paramref name="index"/> behind it.</summary>
    public static string Next(string text, ref int index)
    {
        if (!Rune.TryGetRuneAt(text, index, out var rune))
            return Escaped(text[index++]);
        index += rune.Utf16SequenceLength;
        return IsVisible(rune) ? rune.ToString() : Escaped(rune.Value);
    }

    /// <summary>How many columns of a terminal a shown character takes.</summary>
    public static int Width(string shown)
    {
        var width = 0;
        foreach (var rune in shown.EnumerateRunes())
            width += Width(rune);
        return width;
    }

    static int Width(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
            return 0;
        // The blocks of East Asian and pictographic characters that terminals draw two columns wide.
        return rune.Value switch
        {
            < 0x1100 => 1,
            <= 0x115F => 2,
            >= 0x2E80 and <= 0xA4CF => 2,
            >= 0xAC00 and <= 0xD7A3 => 2,
            >= 0xF900 and <= 0xFAFF => 2,
            >= 0xFE30 and <= 0xFE6F => 2,
            >= 0xFF00 and <= 0xFF60 => 2,
            >= 0xFFE0 and <= 0xFFE6 => 2,
            >= 0x1F300 and <= 0x1FAFF => 2,
            >= 0x20000 and <= 0x3FFFD => 2,
            _ => 1,
        };
    }

    static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    static string Escaped(int value) => value <= 0xFFFF ? $"\\u{value:X4}" : $"\\U{value:X8}";
}
