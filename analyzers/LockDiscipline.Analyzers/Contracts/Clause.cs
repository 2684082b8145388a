using System.Collections.Immutable;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// One statement of a contract, wherever it was written: an attribute in source or metadata, or a clause of a contract file.
/// </summary>
/// <param name="Name">Its name in <see cref="Vocabulary"/>.</param>
/// <param name="Expressions">Its positional strings: mostly lock expressions.</param>
/// <param name="Named">Its named arguments.</param>
/// <param name="Attribute">The attribute it was read from, if it was one.</param>
internal sealed record Clause(
    string Name,
    ImmutableArray<string> Expressions,
    ImmutableDictionary<string, object?> Named,
    AttributeData? Attribute)
{
    const string Suffix = "Attribute";

    /// <summary>Reads an attribute of the vocabulary; null for any other attribute.</summary>
    /// <remarks>
    /// Matched by full name, so that a project may compile its own copy of the attributes; the guarded-by attributes
    /// of other packages are matched by simple name.
    /// </remarks>
    public static Clause? TryRead(AttributeData attribute)
    {
        if (attribute.AttributeClass is not { } type || NameOf(type) is not { } name)
            return null;

        var expressions = ImmutableArray.CreateBuilder<string>();
        var named = ImmutableDictionary<string, object?>.Empty;
        foreach (var argument in attribute.ConstructorArguments)
        {
            if (argument.Kind == TypedConstantKind.Array)
            {
                if (!argument.IsNull)
                {
                    foreach (var element in argument.Values)
                        expressions.Add(element.Value as string ?? "");
                }
            }
            else if (argument.Kind != TypedConstantKind.Error && argument.Value is string text)
            {
                expressions.Add(text);
            }
            else if (argument.Kind == TypedConstantKind.Primitive)
            {
                named = named.SetItem("", argument.Value);
            }
        }

        foreach (var pair in attribute.NamedArguments)
        {
            if (pair.Value.Kind is TypedConstantKind.Primitive or TypedConstantKind.Enum)
                named = named.SetItem(pair.Key, pair.Value.Value);
        }

        return new Clause(name, expressions.ToImmutable(), named, attribute);
    }

    /// <summary>Reads an attribute as written, where the compiler shows no symbol that it stands on; null for one that is not of the vocabulary.</summary>
    public static Clause? TryRead(SemanticModel model, AttributeSyntax attribute, CancellationToken cancel)
    {
        if (model.GetTypeInfo(attribute, cancel).Type is not INamedTypeSymbol type || NameOf(type) is not { } name)
            return null;
        var expressions = ImmutableArray.CreateBuilder<string>();
        var named = ImmutableDictionary<string, object?>.Empty;
        foreach (var argument in attribute.ArgumentList?.Arguments ?? default)
        {
            if (model.GetConstantValue(argument.Expression, cancel) is not { HasValue: true, Value: var value })
                continue;
            if (argument.NameEquals is { } assigned)
                named = named.SetItem(assigned.Name.Identifier.ValueText, value);
            else
                expressions.Add(value as string ?? "");
        }

        return new Clause(name, expressions.ToImmutable(), named, null);
    }

    public bool Flag(string name, bool otherwise) => Named.TryGetValue(name, out var value) && value is bool flag ? flag : otherwise;

    public bool? Flag(string name) => Named.TryGetValue(name, out var value) && value is bool flag ? flag : null;

    public string? Text(string name) => Named.TryGetValue(name, out var value) ? value as string : null;

    static string? NameOf(INamedTypeSymbol type)
    {
        if (!type.Name.EndsWith(Suffix, System.StringComparison.Ordinal))
            return null;
        var name = type.Name.Substring(0, type.Name.Length - Suffix.Length);
        return Vocabulary.All.Contains(name) && (name == Vocabulary.GuardedBy || IsOurs(type)) ? name : null;
    }

    static bool IsOurs(INamedTypeSymbol type) =>
        type.ContainingNamespace is { Name: Vocabulary.Namespace, ContainingNamespace.IsGlobalNamespace: true };
}
