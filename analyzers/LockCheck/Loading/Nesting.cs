using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Loading;

/// <summary>
/// How deep a source nests. The compiler's parser recurses, and where code nests without end it ends the process: a patch could bring such a file along,
/// so that nothing is said of what else it changes. Only what a change brings is looked at: the rest has been compiled before.
/// </summary>
internal static class Nesting
{
    /// <summary>What is taken. Written by hand, code nests less than 30 deep; made by programs, rarely more than 200.</summary>
    public const int Most = 500;

    // Without a comma, a semicolon or a brace in between: operators and calls in a row nest as well, each in the next. The longest that people write join strings, hundreds of them.
    const int MostInARow = 4000;

    // Without a semicolon in between; they may also stand side by side, as in a long list.
    const int MostInterpolations = 2000;

    /// <summary>Whether a source nests deeper than that.</summary>
    public static bool IsTooDeep(SourceText text)
    {
        var code = text.ToString();
        return IsTooDeepForTheLexer(code) || (code.Length > MostInARow || code.AsSpan().CountAny("([{<") > Most) && IsTooDeepByTokens(code);
    }

    // What is read by recursion before there are tokens: conditions of directives, tags of documentation, strings with holes.
    static bool IsTooDeepForTheLexer(string code)
    {
        int tags = 0, interpolations = 0;
        foreach (var line in code.AsSpan().EnumerateLines())
        {
            var start = line.TrimStart();
            if (start.StartsWith("#", StringComparison.Ordinal) && start.CountAny("(!") > Most)
                return true;
            tags = start.StartsWith("//", StringComparison.Ordinal) || start.StartsWith("/*", StringComparison.Ordinal) || start.StartsWith("*", StringComparison.Ordinal) ? tags + start.Count('<') : start.Contains("/**", StringComparison.Ordinal) ? start.Count('<') : 0;
            foreach (var c in line)
            {
                interpolations = c == ';' ? 0 : c == '$' ? interpolations + 1 : interpolations;
                if (interpolations > MostInterpolations)
                    return true;
            }
            if (tags > MostInterpolations)
                return true;
        }
        return false;
    }

    static bool IsTooDeepByTokens(string code)
    {
        int depth = 0, angles = 0, inARow = 0;
        foreach (var token in SyntaxFactory.ParseTokens(code, options: CSharpParseOptions.Default.WithDocumentationMode(DocumentationMode.None)))
        {
            inARow = token.Kind() is SyntaxKind.CommaToken or SyntaxKind.SemicolonToken or SyntaxKind.OpenBraceToken or SyntaxKind.CloseBraceToken ? 0 : inARow + 1;
            switch (token.Kind())
            {
                case SyntaxKind.OpenBraceToken:
                    (depth, angles) = (depth + 1, 0);
                    break;
                case SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken:
                    depth++;
                    break;
                case SyntaxKind.CloseBraceToken:
                    (depth, angles) = (Math.Max(depth - 1, 0), 0);
                    break;
                case SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken:
                    depth = Math.Max(depth - 1, 0);
                    break;
                case SyntaxKind.LessThanToken:
                    angles++;
                    break;
                case SyntaxKind.GreaterThanToken:
                    angles = Math.Max(angles - 1, 0);
                    break;
                case SyntaxKind.SemicolonToken:
                    angles = 0;
                    break;
            }
            if (depth + angles > Most || inARow > MostInARow)
                return true;
        }
        return false;
    }
}
