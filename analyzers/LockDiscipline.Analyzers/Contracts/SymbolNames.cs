using System;
using System.Collections.Generic;
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

    /// <summary>
    /// Whether <paramref name="written"/> is a parameter's type as contract files spell it: the C# keyword or the simple name, with its type
    /// arguments or without, with <c>ref</c>, <c>out</c> or <c>in</c> before it.
    /// </summary>
    public static bool IsParameterType(string written, IParameterSymbol parameter)
    {
        var prefix = parameter.RefKind switch
        {
            RefKind.Ref => "ref ",
            RefKind.Out => "out ",
            RefKind.In => "in ",
            _ => "",
        };
        return written.StartsWith(prefix, StringComparison.Ordinal) && IsType(written.Substring(prefix.Length).Trim(), parameter.Type);
    }

    /// <summary>The types of a list, at its commas; those between angle brackets separate type arguments.</summary>
    public static IEnumerable<string> SplitTypes(string list)
    {
        int start = 0, depth = 0;
        for (int i = 0; i < list.Length; i++)
        {
            depth += list[i] switch { '<' => 1, '>' => -1, _ => 0 };
            if (list[i] != ',' || depth > 0)
                continue;
            yield return list.Substring(start, i - start).Trim();
            start = i + 1;
        }

        yield return list.Substring(start).Trim();
    }

    // Without arguments a generic type's name stands for every one of that name.
    static bool IsType(string written, ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol array)
            return written.EndsWith("[]", StringComparison.Ordinal) && IsType(written.Substring(0, written.Length - 2).TrimEnd(), array.ElementType);
        if (written.EndsWith("?", StringComparison.Ordinal))
        {
            var inner = written.Substring(0, written.Length - 1).TrimEnd();
            return IsType(inner, type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type);
        }

        int open = written.IndexOf('<');
        if (open < 0 || !written.EndsWith(">", StringComparison.Ordinal))
            return written == TypeName(type);
        if (type is not INamedTypeSymbol generic || written.Substring(0, open).TrimEnd() != TypeName(type))
            return false;
        int count = 0;
        foreach (var argument in SplitTypes(written.Substring(open + 1, written.Length - open - 2)))
        {
            if (count >= generic.TypeArguments.Length || !IsType(argument, generic.TypeArguments[count++]))
                return false;
        }

        return count == generic.TypeArguments.Length;
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
