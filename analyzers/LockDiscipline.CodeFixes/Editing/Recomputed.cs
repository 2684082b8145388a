using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>What a variable was computed from, where the same can be computed once more at another place.</summary>
internal static class Recomputed
{
    /// <summary>
    /// The expression that is all the variable ever holds, made of <paramref name="member"/>, constants, and variables that keep their value, by operators
    /// alone; null where it is anything else.
    /// </summary>
    /// <remarks>Variables in it that were computed from the member themselves are written out.</remarks>
    public static string? From(FixSite site, SyntaxNode function, ILocalSymbol variable, string member) => From(site, function, variable, member, 4);

    static string? From(FixSite site, SyntaxNode function, ILocalSymbol variable, string member, int depth)
    {
        ExpressionSyntax? found = null;
        foreach (var node in function.DescendantNodes())
        {
            var value = node switch
            {
                VariableDeclaratorSyntax declarator when declarator.Identifier.ValueText == variable.Name => declarator.Initializer?.Value,
                _ when IsWriteOf(node, variable.Name) => node is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } plain ? plain.Right : node as ExpressionSyntax,
                _ => null,
            };
            if (value is null)
                continue;
            if (found is not null)
                return null;
            found = value;
        }

        if (found is null || depth == 0)
            return null;
        var inner = new List<TextChange>();
        bool reads = false;
        return IsPlain(found, ref reads) && reads ? SourceText.From(found.ToString()).WithChanges(inner).ToString() : null;

        bool IsPlain(ExpressionSyntax expression, ref bool reads)
        {
            if (expression.ToString() == member)
                return reads = true;
            switch (expression)
            {
                case LiteralExpressionSyntax:
                    return true;
                case ParenthesizedExpressionSyntax parenthesized:
                    return IsPlain(parenthesized.Expression, ref reads);
                case CastExpressionSyntax cast:
                    return IsPlain(cast.Expression, ref reads);
                case PrefixUnaryExpressionSyntax unary when !unary.IsKind(SyntaxKind.PreIncrementExpression) && !unary.IsKind(SyntaxKind.PreDecrementExpression):
                    return IsPlain(unary.Operand, ref reads);
                case BinaryExpressionSyntax binary:
                    return IsPlain(binary.Left, ref reads) && IsPlain(binary.Right, ref reads);
                case IdentifierNameSyntax name when site.Symbol(name) is ILocalSymbol local && From(site, function, local, member, depth - 1) is { } computed:
                    inner.Add(new TextChange(new TextSpan(name.SpanStart - found.SpanStart, name.Span.Length), Operand(computed, member)));
                    return reads = true;
                case IdentifierNameSyntax name:
                    return Keeps(site, function, name);
                default:
                    return false;
            }
        }
    }

    /// <summary>The text as a part of a greater expression.</summary>
    public static string Operand(string computed, string member) => computed == member ? member : $"({computed})";

    // A constant, or a variable that is given its value once.
    static bool Keeps(FixSite site, SyntaxNode function, IdentifierNameSyntax name)
    {
        if (site.Symbol(name) is IFieldSymbol { IsConst: true })
            return true;
        if (site.Symbol(name) is not (ILocalSymbol or IParameterSymbol { RefKind: RefKind.None }))
            return false;
        foreach (var node in function.DescendantNodes())
        {
            if (IsWriteOf(node, name.Identifier.ValueText))
                return false;
        }

        return true;
    }

    static bool IsWriteOf(SyntaxNode node, string name) => node switch
    {
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } => left.Identifier.ValueText == name,
        PostfixUnaryExpressionSyntax { Operand: IdentifierNameSyntax counted } => counted.Identifier.ValueText == name,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression, Operand: IdentifierNameSyntax counted } => counted.Identifier.ValueText == name,
        ArgumentSyntax { RefKindKeyword.RawKind: not 0, Expression: IdentifierNameSyntax passed } => passed.Identifier.ValueText == name,
        _ => false,
    };
}
