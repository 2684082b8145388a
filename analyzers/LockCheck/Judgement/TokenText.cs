using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LockCheck.Judgement;

/// <summary>Code as its tokens, so that layout and comments make no difference.</summary>
internal static class TokenText
{
    /// <summary>The tokens of a node, each followed by a space.</summary>
    public static string Of(SyntaxNode node)
    {
        var text = new StringBuilder();
        foreach (var token in node.DescendantTokens())
            text.Append(token.Text).Append(' ');
        return text.ToString();
    }

    /// <summary>The same with each name replaced by a number, in the order of first use: equal for code that differs in names only.</summary>
    public static string ShapeOf(SyntaxNode node)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var token in node.DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken))
                text.Append('#').Append(Number(names, token.ValueText).ToString(CultureInfo.InvariantCulture));
            else
                text.Append(token.Text);
            text.Append(' ');
        }
        return text.ToString();
    }

    static int Number(Dictionary<string, int> names, string name)
    {
        if (!names.TryGetValue(name, out var number))
            names.Add(name, number = names.Count);
        return number;
    }

    /// <summary>How often one token text occurs in another.</summary>
    public static int Count(string text, string part)
    {
        if (part.Length == 0)
            return 0;
        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
        {
            // Not in the middle of a token.
            if (at == 0 || text[at - 1] == ' ')
                count++;
        }
        return count;
    }
}
