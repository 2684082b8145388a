using System.Text;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>The spellings of symbols in contract files.</summary>
internal static class SymbolNames
{
    /// <summary>Namespace, types joined by <c>+</c> with arity, and the member's name; <c>..ctor</c> for constructors.</summary>
    public static string FullName(ISymbol symbol)
    {
        var builder = new StringBuilder();
        if (symbol is not INamedTypeSymbol type)
        {
            Append(builder, symbol.ContainingType);
            builder.Append('.').Append(symbol is IPropertySymbol { IsIndexer: true } ? "Item" : symbol.Name);
        }
        else
        {
            Append(builder, type);
        }

        return builder.ToString();
    }

    /// <summary>A parameter's type as contract files spell it: the C# keyword or the simple name, with <c>ref</c>, <c>out</c> or <c>in</c> before it.</summary>
    public static string ParameterType(IParameterSymbol parameter)
    {
        var prefix = parameter.RefKind switch
        {
            RefKind.Ref => "ref ",
            RefKind.Out => "out ",
            RefKind.In => "in ",
            _ => "",
        };
        return prefix + TypeName(parameter.Type);
    }

    static string TypeName(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => TypeName(array.ElementType) + "[]",
        _ => type.SpecialType switch
        {
            SpecialType.System_Object => "object",
            SpecialType.System_Boolean => "bool",
            SpecialType.System_Int32 => "int",
            SpecialType.System_Int64 => "long",
            SpecialType.System_String => "string",
            _ => type.Name,
        },
    };

    static void Append(StringBuilder builder, INamedTypeSymbol? type)
    {
        if (type is null)
            return;
        if (type.ContainingType is { } outer)
        {
            Append(builder, outer);
            builder.Append('+');
        }
        else if (type.ContainingNamespace is { IsGlobalNamespace: false } space)
        {
            Append(builder, space);
            builder.Append('.');
        }

        builder.Append(type.MetadataName);
    }

    static void Append(StringBuilder builder, INamespaceSymbol space)
    {
        if (space.ContainingNamespace is { IsGlobalNamespace: false } outer)
        {
            Append(builder, outer);
            builder.Append('.');
        }

        builder.Append(space.Name);
    }
}
