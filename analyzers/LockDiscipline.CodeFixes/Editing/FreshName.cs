using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>Names for new locals that nothing in the member uses.</summary>
internal static class FreshName
{
    /// <summary><paramref name="wish"/>, with a number behind it where it is taken.</summary>
    public static string Of(FixSite site, int position, string wish)
    {
        var taken = new HashSet<string>();
        foreach (var symbol in site.Model.LookupSymbols(position))
        {
            if (symbol is ILocalSymbol or IParameterSymbol or IRangeVariableSymbol or IMethodSymbol { MethodKind: MethodKind.LocalFunction })
                taken.Add(symbol.Name);
        }

        var token = site.Root.FindToken(position);
        var member = token.Parent?.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        SyntaxNode scope = member is null or GlobalStatementSyntax ? site.Root : member;
        foreach (var inner in scope.DescendantTokens())
        {
            if (inner.IsKind(SyntaxKind.IdentifierToken))
                taken.Add(inner.ValueText);
        }

        var name = wish;
        for (int i = 2; taken.Contains(name); i++)
            name = wish + i;
        return name;
    }
}
