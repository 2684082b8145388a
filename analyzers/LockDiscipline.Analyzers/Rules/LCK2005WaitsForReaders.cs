using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK2005: a wait for every hold of a lock to end, inside such a hold or under a lock that such a hold waits for.</summary>
internal static class LCK2005WaitsForReaders
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK2005",
        RuleDescriptor.Context,
        "Waits for readers inside a read section",
        "This waits until every hold of '{0}' has ended, {1}",
        "A [WaitsFor] method is called inside a hold of the lock that it waits for, or under a lock that is also taken inside such a hold: it waits for itself, or for one who waits for it.");

    public static Finding? Find(OrderRules rules, LockEdge edge)
    {
        if (edge.Taken.Mode is not null || edge.IsByOther)
            return null;
        if (edge.Held.Path.Equals(edge.Taken.Path))
            return Create(edge, OrderRules.PlacesOf(edge, withSite: false), "and this path is inside one");
        var cycle = rules.Cycles.Shortest(edge);
        if (cycle.IsEmpty)
            return null;
        var places = OrderRules.PlacesOf(edge, withSite: false);
        for (int i = 1; i < cycle.Length; i++)
            places = places.AddRange(OrderRules.PlacesOf(cycle[i], withSite: true));
        var last = cycle[cycle.Length - 1];
        var why = cycle.Length == 2
            ? $"and '{edge.Held.Text}', held here, is taken inside one in '{OrderRules.NameOf(last.Owner)}'"
            : $"and '{edge.Held.Text}', held here, is waited for by one who is inside one, by way of '{OrderRules.NameOf(last.Owner)}'";
        return Create(edge, places, why);
    }

    static Finding Create(LockEdge edge, ImmutableArray<Location> places, string why) =>
        new(Rule, Places.Of(edge.Site), ImmutableArray.Create<object>(edge.Taken.Text, why))
        {
            Related = places,
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, edge.Taken.Text).Add(DiagnosticProperties.Held, edge.Held.Text),
        };
}
