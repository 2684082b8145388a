using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Order;

/// <summary>An edge of the lock order without its details: the ids of the last members or types of both locks.</summary>
internal readonly record struct KeyEdge(string Held, string Taken);

/// <summary>
/// The lock order by ids alone, which outlives a compilation: where it has no way round, the order has no cycle, and only members that were changed have to be solved.
/// </summary>
/// <remarks>Lives with the compilation; thread-safe.</remarks>
internal sealed class KeyOrder(EdgeIndex index)
{
    static readonly Kept<ImmutableArray<KeyEdge>> s_edges = new();

    readonly ConcurrentDictionary<FunctionNames, ImmutableArray<KeyEdge>> _edges = new();
    readonly ConcurrentDictionary<string, ImmutableArray<string>?> _next = new(StringComparer.Ordinal);

    /// <summary>Whether some way may lead from the lock that is taken back to the one that is held; true where ids cannot tell.</summary>
    public bool MayReturn(FlowHost host, LockEdge edge)
    {
        if (IdOf(edge.Held.Class) is not { } held || IdOf(edge.Taken.Class) is not { } taken)
            return true;
        var seen = new HashSet<string>(StringComparer.Ordinal) { taken };
        var queue = new Queue<string>(seen);
        while (queue.Count > 0)
        {
            var id = queue.Dequeue();
            if (id == held || Next(host, id) is not { } further)
                return true;
            foreach (var next in further)
            {
                if (seen.Add(next))
                    queue.Enqueue(next);
            }
        }

        return false;
    }

    /// <summary>Keeps what the edges of a member say by ids.</summary>
    public static void Keep(FlowHost host, FunctionNames function, ImmutableArray<LockEdge> edges) => s_edges.Add(host, function, ByIds(edges));

    // The locks that are waited for while the lock of that id is held; null where that cannot be told.
    ImmutableArray<string>? Next(FlowHost host, string id)
    {
        if (_next.TryGetValue(id, out var known))
            return known;
        if (DocumentationCommentId.GetFirstSymbolForDeclarationId(id, host.Contracts.Compilation) is not { } key)
            return null;
        var next = ImmutableArray.CreateBuilder<string>();
        foreach (var (tree, function) in index.Holders(host, key))
        {
            foreach (var edge in Of(host, tree, function))
            {
                if (edge.Taken.Length == 0 && edge.Held == id)
                    return _next.GetOrAdd(id, (ImmutableArray<string>?)null);
                if (edge.Held == id && !next.Contains(edge.Taken))
                    next.Add(edge.Taken);
            }
        }

        return index.IsCutShort ? next.ToImmutable() : _next.GetOrAdd(id, next.ToImmutable());
    }

    ImmutableArray<KeyEdge> Of(FlowHost host, SyntaxTree tree, FunctionNames function)
    {
        if (_edges.TryGetValue(function, out var known))
            return known;
        if (s_edges.TryGet(host, function, out var kept))
            return _edges.GetOrAdd(function, kept);
        var edges = ByIds(index.Of(host, tree, function));
        return index.IsCutShort ? edges : _edges.GetOrAdd(function, edges);
    }

    static ImmutableArray<KeyEdge> ByIds(ImmutableArray<LockEdge> edges)
    {
        var ids = ImmutableArray.CreateBuilder<KeyEdge>();
        foreach (var edge in edges)
        {
            if (!CycleSearch.MayBePart(edge) || (edge.Taken.Mode is not null && edge.Taken.HasReadersOnly) || IdOf(edge.Held.Class) is not { } held)
                continue;
            var one = new KeyEdge(held, IdOf(edge.Taken.Class) ?? "");
            if (!ids.Contains(one))
                ids.Add(one);
        }

        return ids.ToImmutable();
    }

    static string? IdOf(LockClass @class) => DocumentationCommentId.CreateDeclarationId(@class.Key);
}
