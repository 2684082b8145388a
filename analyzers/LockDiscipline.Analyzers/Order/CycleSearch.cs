using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Order;

/// <summary>Finds, from one edge, a shortest cycle of the lock order that goes through it.</summary>
/// <remarks>One instance per analysed body; not thread-safe.</remarks>
/// <param name="host">Who asks.</param>
/// <param name="index">The edges of the compilation.</param>
internal sealed class CycleSearch(FlowHost host, EdgeIndex index)
{
    /// <summary>More edges than this are not followed from one.</summary>
    public const int MaxEdges = 1000;

    /// <summary>More edges than this are not sorted beforehand.</summary>
    const int MaxSorted = 10_000;

    readonly EntryGates _entries = new(host, index.Entries);
    HashSet<LockEdge>? _live;

    /// <summary>
    /// Sorts out, among all edges that can be reached from some, those from which no way leads round: mostly all of them, and then there is nothing to search.
    /// </summary>
    public void Prepare(IReadOnlyList<LockEdge> starts)
    {
        var rests = new Rests();
        using var search = host.Rests.Begin(rests);
        Prepare(starts, rests);
    }

    void Prepare(IReadOnlyList<LockEdge> starts, Rests rests)
    {
        var ways = new Dictionary<LockEdge, int>();
        var live = new HashSet<LockEdge>();
        var before = new Dictionary<LockEdge, List<LockEdge>>();
        var queue = new Queue<LockEdge>();
        foreach (var start in starts)
        {
            if (!MayBePart(start) || ways.ContainsKey(start) || !index.ByKey.MayReturn(host, start))
                continue;
            if (index.IsDeadEnd(host, start) is not { } isDeadEnd)
            {
                ways.Add(start, 0);
                queue.Enqueue(start);
            }
            else if (!isDeadEnd)
            {
                live.Add(start);
            }
        }

        while (queue.Count > 0)
        {
            var edge = queue.Dequeue();
            foreach (var next in Next(edge))
            {
                if (index.IsDeadEnd(host, next) is { } isDeadEnd)
                {
                    // One that stays.
                    ways[edge] += isDeadEnd ? 0 : 1;
                    continue;
                }

                if (!ways.ContainsKey(next))
                {
                    // Too many to sort: each search is bounded by itself.
                    if (ways.Count >= MaxSorted)
                        return;
                    ways.Add(next, 0);
                    queue.Enqueue(next);
                }

                ways[edge]++;
                if (!before.TryGetValue(next, out var list))
                    before.Add(next, list = new());
                list.Add(edge);
            }
        }

        var ends = new Queue<LockEdge>();
        foreach (var pair in ways)
        {
            if (pair.Value == 0)
                ends.Enqueue(pair.Key);
        }

        live.UnionWith(ways.Keys);
        while (ends.Count > 0)
        {
            var end = ends.Dequeue();
            live.Remove(end);
            index.Note(end, isDeadEnd: true, rests);
            if (!before.TryGetValue(end, out var list))
                continue;
            foreach (var edge in list)
            {
                if (--ways[edge] == 0)
                    ends.Enqueue(edge);
            }
        }

        foreach (var edge in ways.Keys)
        {
            if (live.Contains(edge))
                index.Note(edge, isDeadEnd: false, rests);
        }

        _live = live;
    }

    // The edges that begin at a lock which this one waits for.
    IEnumerable<LockEdge> Next(LockEdge edge)
    {
        foreach (var next in index.From(host, edge.Taken.Class))
        {
            if (edge.Taken.WaitsFor(next.Held) && MayBePart(next))
                yield return next;
        }
    }

    /// <summary>The edges of a shortest cycle, that one first; empty where there is none.</summary>
    public ImmutableArray<LockEdge> Shortest(LockEdge start)
    {
        if (!IsUsable(start))
            return ImmutableArray<LockEdge>.Empty;
        if (start.Held.Path.Equals(start.Taken.Path))
            return ImmutableArray.Create(start);
        // Another object's readers are not those that this path is among.
        if (start.Held.Class.Matches(start.Taken.Class))
            return start.Taken.Mode is null ? ImmutableArray<LockEdge>.Empty : AmongOneClass(start);
        if (_live is not null && !_live.Contains(start))
            return ImmutableArray<LockEdge>.Empty;
        if (index.RingOf(host, start) is { } ring)
            return Beginning(start, ring);
        var rests = new Rests();
        using var search = host.Rests.Begin(rests);
        return Search(start, rests);
    }

    ImmutableArray<LockEdge> Search(LockEdge start, Rests rests)
    {
        var cameFrom = new Dictionary<LockEdge, LockEdge?> { [start] = null };
        var queue = new Queue<LockEdge>();
        queue.Enqueue(start);
        while (queue.Count > 0 && cameFrom.Count < MaxEdges)
        {
            var last = queue.Dequeue();
            foreach (var next in Next(last))
            {
                if (cameFrom.ContainsKey(next))
                    continue;
                cameFrom.Add(next, last);
                if (next.Taken.WaitsFor(start.Held) && Unwind(next, cameFrom) is var cycle)
                {
                    bool canMeet = CanMeet(cycle);
                    if (IsRing(cycle))
                        index.NoteRing(cycle, canMeet, rests);
                    if (canMeet)
                        return cycle;
                }

                queue.Enqueue(next);
            }
        }

        return ImmutableArray<LockEdge>.Empty;
    }

