using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// Gives a member one symbol, however it is reached: an override is what it overrides, a property that implements an
/// interface's is the interface's. Lives with its compilation; thread-safe.
/// </summary>
internal sealed class SymbolCanon
{
    readonly ConcurrentDictionary<ISymbol, ISymbol> _canonical = new(SymbolEqualityComparer.Default);

    /// <summary>The path of <paramref name="member"/> of <paramref name="owner"/>; the owner of a static does not matter.</summary>
    public Term Path(Term owner, ISymbol member) =>
        member.IsStatic ? Term.Static(member) : Term.Member(owner, Of(member));

    ISymbol Of(ISymbol member)
    {
        // An element of a tuple is the same by whatever name.
        var definition = (member is IFieldSymbol { CorrespondingTupleField: { } unnamed } ? unnamed : member).OriginalDefinition;
        return definition is IPropertySymbol property ? _canonical.GetOrAdd(property, static p => Canonical((IPropertySymbol)p)) : definition;
    }

    static ISymbol Canonical(IPropertySymbol property)
    {
        while (property.OverriddenProperty is { } overridden)
            property = overridden.OriginalDefinition;
        if (property.ContainingType is not { TypeKind: TypeKind.Class or TypeKind.Struct } type)
            return property;
        foreach (var contract in type.AllInterfaces)
        {
            foreach (var member in contract.GetMembers(property.Name))
            {
                if (member is IPropertySymbol candidate
                    && SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(candidate), property))
                {
                    return candidate.OriginalDefinition;
                }
            }
        }

        return property;
    }
}
