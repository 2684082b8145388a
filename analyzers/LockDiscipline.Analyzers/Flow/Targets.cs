using System.Collections.Immutable;
using System.Threading;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Finds the code that a call of an interface or virtual member can run, where nobody outside the assembly can add to it.</summary>
/// <remarks>One that a base class lends to an interface it does not know is not found: that errs towards silence.</remarks>
internal static class Targets
{
    /// <summary>More than this, and a call says nothing about what it runs.</summary>
    const int Max = 16;

    /// <summary>The bodies that a call of <paramref name="method"/> may run; empty where there may be others.</summary>
    public static ImmutableArray<IMethodSymbol> Of(FlowCache cache, IMethodSymbol method, CancellationToken cancel)
    {
        method = method.OriginalDefinition;
        if (!IsClosed(method))
            return ImmutableArray<IMethodSymbol>.Empty;
        var found = ImmutableArray.CreateBuilder<IMethodSymbol>();
        foreach (var (tree, span) in cache.Names.Named(method.AssociatedSymbol?.Name ?? method.Name))
        {
            var symbol = cache.Model(tree).GetDeclaredSymbol(tree.GetRoot(cancel).FindNode(span), cancel);
            if (CounterpartOf(symbol, method) is not { IsAbstract: false } candidate || found.Contains(candidate) || !Runs(candidate, method))
                continue;
            if (found.Count == Max)
                return ImmutableArray<IMethodSymbol>.Empty;
            found.Add(candidate);
        }

        return found.ToImmutable();
    }

    static bool IsClosed(IMethodSymbol method)
    {
        if (method.ContainingType is not { } type || method.IsStatic)
            return false;
        if (type.TypeKind == TypeKind.Interface)
            return !Visibility.IsVisible(type);
        if (!method.IsVirtual && !method.IsAbstract && !method.IsOverride)
            return false;
        if (!Visibility.IsVisible(method))
            return true;
        foreach (var constructor in type.InstanceConstructors)
        {
            if (constructor.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal)
                return false;
        }

        return true;
    }

    static IMethodSymbol? CounterpartOf(ISymbol? symbol, IMethodSymbol method) => symbol switch
    {
        IMethodSymbol own => own.OriginalDefinition,
        IPropertySymbol property when method.MethodKind == MethodKind.PropertyGet => property.GetMethod?.OriginalDefinition,
        IPropertySymbol property when method.MethodKind == MethodKind.PropertySet => property.SetMethod?.OriginalDefinition,
        _ => null,
    };

    static bool Runs(IMethodSymbol candidate, IMethodSymbol method)
    {
        for (var level = candidate; level is not null; level = level.OverriddenMethod?.OriginalDefinition)
        {
            if (SymbolEqualityComparer.Default.Equals(level, method))
                return true;
        }

        if (method.ContainingType.TypeKind != TypeKind.Interface)
            return false;
        foreach (var implemented in Implementations.Of(candidate.AssociatedSymbol ?? candidate))
        {
            if (SymbolEqualityComparer.Default.Equals(implemented.OriginalDefinition, method.AssociatedSymbol ?? method))
                return true;
        }

        return false;
    }
}
