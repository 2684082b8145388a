using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Tells types whose objects need no lock of whoever holds a reference to them.</summary>
internal static class SelfProtection
{
    const int MaxDepth = 3;

    public static bool Of(ContractSet contracts, ITypeSymbol type, int depth = 0)
    {
        if (type.IsValueType || type.SpecialType == SpecialType.System_String || type.TypeKind is TypeKind.Delegate or TypeKind.Enum or TypeKind.Error)
            return true;
        // Nothing can be done to a plain object but to lock it.
        if (type.SpecialType == SpecialType.System_Object || contracts.Traits(type) is not null)
            return true;
        if (IsOfNamespace(type, "Immutable") || IsOfNamespace(type, "Concurrent") || IsOfNamespace(type, "Frozen"))
            return true;
        if (type.TypeKind is not TypeKind.Class || depth > MaxDepth)
            return false;
        bool any = false, isReadOnly = true;
        for (var level = type; level is { SpecialType: not SpecialType.System_Object }; level = level.BaseType!)
        {
            foreach (var member in level.GetMembers())
            {
                if (member is IFieldSymbol or IPropertySymbol && contracts.Of(member) is { } contract && (contract.IsGuarded || !contract.TargetGuardedBy.IsEmpty))
                    return true;
                if (member is IFieldSymbol { IsStatic: false } field)
                {
                    any = true;
                    isReadOnly &= field.IsReadOnly && Of(contracts, field.Type, depth + 1);
                }
            }

            // Fields of types from elsewhere may not be imported.
            if (level.DeclaringSyntaxReferences.IsEmpty)
                return false;
        }

        return any && isReadOnly;
    }

    /// <summary>Whether a lock guards members of such objects.</summary>
    public static bool Guards(ContractSet contracts, ITypeSymbol type)
    {
        for (var level = type; level is { SpecialType: not SpecialType.System_Object }; level = level.BaseType!)
        {
            foreach (var member in level.GetMembers())
            {
                if (member is IFieldSymbol or IPropertySymbol && contracts.Of(member) is { } contract && (contract.IsGuarded || !contract.TargetGuardedBy.IsEmpty))
                    return true;
            }
        }

        return false;
    }

    static bool IsOfNamespace(ITypeSymbol type, string last) =>
        type.ContainingNamespace is { ContainingNamespace: { Name: "Collections", ContainingNamespace.Name: "System" } } space && space.Name == last;
}
