using System.Collections.Immutable;
using System.Text;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK2002: a lock is waited for while one is held that is declared to come after it.</summary>
internal static class LCK2002DeclaredOrder
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK2002",
        RuleDescriptor.Context,
        "Lock order violated",
        "'{0}' is acquired while '{1}' is held, and comes before it in the declared order: {2}",
        "A lock is acquired, here or in a callee, while a lock is held that [AcquiredAfter] or [AcquiredBefore] puts behind it, directly or by way of others.");

    public static Finding? Find(LockEdge edge)
    {
        if (edge.Against.IsEmpty)
            return null;
        var places = OrderRules.PlacesOf(edge, withSite: false);
        foreach (var statement in edge.Against)
        {
            if (statement.Member.Locations is { Length: > 0 } locations && locations[0].IsInSource)
                places = places.Add(locations[0]);
        }

        return new Finding(Rule, Places.Of(edge.Site), ImmutableArray.Create<object>(edge.Taken.Text, edge.Held.Text, Chain(edge.Against)))
        {
            Related = places,
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, edge.Taken.Text).Add(DiagnosticProperties.Held, edge.Held.Text),
        };
    }

    static string Chain(ImmutableArray<Declared> statements)
    {
        var text = new StringBuilder();
        text.Append('\'').Append(statements[0].Before).Append('\'');
        foreach (var statement in statements)
            text.Append(", then '").Append(statement.After).Append('\'');
        return text.ToString();
    }
}
