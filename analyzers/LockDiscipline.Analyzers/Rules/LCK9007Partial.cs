using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK9007: a bound of the analysis was hit in a body. Never silently.</summary>
internal static class LCK9007Partial
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Suggestion(
        "LCK9007",
        RuleDescriptor.Contracts,
        "Analysed in part",
        "'{0}' is analysed in part: {1}",
        "The body is larger or more tangled than the analysis follows. What it could not decide it passes over in silence.");

    /// <summary>The finding in a member that was not looked at.</summary>
    public static Finding OfTooDeep(SyntaxNode node) =>
        new(Rule, NameOf(node).GetLocation(), ImmutableArray.Create<object>(NameOf(node).ValueText, "it is nested too deep"));

    static SyntaxToken NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier,
        ConstructorDeclarationSyntax constructor => constructor.Identifier,
        AccessorDeclarationSyntax accessor => accessor.Keyword,
        _ => node.GetFirstToken(),
    };

    public static Finding Create(Body body, string why) =>
        new(Rule, body.Owner.Locations.Length > 0 ? body.Owner.Locations[0] : body.Graph.OriginalOperation.Syntax.GetLocation(), ImmutableArray.Create<object>(body.Owner.Name, why));
}
