using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>Attributes as they are written: their names, and where they stand.</summary>
internal static class AttributeSyntaxes
{
    const string Suffix = "Attribute";

    /// <summary>The name as in the vocabulary: without qualifiers and without the suffix.</summary>
    public static string NameOf(AttributeSyntax attribute)
    {
        var text = attribute.Name switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => "",
        };
        return text.EndsWith(Suffix, StringComparison.Ordinal) ? text.Substring(0, text.Length - Suffix.Length) : text;
    }

    /// <summary>Whether a member, an accessor or a parameter of it has any attribute at all. Allocates nothing.</summary>
    public static bool HasAny(MemberDeclarationSyntax member)
    {
        if (member.AttributeLists.Count > 0)
            return true;
        foreach (var parameter in ParametersOf(member)?.Parameters ?? default)
        {
            if (parameter.AttributeLists.Count > 0)
                return true;
        }

        foreach (var accessor in (member as BasePropertyDeclarationSyntax)?.AccessorList?.Accessors ?? default)
        {
            if (accessor.AttributeLists.Count > 0)
                return true;
        }

        return false;
    }

    /// <summary>The attributes on a member, its accessors and its parameters, in the order of the source.</summary>
    public static IEnumerable<AttributeSyntax> On(MemberDeclarationSyntax member)
    {
        foreach (var attribute in In(member.AttributeLists))
            yield return attribute;
        foreach (var parameter in ParametersOf(member)?.Parameters ?? default)
        {
            foreach (var attribute in In(parameter.AttributeLists))
                yield return attribute;
        }

        foreach (var accessor in (member as BasePropertyDeclarationSyntax)?.AccessorList?.Accessors ?? default)
        {
            foreach (var attribute in In(accessor.AttributeLists))
                yield return attribute;
        }
    }

    static IEnumerable<AttributeSyntax> In(Microsoft.CodeAnalysis.SyntaxList<AttributeListSyntax> lists)
    {
        foreach (var list in lists)
        {
            foreach (var attribute in list.Attributes)
                yield return attribute;
        }
    }

    static BaseParameterListSyntax? ParametersOf(MemberDeclarationSyntax member) => member switch
    {
        BaseMethodDeclarationSyntax method => method.ParameterList,
        IndexerDeclarationSyntax indexer => indexer.ParameterList,
        _ => null,
    };
}
