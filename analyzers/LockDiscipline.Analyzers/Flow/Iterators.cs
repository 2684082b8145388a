using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Tells iterators by their code: it runs step by step, when what they return is read.</summary>
/// <remarks>Found once for a declaration, which never changes. Thread-safe.</remarks>
internal static class Iterators
{
    static readonly ConditionalWeakTable<SyntaxNode, object> s_known = new();
    static readonly object s_yes = new();
    static readonly object s_no = new();

    public static bool Is(FlowHost host, IMethodSymbol method)
    {
        method = method.PartialImplementationPart ?? method;
        host.Rests.OnCode(method);
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (ReferenceEquals(s_known.GetValue(reference.GetSyntax(host.Cancel), static node => Yields(node) ? s_yes : s_no), s_yes))
                return true;
        }

        return false;
    }

    // What is declared within has a life of its own.
    static bool Yields(SyntaxNode declaration)
    {
        foreach (var node in declaration.DescendantNodes(inner => inner == declaration || inner is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or ExpressionSyntax)))
        {
            if (node.IsKind(SyntaxKind.YieldReturnStatement) || node.IsKind(SyntaxKind.YieldBreakStatement))
                return true;
        }

        return false;
    }
}
