using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Helpers;
using Markdig.Syntax;

namespace LockCheck.Output;

/// <summary>Writes a Markdown document so that it reads well in a terminal and as plain text.</summary>
internal sealed class MarkdownWriter(Terminal terminal)
{
    const int MaxWidth = 100;
    const int CodeIndent = 4;

    static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().UsePipeTables().Build();

    readonly int _width = Math.Min(terminal.Width, MaxWidth);

    /// <summary>Writes the document.</summary>
    public void Write(string markdown) => WriteBlocks(Markdown.Parse(markdown, s_pipeline), "", tight: false);

    void WriteBlocks(ContainerBlock container, string margin, bool tight)
    {
        var first = true;
        foreach (var block in container)
        {
            if (block is HtmlBlock or LinkReferenceDefinitionGroup)
                continue;
            if (!first && !tight)
                WriteLine(margin, "");
            first = false;
            WriteBlock(block, margin);
        }
    }

    void WriteBlock(Block block, string margin)
    {
        switch (block)
        {
            case HeadingBlock heading:
                WriteHeading(heading, margin);
                break;
            case ParagraphBlock paragraph:
                WriteText(MarkdownInlines.Read(paragraph), margin, margin);
                break;
            case ListBlock list:
                WriteList(list, margin);
                break;
            case Table table:
                foreach (var line in MarkdownTable.Lines(table, _width - margin.Length, terminal))
                    WriteLine(margin, line);
                break;
            case CodeBlock code:
                WriteCode(code, margin);
                break;
            case QuoteBlock quote:
                WriteBlocks(quote, margin + "| ", tight: false);
                break;
            case ThematicBreakBlock:
                WriteLine(margin, new string('-', Math.Max(_width - margin.Length, 1)));
                break;
            case ContainerBlock container:
                WriteBlocks(container, margin, tight: false);
                break;
        }
    }

    void WriteHeading(HeadingBlock heading, string margin)
    {
        var longest = 0;
        foreach (var (text, width) in MarkdownInlines.Read(heading, Style.Bold).Wrap(_width - margin.Length, terminal))
        {
            WriteLine(margin, text);
            longest = Math.Max(longest, width);
        }
        if (heading.Level <= 2)
            WriteLine(margin, terminal.Paint(new string(heading.Level == 1 ? '=' : '-', longest), Style.Dim));
    }

    void WriteList(ListBlock list, string margin)
    {
        var number = int.TryParse(list.OrderedStart, out var start) ? start : 1;
        var first = true;
        foreach (var item in list.OfType<ListItemBlock>())
        {
            if (!first && list.IsLoose)
                WriteLine(margin, "");
            first = false;
            var bullet = list.IsOrdered ? $"{number++}. " : "- ";
            var inner = margin + new string(' ', bullet.Length);
            // The first paragraph stands beside the bullet, all else below it.
            var rest = item.AsEnumerable();
            if (item.FirstOrDefault() is ParagraphBlock paragraph)
            {
                WriteText(MarkdownInlines.Read(paragraph), margin + bullet, inner);
                rest = item.Skip(1);
            }
            else
            {
                WriteLine(margin, bullet.TrimEnd());
            }
            foreach (var block in rest)
            {
                if (list.IsLoose)
                    WriteLine(margin, "");
                WriteBlock(block, inner);
            }
        }
    }

    void WriteCode(CodeBlock code, string margin)
    {
        var lines = code.Lines;
        for (var i = 0; i < lines.Count; i++)
            WriteLine(margin + new string(' ', CodeIndent), SafeText.Escape(lines.Lines[i].Slice.ToString().Replace("\t", "    ", StringComparison.Ordinal)));
    }

    void WriteText(StyledText text, string firstMargin, string margin)
    {
        var first = true;
        foreach (var (line, _) in text.Wrap(_width - margin.Length, terminal))
        {
            WriteLine(first ? firstMargin : margin, line);
            first = false;
        }
    }

    void WriteLine(string margin, string text) => terminal.Out.WriteLine((margin + text).TrimEnd());
}
