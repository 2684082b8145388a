using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Finds the interface members that a member implements.</summary>
internal static class Implementations
{
    public static IEnumerable<ISymbol> Of(ISymbol member)
    {
        if (member.ContainingType is not { TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface } type)
            yield break;
        switch (member)
        {
            case IMethodSymbol { ExplicitInterfaceImplementations.IsEmpty: false } method:
                foreach (var implemented in method.ExplicitInterfaceImplementations)
                    yield return implemented;
                yield break;
            case IPropertySymbol { ExplicitInterfaceImplementations.IsEmpty: false } property:
                foreach (var implemented in property.ExplicitInterfaceImplementations)
                    yield return implemented;
                yield break;
        }

        // An interface implements the members of another by name only.
        if (type.TypeKind == TypeKind.Interface || member.DeclaredAccessibility != Accessibility.Public)
            yield break;
        foreach (var contract in type.AllInterfaces)
        {
            foreach (var candidate in contract.GetMembers(member.Name))
            {
                if (candidate.Kind == member.Kind && SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(candidate), member))
                    yield return candidate;
            }
        }
    }
}
