using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>The types of values, as far as their names tell.</summary>
internal static class NumberTypes
{
    /// <summary>The type of a value; null where its name does not tell.</summary>
    public static ITypeSymbol? Of(Term value)
    {
        // A value at a place where paths meet is one of that variable.
        while (value.Kind is TermKind.Phi or TermKind.Stale)
            value = value.Left!;
        return value.Symbol switch
        {
            ILocalSymbol local => local.Type,
            IParameterSymbol parameter => parameter.Type,
            IFieldSymbol field => field.Type,
            IPropertySymbol property => property.Type,
            _ => value.Kind == TermKind.Site ? (value.Value as IOperation)?.Type : null,
        };
    }

    public static bool IsUnsigned(ITypeSymbol? type) =>
        type?.SpecialType is SpecialType.System_Byte or SpecialType.System_UInt16 or SpecialType.System_UInt32 or SpecialType.System_UInt64 or SpecialType.System_UIntPtr;

    /// <summary>Whether numbers below zero are told apart from those above: not so in enumerations, whose values are names. What is not known counts as signed.</summary>
    public static bool IsSigned(Term value) => Of(value) is not { } type || !(type.TypeKind == TypeKind.Enum || IsUnsigned(type));
}
