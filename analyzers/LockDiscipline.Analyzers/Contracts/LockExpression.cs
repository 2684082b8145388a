using System.Collections.Immutable;
using System.Globalization;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>The parts of a lock expression such as <c>kvm.Mm.MmapLock</c> or <c>shards[i].Gate</c>, as written.</summary>
/// <param name="Parts">Names in order; an index is the part of its own behind what it indexes.</param>
internal sealed record LockExpression(ImmutableArray<LockExpression.Part> Parts)
{
    /// <summary>Parses <paramref name="text"/>; null where it is no access path, <paramref name="error"/> then says where.</summary>
    public static LockExpression? TryParse(string text, out int error)
    {
        var parts = ImmutableArray.CreateBuilder<Part>();
        int position = 0;
        error = 0;
        SkipSpace(text, ref position);
        while (true)
        {
            int start = position;
            if (position < text.Length && text[position] == '@')
                position++;
            if (position >= text.Length || !(char.IsLetter(text[position]) || text[position] == '_'))
            {
                error = start;
                return null;
            }

            while (position < text.Length && (char.IsLetterOrDigit(text[position]) || text[position] == '_'))
                position++;
            parts.Add(new Part(PartKind.Name, text.Substring(start, position - start).TrimStart('@'), start, position - start));
            SkipSpace(text, ref position);
            while (position < text.Length && text[position] is '[' or '(')
            {
                if (!TryParseBracket(text, ref position, parts))
                {
                    error = position;
                    return null;
                }
            }

            if (position >= text.Length)
                return new LockExpression(parts.ToImmutable());
            if (text[position] != '.')
            {
                error = position;
                return null;
            }

            position++;
            SkipSpace(text, ref position);
        }
    }

    static bool TryParseBracket(string text, ref int position, ImmutableArray<Part>.Builder parts)
    {
        int start = position;
        char close = text[position] == '[' ? ']' : ')';
        int end = text.IndexOf(close, position);
        if (end < 0)
            return false;
        var inner = text.Substring(start + 1, end - start - 1).Trim();
        var kind = close == ']' ? PartKind.Index : PartKind.Call;
        if ((kind == PartKind.Index) == (inner.Length == 0))
            return false;
        position = end + 1;
        SkipSpace(text, ref position);
        parts.Add(new Part(kind, inner, start, end + 1 - start));
        return true;
    }

    static void SkipSpace(string text, ref int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
            position++;
    }

    internal enum PartKind : byte
    {
        Name,
        Index,
        Call,
    }

    /// <param name="Text">The name, or what stands between the brackets.</param>
    /// <param name="Start">Where it starts in the expression.</param>
    internal readonly record struct Part(PartKind Kind, string Text, int Start, int Length)
    {
        /// <summary>An index that is a literal.</summary>
        public bool TryGetConstant(out object? constant)
        {
            constant = null;
            if (long.TryParse(Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number))
            {
                constant = number;
                return true;
            }

            if (Text.Length >= 2 && Text[0] == '"' && Text[Text.Length - 1] == '"')
            {
                constant = Text.Substring(1, Text.Length - 2);
                return true;
            }

            return false;
        }
    }
}