    // There is no other way on from any of them: the one cycle is that of them all.
    bool IsRing(ImmutableArray<LockEdge> cycle)
    {
        for (int i = 0; i < cycle.Length; i++)
        {
            LockEdge? only = null;
            foreach (var next in Next(cycle[i]))
            {
                if (only is not null)
                    return false;
                only = next;
            }

            if (!cycle[(i + 1) % cycle.Length].Equals(only))
                return false;
        }

        return true;
    }

    // The same cycle, told from that edge on.
    static ImmutableArray<LockEdge> Beginning(LockEdge start, ImmutableArray<LockEdge> ring)
    {
        int first = ring.IndexOf(start);
        return first <= 0 ? ring : ring.RemoveRange(0, first).AddRange(ring, first);
    }

    /// <summary>The first place that does the same as this one; null where that is this one.</summary>
    public LockEdge? Earlier(LockEdge edge)
    {
        foreach (var known in index.From(host, edge.Held.Class))
        {
            if (known.IsLike(edge))
                return known.IsSameAs(edge) ? null : known;
        }

        return null;
    }

    // Two objects of one class, in an order that nothing decides, or in one that another place decides the other way.
    ImmutableArray<LockEdge> AmongOneClass(LockEdge start)
    {
        if (start.Order.Kind == PairKind.Untested)
            return CanMeet(ImmutableArray.Create(start, start)) ? ImmutableArray.Create(start) : ImmutableArray<LockEdge>.Empty;
        foreach (var other in index.From(host, start.Held.Class))
        {
            if (other.Order.Opposes(start.Order) && other.Held.Class.Matches(start.Held.Class) && IsUsable(other))
            {
                var cycle = ImmutableArray.Create(start, other);
                if (CanMeet(cycle))
                    return cycle;
            }
        }

        return ImmutableArray<LockEdge>.Empty;
    }

    /// <summary>Whether an edge can be part of a cycle of several classes.</summary>
    public static bool MayBePart(LockEdge edge) => IsUsable(edge) && !edge.Held.Class.Matches(edge.Taken.Class);

    // What goes against a declared order was told as that (LCK2002), a sleeping lock under a spinning one as that (LCK2001). Who takes a lock that has readers only waits for nobody.
    static bool IsUsable(LockEdge edge) => edge.Against.IsEmpty && (edge.Taken.Mode is null || (!edge.Taken.HasReadersOnly && (!edge.Held.IsSpinning || edge.Taken.IsSpinning)));

    // Two paths under one lock of both cannot be under way at once, and then the cycle does not close.
    bool CanMeet(ImmutableArray<LockEdge> cycle)
    {
        var gates = new ImmutableArray<LockUse>[cycle.Length];
        for (int i = 0; i < cycle.Length; i++)
            gates[i] = cycle[i].Gates;
        if (AnyShare(gates, cycle))
            return false;
        // Callers may hold one; that is asked last, as it takes longest.
        for (int i = 0; i < cycle.Length; i++)
        {
            var entry = _entries.Of(cycle[i].Owner);
            if (entry.IsAlone)
                return false;
            gates[i] = cycle[i].Gates.AddRange(entry.Gates);
        }

        return !AnyShare(gates, cycle);
    }

    // Gates that match have the same last member: only those are compared, or a long cycle would take long.
    static bool AnyShare(ImmutableArray<LockUse>[] gates, ImmutableArray<LockEdge> cycle)
    {
        var known = new Dictionary<ISymbol, List<(LockUse Gate, int Edge)>>(SymbolEqualityComparer.Default);
        for (int i = 0; i < gates.Length; i++)
        {
            foreach (var gate in gates[i])
            {
                if (!known.TryGetValue(gate.Class.Key, out var others))
                    known.Add(gate.Class.Key, others = new());
                foreach (var (other, edge) in others)
                {
                    if (edge != i && other.Class.Matches(gate.Class) && (other.Mode == LockMode.Exclusive || gate.Mode == LockMode.Exclusive) && IsCommon(other, cycle))
                        return true;
                }

                others.Add((gate, i));
            }
        }

        return false;
    }

    // A gate that each object has for itself does not keep two paths to static locks apart; and a lock of the cycle is no gate to it.
    static bool IsCommon(LockUse gate, ImmutableArray<LockEdge> cycle)
    {
        bool hasInstance = gate.Class.IsStatic;
        foreach (var edge in cycle)
        {
            // A lock of one of the two objects is another one where they change places.
            if (edge.IsPair && gate.Path.Left is { } owner && (owner.Equals(edge.Held.Path.Left) || owner.Equals(edge.Taken.Path.Left)))
                return false;
            hasInstance |= !edge.Held.Class.IsStatic || !edge.Taken.Class.IsStatic;
            if (edge.Held.Class.Matches(gate.Class))
                return false;
        }

        return hasInstance;
    }

    static ImmutableArray<LockEdge> Unwind(LockEdge last, Dictionary<LockEdge, LockEdge?> cameFrom)
    {
        var cycle = ImmutableArray.CreateBuilder<LockEdge>();
        for (LockEdge? edge = last; edge is not null; edge = cameFrom[edge])
            cycle.Insert(0, edge);
        return cycle.ToImmutable();
    }
}
