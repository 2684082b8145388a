using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Puts statements into a block that holds a lock.</summary>
internal static class Wrapping
{
    /// <summary>The edit that wraps the run; null where the layout or a directive is in the way.</summary>
    public static TextChange? Around(Layout layout, StatementRun run, LockForm form)
    {
        int start = Start(layout, run.First);
        if (layout.HasDirective(start, run.Last.Span.End))
            return null;
        bool ownLines = layout.StartsLine(run.First.SpanStart);
        int? end = layout.EndWithComment(run.Last);
        if (!ownLines || end is null)
        {
            var span = TextSpan.FromBounds(run.First.SpanStart, run.Last.Span.End);
            var line = form.OnOneLine(layout.Text.ToString(span));
            return new TextChange(span, run.IsEmbedded && form.IsSeveral ? $"{{ {line} }}" : line);
        }

        var step = layout.Step(run.First);
        var indent = layout.IndentAt(run.First.SpanStart);
        bool bracesEndLines = layout.BracesEndLines(run.First);
        var opening = form.Opening(bracesEndLines, step);
        var closing = form.Closing(bracesEndLines, step);
        int lineStart = layout.LineStart(start);
        var body = layout.Indented(start, end.Value, step);
        var text = layout.Lines(indent, opening) + layout.NewLine + indent + step + body + layout.NewLine + layout.Lines(indent, closing);
        if (run.IsEmbedded && form.IsSeveral)
        {
            var outer = layout.IndentAt(run.First.Parent!.SpanStart);
            text = outer + "{" + layout.NewLine + text + layout.NewLine + outer + "}";
        }

        return new TextChange(TextSpan.FromBounds(lineStart, end.Value), text);
    }

    /// <summary>Where the statement starts with the comments that belong to it: those with no empty line or directive in between.</summary>
    public static int Start(Layout layout, StatementSyntax statement)
    {
        int start = statement.SpanStart;
        if (!layout.StartsLine(start))
            return start;
        bool emptyLine = true;
        int candidate = -1;
        foreach (var trivia in statement.GetLeadingTrivia())
        {
            if (trivia.IsKind(SyntaxKind.EndOfLineTrivia))
            {
                if (emptyLine)
                    candidate = -1;
                emptyLine = true;
            }
            else if (trivia.IsDirective || trivia.IsKind(SyntaxKind.DisabledTextTrivia))
            {
                candidate = -1;
                emptyLine = true;
            }
            else if (!trivia.IsKind(SyntaxKind.WhitespaceTrivia))
            {
                emptyLine = false;
                if (candidate < 0 && layout.StartsLine(trivia.SpanStart))
                    candidate = trivia.SpanStart;
            }
        }

        return candidate < 0 ? start : candidate;
    }

    /// <summary>The statements of an expression body, each on a line, in the lock; null where the body cannot become a block.</summary>
    public static TextChange? AroundExpressionBody(FixSite site, ExpressionSyntax expression, LockForm form)
    {
        switch (expression.Parent)
        {
            case ArrowExpressionClauseSyntax arrow:
                return AroundArrow(site, arrow, form);
            case LambdaExpressionSyntax lambda when lambda.ExpressionBody == expression:
                if (site.Symbol(lambda) is not IMethodSymbol method || site.Layout.HasDirective(expression.FullSpan.Start, expression.FullSpan.End))
                    return null;
                return new TextChange(expression.Span, $"{{ {form.OnOneLine(AsStatement(expression, method))} }}");
            default:
                return null;
        }
    }

    static TextChange? AroundArrow(FixSite site, ArrowExpressionClauseSyntax arrow, LockForm form)
    {
        var layout = site.Layout;
        var owner = arrow.Parent!;
        var semicolon = owner.ChildTokens().LastOrDefault(SyntaxKind.SemicolonToken);
        var before = arrow.ArrowToken.GetPreviousToken();
        if (!semicolon.HasValue || layout.HasDirective(before.Span.End, semicolon.Value.Span.End) || arrow.Expression is RefExpressionSyntax or ThrowExpressionSyntax)
            return null;
        if (HasCommentIn(layout, before.Span.End, arrow.Expression.SpanStart) || HasCommentIn(layout, arrow.Expression.Span.End, semicolon.Value.SpanStart))
            return null;
        var isProperty = owner is PropertyDeclarationSyntax or IndexerDeclarationSyntax;
        var symbol = site.Model.GetDeclaredSymbol(owner, site.CancellationToken);
        var method = symbol as IMethodSymbol ?? (symbol as IPropertySymbol)?.GetMethod;
        if (method is null)
            return null;

        var step = layout.Step(owner);
        bool bracesEndLines = layout.BracesEndLines(owner);
        var indent = layout.IndentAt(Head(owner));
        var nl = layout.NewLine;
        var inner = isProperty ? indent + step : indent;
        var statement = AsStatement(layout, arrow.Expression, method, isProperty ? step + step : step);
        var text = new System.Text.StringBuilder();
        void Open(string at) => text.Append(bracesEndLines ? " {" : nl + at + "{").Append(nl);
        Open(indent);
        if (isProperty)
        {
            text.Append(inner).Append("get");
            Open(inner);
        }

        text.Append(layout.Lines(inner + step, form.Opening(bracesEndLines, step))).Append(nl);
        text.Append(inner).Append(step).Append(step).Append(statement).Append(nl);
        text.Append(layout.Lines(inner + step, form.Closing(bracesEndLines, step))).Append(nl);
        if (isProperty)
            text.Append(inner).Append('}').Append(nl);
        text.Append(indent).Append('}');
        return new TextChange(TextSpan.FromBounds(before.Span.End, semicolon.Value.Span.End), text.ToString());
    }

    static string AsStatement(Layout layout, ExpressionSyntax expression, IMethodSymbol method, string step)
    {
        var text = layout.Indented(expression.SpanStart, expression.Span.End, step);
        return Returns(method) ? $"return {text};" : $"{text};";
    }

    static string AsStatement(ExpressionSyntax expression, IMethodSymbol method) => Returns(method) ? $"return {expression};" : $"{expression};";

    static bool Returns(IMethodSymbol method) =>
        !method.ReturnsVoid && method.MethodKind != MethodKind.Constructor && method.MethodKind != MethodKind.Destructor
        && !(method.IsAsync && method.ReturnType is INamedTypeSymbol { TypeArguments.Length: 0 });

    static int Head(SyntaxNode owner) => owner switch
    {
        MethodDeclarationSyntax method => method.Identifier.SpanStart,
        PropertyDeclarationSyntax property => property.Identifier.SpanStart,
        IndexerDeclarationSyntax indexer => indexer.ThisKeyword.SpanStart,
        AccessorDeclarationSyntax accessor => accessor.Keyword.SpanStart,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.SpanStart,
        LocalFunctionStatementSyntax local => local.Identifier.SpanStart,
        OperatorDeclarationSyntax op => op.OperatorKeyword.SpanStart,
        _ => owner.SpanStart,
    };

    static bool HasCommentIn(Layout layout, int start, int end)
    {
        foreach (var trivia in layout.Root.DescendantTrivia(TextSpan.FromBounds(start, end)))
        {
            if (trivia.SpanStart >= start && trivia.Span.End <= end && !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia))
                return true;
        }

        return false;
    }

    static SyntaxToken? LastOrDefault(this IEnumerable<SyntaxToken> tokens, SyntaxKind kind)
    {
        SyntaxToken? last = null;
        foreach (var token in tokens)
        {
            if (token.IsKind(kind))
                last = token;
        }

        return last;
    }
}
