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

/// <summary>
/// The lock order by ids alone, which outlives a compilation: where it has no way round, the order has no cycle, and only members that were changed have to be solved.
/// </summary>
/// <remarks>Lives with the compilation; thread-safe.</remarks>
internal sealed class KeyOrder(EdgeIndex index)
{
    static readonly Kept<ImmutableArray<KeyEdge>> s_edges = new();

    // By the lock that is held.
    readonly ConcurrentDictionary<FunctionNames, ILookup<string, string>> _edges = new();
    readonly ConcurrentDictionary<string, HashSet<string>> _reached = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, ImmutableArray<string>?> _next = new(StringComparer.Ordinal);

    /// <summary>Whether some way may lead from the lock that is taken back to the one that is held; true where ids cannot tell.</summary>
    public bool MayReturn(FlowHost host, LockEdge edge) =>
        IdOf(edge.Held.Class) is not { } held || IdOf(edge.Taken.Class) is not { } taken || From(host, taken) is not { } reached || reached.Contains(held);

    // All locks to which ways lead from one, itself among them; null where that cannot be told.
    HashSet<string>? From(FlowHost host, string start)
    {
        if (_reached.TryGetValue(start, out var known))
            return known;
        var reached = new HashSet<string>(StringComparer.Ordinal) { start };
        var queue = new Queue<string>(reached);
        while (queue.Count > 0)
        {
            if (Next(host, queue.Dequeue()) is not { } further)
                return null;
            foreach (var next in further)
            {
                if (reached.Add(next))
                    queue.Enqueue(next);
            }
        }

        return index.IsCutShort ? reached : _reached.GetOrAdd(start, reached);
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
        var next = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (tree, function) in index.Holders(host, key))
            next.UnionWith(Of(host, tree, function)[id]);
        if (next.Contains(""))
            return _next.GetOrAdd(id, (ImmutableArray<string>?)null);
        return index.IsCutShort ? next.ToImmutableArray() : _next.GetOrAdd(id, next.ToImmutableArray());
    }

    ILookup<string, string> Of(FlowHost host, SyntaxTree tree, FunctionNames function)
    {
        if (_edges.TryGetValue(function, out var known))
            return known;
        var edges = (s_edges.TryGet(host, function, out var kept) ? kept : ByIds(index.Of(host, tree, function))).ToLookup(static edge => edge.Held, static edge => edge.Taken, StringComparer.Ordinal);
        return index.IsCutShort ? edges : _edges.GetOrAdd(function, edges);
    }

    static ImmutableArray<KeyEdge> ByIds(ImmutableArray<LockEdge> edges)
    {
        var ids = new Dictionary<ISymbol, string?>(SymbolEqualityComparer.Default);
        var found = new HashSet<KeyEdge>();
        foreach (var edge in edges)
        {
            if (CycleSearch.MayBePart(edge) && !(edge.Taken.Mode is not null && edge.Taken.HasReadersOnly) && Id(edge.Held.Class.Key) is { } held)
                found.Add(new KeyEdge(held, Id(edge.Taken.Class.Key) ?? ""));
        }

        return found.ToImmutableArray();

        string? Id(ISymbol key)
        {
            if (!ids.TryGetValue(key, out var id))
                ids.Add(key, id = DocumentationCommentId.CreateDeclarationId(key));
            return id;
        }
    }

    static string? IdOf(LockClass @class) => DocumentationCommentId.CreateDeclarationId(@class.Key);
}
