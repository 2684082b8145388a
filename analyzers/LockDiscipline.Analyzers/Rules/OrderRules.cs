using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using LockDiscipline.Analyzers.Order;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>Runs the rules about lock order over the edges of one member.</summary>
internal sealed class OrderRules(FlowHost host, EdgeIndex index, bool isLive)
{
    public FlowHost Host { get; } = host;

    /// <summary>Finds the cycles.</summary>
    public CycleSearch Cycles { get; } = new(host, index);

    /// <summary>
    /// Whether another edge speaks for both. In a build, that of all which comes first by path and position; in an editor, which asks about one document and shows what stands in it,
    /// the first in the same document.
    /// </summary>
    public bool SpeaksFor(LockEdge other, LockEdge edge) => other.CompareTo(edge) < 0 && (!isLive || other.Site.SyntaxTree == edge.Site.SyntaxTree);

    /// <summary>Reports what the edges of a member show, one finding for each rule at a place.</summary>
    public void Report(ImmutableArray<LockEdge> edges, Action<Finding> report)
    {
        Cycles.Prepare(edges);
        var told = new HashSet<(SyntaxNode, string)>();
        foreach (var edge in edges)
        {
            var finding = LCK2002DeclaredOrder.Find(edge) ?? LCK2005WaitsForReaders.Find(this, edge) ?? LCK2003OrderCycle.Find(this, edge);
            if (finding is not null && told.Add((edge.Site, finding.Rule.Id)))
                report(finding);
        }
    }

    /// <summary>The places that show an edge: where the first lock is taken, then where the second is.</summary>
    public static ImmutableArray<Location> PlacesOf(LockEdge edge, bool withSite)
    {
        var places = ImmutableArray<Location>.Empty;
        if (edge.Held.Site is { } held && held != edge.Site)
            places = places.Add(Places.Of(held));
        return withSite ? places.Add(Places.Of(edge.Site)) : places;
    }

    /// <summary>The member that a body belongs to, for people.</summary>
    public static string NameOf(ISymbol owner)
    {
        while (owner is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction })
            owner = owner.ContainingSymbol;
        return owner switch
        {
            IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.Destructor } => owner.ContainingType.Name,
            IMethodSymbol { AssociatedSymbol: { } member } => member.Name,
            IMethodSymbol { Name: "<Main>$" } => "Main",
            _ => owner.Name,
        };
    }
}
