using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Order;

/// <summary>An edge of the lock order without its details: the ids of the last members or types of both locks.</summary>
internal readonly record struct KeyEdge(string Held, string Taken);

/// <summary>The edges of one member in that form.</summary>
/// <param name="Edges">Those that can be part of a cycle, each once.</param>
/// <param name="MayTellAlone">There are others, which may say something by themselves.</param>
internal sealed record KeptEdges(ImmutableArray<KeyEdge> Edges, bool MayTellAlone);

/// <summary>
/// The lock order by ids alone, which outlives a compilation: where it has no way round, the order has no cycle, and only members that were changed have to be solved.
/// </summary>
/// <remarks>Lives with the compilation; thread-safe.</remarks>
internal sealed class KeyOrder
{
    static readonly Kept<KeptEdges> s_edges = new();
    static readonly KeptAnswers<ImmutableArray<string>?> s_next = new();

    // By the lock that is held.
    readonly ConcurrentDictionary<FunctionNames, (ILookup<string, string> Edges, Rests Rests)> _edges = new();
    readonly EdgeIndex _index;
    readonly KeyKnots _knots;

    /// <param name="index">Gives the edges of members.</param>
    public KeyOrder(EdgeIndex index)
    {
        _index = index;
        _knots = new KeyKnots((host, id) => s_next.Of(host, id, Next, IsFinal), IsFinal);
    }

    bool IsFinal() => !_index.IsCutShort;

    /// <summary>Whether some way may lead from the lock that is taken back to the one that is held; true where ids cannot tell.</summary>
    public bool MayReturn(FlowHost host, LockEdge edge) =>
        CycleSearch.MayBePart(edge) && (IdOf(edge.Held.Class) is not { } held || IdOf(edge.Taken.Class) is not { } taken || MayReturn(host, new KeyEdge(held, taken)));

    /// <summary>Whether the edges that a member had before the last edit are its edges still, and say nothing: none is part of a cycle, or tells anything else.</summary>
    /// <param name="host">Who asks, and rests on the answer.</param>
    /// <param name="function">The member.</param>
    public bool IsSilent(FlowHost host, FunctionNames function)
    {
        var rests = new Rests(function);
        if (!s_edges.TryGet(host, function, rests, out var kept) || kept.MayTellAlone)
            return false;
        host.Rests.On(rests);
        foreach (var edge in kept.Edges)
        {
            if (edge.Taken.Length == 0 || MayReturn(host, edge))
                return false;
        }

        return true;
    }

    // The edge itself leads from the one that is held to the other, unless it is that of a member that counts for nothing.
    bool MayReturn(FlowHost host, KeyEdge edge)
    {
        var (held, taken) = (_knots.Of(host, edge.Held), _knots.Of(host, edge.Taken));
        return taken.IsUnclear || taken.Knot == held.Knot || (!held.Followers.Contains(edge.Taken) && _knots.Leads(host, edge.Taken, edge.Held));
    }

    /// <summary>Keeps what the edges of a member say by ids.</summary>
    public static void Keep(FlowHost host, FunctionNames function, FoundEdges found) => s_edges.Add(host, function, ByIds(found.Edges), found.Rests);

    // The locks that are waited for while the lock of that id is held; null where that cannot be told.
    ImmutableArray<string>? Next(FlowHost host, string id)
    {
        if (DocumentationCommentId.GetFirstSymbolForDeclarationId(id, host.Contracts.Compilation) is not { } key)
            return null;
        var next = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (tree, function) in _index.Holders(host, key))
            next.UnionWith(Of(host, tree, function)[id]);
        return next.Contains("") ? null : next.ToImmutableArray();
    }

    ILookup<string, string> Of(FlowHost host, SyntaxTree tree, FunctionNames function)
    {
        if (!_edges.TryGetValue(function, out var known))
        {
            var rests = new Rests(function);
            if (!s_edges.TryGet(host, function, rests, out var kept))
            {
                var found = _index.Of(host, tree, function);
                (kept, rests) = (ByIds(found.Edges), found.Rests);
            }

            known = (kept.Edges.ToLookup(static edge => edge.Held, static edge => edge.Taken, StringComparer.Ordinal), rests);
            if (IsFinal())
                known = _edges.GetOrAdd(function, known);
        }

        host.Rests.On(known.Rests);
        return known.Edges;
    }

    static KeptEdges ByIds(ImmutableArray<LockEdge> edges)
    {
        bool mayTellAlone = false;
        var ids = new Dictionary<ISymbol, string?>(SymbolEqualityComparer.Default);
        var found = new HashSet<KeyEdge>();
        foreach (var edge in edges)
        {
            mayTellAlone |= !edge.Against.IsEmpty || edge.Held.Class.Matches(edge.Taken.Class) || edge.Held.Path.Equals(edge.Taken.Path);
            if (!CycleSearch.MayBePart(edge))
                continue;
            if (Id(edge.Held.Class.Key) is { } held)
                found.Add(new KeyEdge(held, Id(edge.Taken.Class.Key) ?? ""));
            else
                mayTellAlone = true;
        }

        return new KeptEdges(found.ToImmutableArray(), mayTellAlone);

        string? Id(ISymbol key)
        {
            if (!ids.TryGetValue(key, out var id))
                ids.Add(key, id = DocumentationCommentId.CreateDeclarationId(key));
            return id;
        }
    }

    static string? IdOf(LockClass @class) => DocumentationCommentId.CreateDeclarationId(@class.Key);
}
