using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockCheck.Judgement;

/// <summary>A contract as it stands in the source.</summary>
/// <param name="Owner">Documentation id of the declaration.</param>
/// <param name="OwnerName">The declaration as people name it.</param>
/// <param name="Name">The attribute, without "Attribute".</param>
/// <param name="Arguments">Its arguments, evaluated.</param>
/// <param name="Text">As written.</param>
internal sealed record ContractFact(string Owner, string OwnerName, string Name, string Arguments, bool IsShared, string Text, string Path, int Line);

/// <summary>Reads the contracts that are stated in files.</summary>
internal static class ContractFacts
{
    /// <summary>All of them, in the order of the files.</summary>
    public static ImmutableArray<ContractFact> Read(Compilation compilation, IEnumerable<SyntaxTree> trees, string root, CancellationToken cancellationToken)
    {
        var facts = ImmutableArray.CreateBuilder<ContractFact>();
        foreach (var tree in trees)
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var attribute in tree.GetRoot(cancellationToken).DescendantNodes().OfType<AttributeSyntax>())
            {
                var name = NameOf(attribute);
                if (!Vocabulary.All.Contains(name) || OwnerOf(attribute, model, cancellationToken) is not { } owner)
                    continue;
                var arguments = (attribute.ArgumentList?.Arguments ?? []).Where(a => a.NameEquals is null)
                    .Select(a => model.GetConstantValue(a.Expression, cancellationToken) is { HasValue: true, Value: { } value } ? value.ToString()! : a.Expression.ToString());
                var shared = (attribute.ArgumentList?.Arguments ?? []).Any(a => a is { NameEquals.Name.Identifier.ValueText: "Shared", Expression: LiteralExpressionSyntax { Token.ValueText: "true" } });
                var at = attribute.GetLocation().GetLineSpan();
                facts.Add(new(owner.OriginalDefinition.GetDocumentationCommentId() is { Length: > 0 } id ? id : owner.ToDisplayString(), owner.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat),
                    name, string.Join(", ", arguments), shared, $"[{attribute}]", FindingIdentity.Relative(at.Path, root), at.StartLinePosition.Line + 1));
            }
        }
        return facts.ToImmutable();
    }

    static string NameOf(AttributeSyntax attribute)
    {
        var name = attribute.Name switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => "",
        };
        return name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;
    }

    static ISymbol? OwnerOf(AttributeSyntax attribute, SemanticModel model, CancellationToken cancellationToken) => attribute.Parent?.Parent switch
    {
        BaseFieldDeclarationSyntax field => model.GetDeclaredSymbol(field.Declaration.Variables[0], cancellationToken),
        ParameterSyntax parameter => model.GetDeclaredSymbol(parameter, cancellationToken)?.ContainingSymbol,
        CompilationUnitSyntax or null => null,
        var declaration => model.GetDeclaredSymbol(declaration, cancellationToken),
    };
}
