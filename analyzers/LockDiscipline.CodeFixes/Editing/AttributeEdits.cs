using System.Collections.Generic;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Takes attributes away, with the brackets and the line around them where nothing else is left there.</summary>
internal static class AttributeEdits
{
    /// <summary>The edits without which nothing remains of the attributes; all of them stand in one list.</summary>
    public static IEnumerable<TextChange> Remove(Layout layout, AttributeListSyntax list, IReadOnlyCollection<AttributeSyntax> removed)
    {
        if (removed.Count == list.Attributes.Count)
        {
            yield return new TextChange(Whole(layout, list), "");
            yield break;
        }

        int from = -1;
        for (int i = 0; i < list.Attributes.Count; i++)
        {
            var attribute = list.Attributes[i];
            bool goes = Contains(removed, attribute);
            if (goes && from < 0)
                from = i;
            if (from >= 0 && (!goes || i == list.Attributes.Count - 1))
            {
                int end = goes ? i : i - 1;
                // With the comma behind, or at the end with the one before.
                yield return end + 1 < list.Attributes.Count
                    ? new TextChange(TextSpan.FromBounds(list.Attributes[from].SpanStart, list.Attributes[end + 1].SpanStart), "")
                    : new TextChange(TextSpan.FromBounds(list.Attributes[from - 1].Span.End, list.Attributes[end].Span.End), "");
                from = -1;
            }
        }
    }

    /// <summary>A list with its line where it has one for itself, or with the space behind it.</summary>
    public static TextSpan Whole(Layout layout, AttributeListSyntax list)
    {
        int start = list.SpanStart, end = list.Span.End;
        int lineEnd = layout.LineEnd(end);
        if (layout.StartsLine(start) && layout.IsBlank(end, lineEnd))
        {
            int next = lineEnd;
            while (next < layout.Text.Length && layout.Text[next] is '\r' or '\n')
            {
                next++;
                if (layout.Text[next - 1] == '\n')
                    break;
            }

            return TextSpan.FromBounds(layout.LineStart(start), next);
        }

        while (end < lineEnd && layout.Text[end] is ' ' or '\t')
            end++;
        return TextSpan.FromBounds(start, end);
    }

    static bool Contains(IReadOnlyCollection<AttributeSyntax> attributes, AttributeSyntax wanted)
    {
        foreach (var attribute in attributes)
        {
            if (attribute == wanted)
                return true;
        }

        return false;
    }
}
