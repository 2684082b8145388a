using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Effective accessibility: whether code outside the assembly can name a member.</summary>
internal static class Visibility
{
    public static bool IsVisible(ISymbol member)
    {
        if (member is IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction })
            return false;
        if (member is IMethodSymbol { ExplicitInterfaceImplementations.IsEmpty: false })
            return true;
        for (ISymbol? symbol = member; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal)
                return false;
        }

        return true;
    }
}
