using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK1010: binds the scope to a <c>using</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK1010AddUsingFix)), Shared]
public sealed class LCK1010AddUsingFix() : RuleFix("LCK1010")
{
    internal const string Key = "LCK1010.using";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Expression is not { } creation || StatementRun.StatementOf(creation) is not { } statement)
            yield break;
        switch (statement)
        {
            case LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1, UsingKeyword.RawKind: 0 } local:
                yield return new Proposal("Add 'using'", Key, new TextChange(new TextSpan(local.SpanStart, 0), "using "));
                break;
            case ExpressionStatementSyntax { Expression: var expression }:
                if (expression is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Right: var right })
                    expression = right;
                if (expression != creation)
                    break;
                if (Around(site.Layout, statement, creation) is { } change)
                    yield return new Proposal("Hold it with 'using' to the end of the block", Key, change);
                var name = FreshName.Of(site, statement.SpanStart, "scope");
                yield return new Proposal("Hold it with 'using' to the end of the block", Key, new TextChange(TextSpan.FromBounds(statement.SpanStart, creation.SpanStart), $"using var {name} = "));
                break;
        }
    }

    // The scope is to last as long as the block, which is what somebody meant who wrote it as a statement.
    static TextChange? Around(Layout layout, StatementSyntax statement, ExpressionSyntax creation)
    {
        var run = StatementRun.Of(statement);
        if (run.IsEmbedded || statement.Parent is not BlockSyntax block || run.LastIndex + 1 == run.Siblings.Count)
            return null;
        var rest = run.To(run.LastIndex + 1, run.Siblings.Count - 1);
        if (rest.HasYieldOrLabel() || layout.HasDirective(statement.SpanStart, block.CloseBraceToken.SpanStart))
            return null;
        var form = new LockForm($"using ({creation})", allowsAwait: true);
        if (!layout.StartsLine(statement.SpanStart) || !layout.StartsLine(rest.First.SpanStart) || layout.EndWithComment(rest.Last) is not { } end
            || layout.EndWithComment(statement) is not { } statementEnd)
        {
            var span = TextSpan.FromBounds(statement.SpanStart, rest.Last.Span.End);
            return new TextChange(span, form.OnOneLine(layout.ToString(rest.First.SpanStart, rest.Last.Span.End)));
        }

        var step = layout.Step(statement);
        var indent = layout.IndentAt(statement.SpanStart);
        bool bracesEndLines = layout.BracesEndLines(statement);
        int start = layout.Text.Lines.GetLineFromPosition(statementEnd).EndIncludingLineBreak;
        // An empty line behind the acquire has done its work.
        while (layout.IsBlank(start, layout.LineEnd(start)))
            start = layout.Text.Lines.GetLineFromPosition(start).EndIncludingLineBreak;
        var comment = layout.ToString(statement.Span.End, statementEnd);
        var opening = layout.Lines(indent, form.Opening(bracesEndLines, step));
        int header = opening.IndexOf(form.Header, System.StringComparison.Ordinal) + form.Header.Length;
        opening = bracesEndLines ? opening + comment : opening.Substring(0, header) + comment + opening.Substring(header);
        var text = opening.Substring(indent.Length) + layout.NewLine
            + step + layout.Indented(start, end, step) + layout.NewLine
            + layout.Lines(indent, form.Closing(bracesEndLines, step));
        return new TextChange(TextSpan.FromBounds(statement.SpanStart, end), text);
    }
}
