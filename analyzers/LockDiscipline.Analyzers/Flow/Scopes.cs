using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Where the variables and the intermediate values of a body live: what is over where paths meet is not joined there.</summary>
internal sealed class Scopes(ControlFlowGraph graph)
{
    // Most bodies have no paths that meet with different values.
    Dictionary<Term, ControlFlowRegion>? _regions;

    /// <summary>Whether nobody can read a location at a place any more, or not yet.</summary>
    public bool IsOver(Term location, object place)
    {
        // Where a capture stands for a place, that place is kept as a part of it.
        var variable = location is { Kind: TermKind.Element, Left: { Kind: TermKind.Capture } capture } ? capture : location;
        return place is BasicBlock block && variable.Kind is TermKind.Parameter or TermKind.Capture
            && (_regions ??= Regions()).TryGetValue(variable, out var region) && (block.Ordinal < region.FirstBlockOrdinal || block.Ordinal > region.LastBlockOrdinal);
    }

    Dictionary<Term, ControlFlowRegion> Regions()
    {
        var regions = new Dictionary<Term, ControlFlowRegion>();
        Add(regions, graph.Root);
        return regions;
    }

    static void Add(Dictionary<Term, ControlFlowRegion> regions, ControlFlowRegion region)
    {
        foreach (var local in region.Locals)
            regions[Term.Parameter(local)] = region;
        foreach (var capture in region.CaptureIds)
            regions[Term.Capture(capture)] = region;
        foreach (var nested in region.NestedRegions)
            Add(regions, nested);
    }
}
