using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace LockCheck.Output;

/// <summary>The running text of a Markdown block, as a terminal can show it.</summary>
internal static class MarkdownInlines
{
    /// <summary>The text of a paragraph, heading or cell.</summary>
    public static StyledText Read(LeafBlock block, Style? style = null)
    {
        var text = new StyledText();
        if (block.Inline is not null)
            Read(block.Inline, text, style);
        return text;
    }

    static void Read(ContainerInline container, StyledText text, Style? style)
    {
        foreach (var inline in container)
        {
            switch (inline)
            {
                case LiteralInline literal:
                    text.Add(literal.Content.ToString(), style);
                    break;
                case CodeInline code:
                    // The marks stay: they tell code from prose where there is no colour.
                    text.Add($"`{code.Content}`", style ?? Style.Cyan);
                    break;
                case LineBreakInline { IsHard: true }:
                    text.Break();
                    break;
                case LineBreakInline:
                    text.Add(" ", style);
                    break;
                case HtmlEntityInline entity:
                    text.Add(entity.Transcoded.ToString(), style);
                    break;
                case AutolinkInline link:
                    text.Add(link.Url, style);
                    break;
                case LinkInline link:
                    Read(link, text, style);
                    // Other pages are shown by their id, which is their text.
                    if (link.Url is { } url && url.Contains("://", StringComparison.Ordinal) && (link.FirstChild as LiteralInline)?.Content.ToString() != url)
                        text.Add($" ({url})", style);
                    break;
                case EmphasisInline emphasis:
                    Read(emphasis, text, style ?? Style.Bold);
                    break;
                case ContainerInline other:
                    Read(other, text, style);
                    break;
            }
        }
    }
}
