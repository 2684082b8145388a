using System.Text;

namespace LockCheck.Output;

/// <summary>Running text in pieces, each plain or in a style, that can be broken into lines.</summary>
internal sealed class StyledText
{
    readonly record struct Word(string Text, Style? Style, bool SpaceBefore, bool BreakBefore);

    readonly List<Word> _words = [];
    bool _space;
    bool _break;

    /// <summary>Adds text. White space separates words, whatever it consists of.</summary>
    public void Add(string text, Style? style)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && !char.IsWhiteSpace(text[i]))
            {
                if (start < 0)
                    start = i;
                continue;
            }
            if (start >= 0)
            {
                _words.Add(new(SafeText.Escape(text[start..i]), style, _space, _break));
                (_space, _break, start) = (false, false, -1);
            }
            if (i < text.Length)
                _space = true;
        }
    }

    /// <summary>What is added next starts a new line.</summary>
    public void Break() => _break = true;

    /// <summary>The width on one line.</summary>
    public int Width
    {
        get
        {
            var width = 0;
            foreach (var word in _words)
                width += SafeText.Width(word.Text) + (width > 0 && (word.SpaceBefore || word.BreakBefore) ? 1 : 0);
            return width;
        }
    }

    /// <summary>The text in lines of at most <paramref name="width"/> columns, as far as its words allow. At least one line.</summary>
    public List<(string Text, int Width)> Wrap(int width, Terminal terminal)
    {
        var lines = new List<(string, int)>();
        var line = new StringBuilder();
        var used = 0;
        for (var i = 0; i < _words.Count;)
        {
            // Pieces without space between them stay together: `word`, or a word and its comma.
            var end = i + 1;
            var needed = SafeText.Width(_words[i].Text);
            while (end < _words.Count && !_words[end].SpaceBefore && !_words[end].BreakBefore)
                needed += SafeText.Width(_words[end++].Text);

            if (used > 0 && (_words[i].BreakBefore || used + 1 + needed > width))
            {
                lines.Add((line.ToString(), used));
                line.Clear();
                used = 0;
            }
            if (used > 0)
            {
                line.Append(' ');
                used++;
            }
            for (; i < end; i++)
                line.Append(_words[i].Style is { } style ? terminal.Paint(_words[i].Text, style) : _words[i].Text);
            used += needed;
        }
        lines.Add((line.ToString(), used));
        return lines;
    }
}
