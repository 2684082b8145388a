using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Writes contract attributes onto members.</summary>
internal static class ContractEdits
{
    /// <summary>A lock as the argument of an attribute: by <c>nameof</c> where a plain field or property is all of it.</summary>
    /// <param name="text">The lock expression.</param>
    /// <param name="head">What its first name means.</param>
    public static string Spelled(string text, ISymbol? head) =>
        head is IFieldSymbol or IPropertySymbol && head.Name == text ? $"nameof({text})" : $"\"{text.Replace("\"", "\\\"")}\"";

    /// <summary>
    /// The edit that puts attributes, brackets and all, onto the getter of an expression-bodied property, which does not name it; null where the
    /// property has none, or something stands between its parts.
    /// </summary>
    public static TextChange? WithGetter(Layout layout, BasePropertyDeclarationSyntax property, string attributes)
    {
        var (arrow, semicolon) = property switch
        {
            PropertyDeclarationSyntax plain => (plain.ExpressionBody!, plain.SemicolonToken),
            IndexerDeclarationSyntax indexer => (indexer.ExpressionBody!, indexer.SemicolonToken),
            _ => (null!, default),
        };
        if (arrow is null)
            return null;
        int start = arrow.ArrowToken.GetPreviousToken().Span.End;
        var expression = arrow.Expression.Span;
        if (layout.HasDirective(start, semicolon.Span.End) || layout.ToString(start, expression.Start).Trim() != "=>" || !layout.IsBlank(expression.End, semicolon.SpanStart))
            return null;
        return new TextChange(TextSpan.FromBounds(start, semicolon.Span.End), $" {{ {attributes} get => {layout.Text.ToString(expression)}; }}");
    }

    /// <summary>The edit that puts attributes behind those of a member, a line each where the member starts one.</summary>
    public static TextChange Add(Layout layout, SyntaxNode owner, params string[] attributes)
    {
        var lists = Lists(owner);
        int at = lists.Count > 0 ? lists[lists.Count - 1].GetLastToken().GetNextToken().SpanStart : owner.GetFirstToken().SpanStart;
        bool isAlone = layout.StartsLine(at) && !(owner is AccessorDeclarationSyntax && owner.Parent is { } list && layout.LineStart(list.SpanStart) == layout.LineStart(list.Span.End));
        var separator = isAlone ? layout.NewLine + layout.IndentAt(at) : " ";
        return new TextChange(new TextSpan(at, 0), string.Join(separator, attributes) + separator);
    }

    /// <summary>The attributes of a function.</summary>
    public static SyntaxList<AttributeListSyntax> Lists(SyntaxNode owner) => owner switch
    {
        BaseMethodDeclarationSyntax method => method.AttributeLists,
        LocalFunctionStatementSyntax local => local.AttributeLists,
        AccessorDeclarationSyntax accessor => accessor.AttributeLists,
        _ => default,
    };
}
