using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>Finds what statements declare and code behind them uses.</summary>
internal static class DeclaredUses
{
    /// <summary>The run widened until nothing behind it uses what it declares.</summary>
    public static StatementRun Widened(FixSite site, StatementRun run)
    {
        if (run.IsEmbedded)
            return run;
        var declared = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        int last = run.FirstIndex - 1;
        int end = run.LastIndex;
        while (last < end)
        {
            last++;
            Collect(site, run.Siblings[last], declared);
            if (last == end && declared.Count > 0)
                end = LastUse(site, run, end, declared);
        }

        return run.To(run.FirstIndex, end);
    }

    /// <summary>The declared variables stay visible behind the block: a declaration is split into one before it and an assignment.</summary>
    /// <returns>The declaration and the assignment; null where that cannot be written.</returns>
    public static (string Declaration, string Assignment)? Split(FixSite site, StatementSyntax statement)
    {
        if (statement is not LocalDeclarationStatementSyntax { Declaration: { Variables: { Count: 1 } variables } declaration } local
            || !local.UsingKeyword.IsKind(SyntaxKind.None) || !local.AwaitKeyword.IsKind(SyntaxKind.None) || local.IsConst
            || declaration.Type is RefTypeSyntax || variables[0] is not { Initializer.Value: { } value } variable
            || value is RefExpressionSyntax or InitializerExpressionSyntax
            || site.Model.GetDeclaredSymbol(variable, site.CancellationToken) is not ILocalSymbol { Type: { } type })
        {
            return null;
        }

        if (type is IErrorTypeSymbol || type.IsAnonymousType)
            return null;
        var name = declaration.Type.IsVar
            ? type.ToMinimalDisplayString(site.Model, statement.SpanStart)
            : declaration.Type.ToString();
        var head = site.Layout.ToString(variable.Identifier.SpanStart, statement.Span.End);
        return ($"{name} {variable.Identifier.Text};", head);
    }

    static void Collect(FixSite site, StatementSyntax statement, HashSet<ISymbol> declared)
    {
        foreach (var node in StatementRun.OwnNodes(statement))
        {
            var symbol = node switch
            {
                VariableDeclaratorSyntax or SingleVariableDesignationSyntax or LocalFunctionStatementSyntax => site.Model.GetDeclaredSymbol(node, site.CancellationToken),
                _ => null,
            };
            if (symbol is ILocalSymbol or IMethodSymbol)
                declared.Add(symbol);
        }
    }

    static int LastUse(FixSite site, StatementRun run, int from, HashSet<ISymbol> declared)
    {
        for (int i = run.Siblings.Count - 1; i > from; i--)
        {
            foreach (var node in run.Siblings[i].DescendantNodes())
            {
                if (node is IdentifierNameSyntax name && site.Symbol(name) is { } symbol && declared.Contains(symbol))
                    return i;
            }
        }

        return from;
    }
}
