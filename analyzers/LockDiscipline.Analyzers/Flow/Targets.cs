using System.Collections.Immutable;
using System.Threading;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What is known of the code that a call of an overridable member may run.</summary>
internal enum KnownCode : byte
{
    /// <summary>There is none here: it is for others to write.</summary>
    None,

    /// <summary>None of it takes a lock itself.</summary>
    Free,

    /// <summary>Some of it takes a lock itself, by the names that it mentions.</summary>
    Locks,
}

/// <summary>Finds the code that a call of an interface or virtual member can run, where nobody outside the assembly can add to it.</summary>
/// <remarks>One that a base class lends to an interface it does not know is not found: that errs towards silence.</remarks>
internal static class Targets
{
    /// <summary>More than this, and a call says nothing about what it runs.</summary>
    const int Max = 16;

    /// <summary>The bodies that a call of <paramref name="method"/> may run; empty where there may be others.</summary>
    public static ImmutableArray<IMethodSymbol> Of(FlowHost host, IMethodSymbol method)
    {
        var (cache, cancel) = (host.Cache, host.Cancel);
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

    /// <summary>What the code of this compilation does where it overrides or implements <paramref name="method"/>.</summary>
    public static KnownCode KnownCodeOf(FlowHost host, IMethodSymbol method) => host.Cache.KnownCode.Of(host, method.OriginalDefinition, Search);

    static KnownCode Search(FlowHost host, IMethodSymbol method)
    {
        var (cache, cancel) = (host.Cache, host.Cancel);
        var found = KnownCode.None;
        foreach (var (tree, span) in cache.Names.Named(method.AssociatedSymbol?.Name ?? method.Name))
        {
            var node = tree.GetRoot(cancel).FindNode(span);
            var symbol = cache.Model(tree).GetDeclaredSymbol(node, cancel);
            if (CounterpartOf(symbol, method) is not { IsAbstract: false } candidate || !Runs(candidate, method))
                continue;
            host.Rests.OnCode(candidate);
            if (IsEmpty(node))
                continue;
            if (cache.Names.At(tree, span.Start) is { } names && cache.Names.MentionsLocks(names))
                return KnownCode.Locks;
            found = KnownCode.Free;
        }

        return found;
    }

    // A hook: it has a body only for those who do not want to say anything.
    static bool IsEmpty(SyntaxNode node) => node is Microsoft.CodeAnalysis.CSharp.Syntax.MethodDeclarationSyntax { Body.Statements.Count: 0 };

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
