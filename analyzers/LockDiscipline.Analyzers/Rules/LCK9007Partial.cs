using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

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

    public static Finding Create(Body body, string why) =>
        new(Rule, body.Owner.Locations.Length > 0 ? body.Owner.Locations[0] : body.Graph.OriginalOperation.Syntax.GetLocation(), ImmutableArray.Create<object>(body.Owner.Name, why));
}
