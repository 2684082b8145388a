using System.Collections.Immutable;
using System.Text;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK2003: places that take the same locks in orders which do not fit together, so that each may wait for the next.</summary>
internal static class LCK2003OrderCycle
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK2003",
        RuleDescriptor.Context,
        "Lock order cycle",
        "Lock order cycle: {0}",
        "Each of two or more places holds a lock that the next one waits for. Reported once for each shortest cycle, with every place in it.");

    public static Finding? Find(OrderRules rules, LockEdge edge)
    {
        if (edge.Taken.Mode is null)
            return null;
        var cycle = rules.Cycles.Shortest(edge);
        // A place that is a cycle by itself is told; of places that do the same within a longer one, the first.
        if (cycle.IsEmpty || (cycle.Length > 1 && rules.Cycles.Earlier(edge) is { } earlier && rules.SpeaksFor(earlier, edge)))
            return null;
        foreach (var other in cycle)
        {
            // A cycle through a wait for readers is told at that wait (LCK2005); any other one at its first edge.
            if (other.Taken.Mode is null || rules.SpeaksFor(other, edge))
                return null;
        }

        var places = OrderRules.PlacesOf(edge, withSite: false);
        for (int i = 1; i < cycle.Length; i++)
            places = places.AddRange(OrderRules.PlacesOf(cycle[i], withSite: true));
        return new Finding(Rule, Places.Of(edge.Site), ImmutableArray.Create<object>(Words(cycle)))
        {
            Severity = IsCertain(rules, cycle) ? null : DiagnosticSeverity.Info,
            Related = places,
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, edge.Taken.Text).Add(DiagnosticProperties.Held, edge.Held.Text),
        };
    }

    // A lock that an object was given may be the very one that it is said to be waited for under; and of two objects of one type, of which one has no name here, only the run
    // knows how they are related.
    static bool IsCertain(OrderRules rules, ImmutableArray<LockEdge> cycle)
    {
        foreach (var edge in cycle)
        {
            if (GivenLocks.Is(rules.Host, edge.Held.Path) || GivenLocks.Is(rules.Host, edge.Taken.Path) || IsOfAnother(edge))
                return false;
        }

        return true;
    }

    // What a callee locks of an object that it picked itself is known by its class only.
    static bool IsOfAnother(LockEdge edge) =>
        edge.Taken.Path.Kind == TermKind.Site && !edge.Taken.Class.IsStatic && edge.Taken.Class.Key is { ContainingType: { } type } and not ITypeSymbol
        && SymbolEqualityComparer.Default.Equals(type, edge.Held.Class.Key.ContainingType);

    static string Words(ImmutableArray<LockEdge> cycle)
    {
        var first = cycle[0];
        if (first.Held.Path.Equals(first.Taken.Path))
            return $"'{first.Held.Text}' is held in '{OrderRules.NameOf(first.Owner)}' while it waits for another thread that takes it";
        if (first.Held.Class.Matches(first.Taken.Class))
        {
            return cycle.Length == 1
                ? $"'{first.Held.Class}' of two objects, '{first.Held.Text}' and '{first.Taken.Text}', in an order that nothing decides"
                : $"'{first.Held.Class}' of two objects, by '{OrderRules.NameOf(first.Owner)}' in one order and by '{OrderRules.NameOf(cycle[1].Owner)}' in the other";
        }

        var words = new StringBuilder();
        foreach (var edge in cycle)
        {
            if (words.Length > 0)
                words.Append("; ");
            words.Append('\'').Append(edge.Held.Class).Append("' then '").Append(edge.Taken.Class).Append("' in '").Append(OrderRules.NameOf(edge.Owner)).Append('\'');
        }

        return words.ToString();
    }
}
