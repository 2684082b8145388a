using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Collects, over all paths of one body, which locks are waited for while others are held.</summary>
/// <remarks>Not thread-safe; one for each body.</remarks>
internal sealed partial class OrderCollector(FlowHost host, Body body) : FlowObserver
{
    /// <summary>Of more locks than this the innermost count: each of those was taken within the one before it.</summary>
    const int MaxHeld = 16;

    readonly List<LockEdge> _edges = new();
    readonly List<LockEdge> _found = new();
    readonly Dictionary<(SyntaxNode, LockClass, LockClass, PairOrder, bool), int> _places = new();
    readonly Dictionary<IOperation, ImmutableArray<Term>> _calls = new();
    bool? _hasCaller;

    /// <summary>What was found in the bodies of one member, by position.</summary>
    public static ImmutableArray<LockEdge> EdgesOf(List<OrderCollector> collectors)
    {
        var edges = ImmutableArray.CreateBuilder<LockEdge>();
        foreach (var collector in collectors)
            edges.AddRange(collector._edges);
        edges.Sort();
        return edges.ToImmutable();
    }

    public override void Acquired(in LockAcquired acquired, PathState state)
    {
        // An attempt does not wait; what is held already is taken again without waiting.
        if (acquired.IsTry || state.Implicit || state.Find(acquired.Lock) is not null)
            return;
        var taken = new Taken(acquired.Lock, acquired.Mode, acquired.Traits, acquired.Text, default);
        if (!_isForCallers)
            AddEdges(LockUses.Of(host, body, acquired.Lock, acquired.Mode, acquired.Traits, acquired.Text, acquired.Site.Syntax), taken, acquired.Site.Syntax, state, null, false, ImmutableArray<Term>.Empty);
        AddPairs(taken, state);
        AddWait(taken, acquired.Site.Syntax, state);
    }

    public override void Called(in CallMade call, PathState state)
    {
        if (call.RunsLater)
            return;
        if (!_isForCallers)
            Remember(call);
        if (state.Implicit)
            return;
        if ((_collectsWaits || (!_isForCallers && HoldsAny(state))) && MayWait(call))
        {
            foreach (var waited in Waits(call, state))
            {
                if (!_isForCallers)
                    AddEdges(waited.Use, null, call.Site.Syntax, state, call, waited.IsByOther, waited.Without);
                AddWait(waited, state);
            }
        }

        if (!_collectsWaits)
        {
            foreach (var pair in host.PairsOf(call.Callee, body))
                AddPair(call, pair, state);
        }
    }

    bool MayWait(in CallMade call) =>
        !call.Contract.WaitsFor.IsEmpty || (!IsPrimitive(call.Callee) && !host.ReachOf(call.Callee, body).Waits.IsEmpty);

    // What a call waits for, as it reads here.
    IEnumerable<Waited> Waits(CallMade call, PathState state)
    {
        foreach (var clause in call.Contract.WaitsFor)
        {
            if (call.Binding.Follow(state, clause.Path) is not { } path)
                continue;
            if (LockUses.Of(host, body, path, null, LockTraits.Unknown, call.Binding.Render(clause.Text, clause.Path), call.Site.Syntax) is { } wait)
                yield return new Waited(wait, ImmutableArray<Term>.Empty, ImmutableArray<string>.Empty, false);
            foreach (var waited in TaskCode.WaitsOf(host, body, path, state))
                yield return waited;
        }

        if (IsPrimitive(call.Callee))
            yield break;
        foreach (var waited in host.ReachOf(call.Callee, body).Waits)
        {
            // What happens to other arguments only does not happen here.
            if (waited.Given.Assume(state, call.Binding) is not { } then)
                continue;
            var path = call.Binding.Follow(state, waited.Use.Path);
            var use = path is null ? waited.Use with { Path = Term.Site(call.Site) } : Here(waited.Use, path, call);
            var without = ImmutableArray<Term>.Empty;
            foreach (var released in waited.Without)
            {
                if (call.Binding.Follow(state, released) is { } here)
                    without = without.Add(here);
            }

            if (use is not null)
                yield return waited with { Use = use with { Site = call.Site.Syntax }, Without = without, Given = waited.Given.IsNothing ? default : Premise.In(then), Via = waited.Via.Length < MaxVia ? waited.Via.Insert(0, call.Callee.Name) : waited.Via };
        }
    }

    const int MaxVia = 8;

    // The caller may know more of where the lock belongs than the callee does.
    LockUse Here(LockUse use, Term path, in CallMade call) =>
        LockClass.Of(host.Contracts, path, body.Owner.ContainingType) is { } @class && @class.Key is { } key && SymbolEqualityComparer.Default.Equals(key, use.Class.Key)
            ? use with { Path = path, Class = @class, Text = call.Binding.Render(use.Text, use.Path) }
            : use with { Path = path, Text = call.Binding.Render(use.Text, use.Path) };

    void AddEdges(LockUse? use, Taken? taken, SyntaxNode site, PathState state, CallMade? call, bool isByOther, ImmutableArray<Term> without)
    {
        if (use is null || LockUses.IsAlone(body, use.Path, state) || (!isByOther && use.Mode is not null && state.Find(use.Path) is not null))
            return;
        var held = Held(state);
        foreach (var one in held)
        {
            if (without.Contains(one.Path) || (call is { } made && IsCalleesConcern(made, one.Path, state)))
                continue;
            if (Edge(one, use, site, held, isByOther, state) is { } edge)
                _found.Add(edge);
        }

        Keep();
    }

    // Of two objects of one class in any order, whatever else is held: that is the cause, and the rest follows from it.
    void Keep()
    {
        bool isPair = false;
        foreach (var edge in _found)
            isPair |= edge.IsPair;
        foreach (var edge in _found)
        {
            if (!isPair || edge.IsPair || !edge.Against.IsEmpty)
                Add(edge);
        }

        _found.Clear();
    }

    LockEdge? Edge(LockUse held, LockUse taken, SyntaxNode site, ImmutableArray<LockUse> gates, bool isByOther, PathState state)
    {
        var order = default(PairOrder);
        if (held.Path.Equals(taken.Path))
        {
            // A thread does not wait for itself, but it may wait for one that waits for it.
            if (!isByOther && taken.Mode is not null)
                return null;
        }
        else if (held.Class.Matches(taken.Class) && taken.Mode is not null)
        {
            if (!isByOther && host.Cache.Declared.Reversed(taken.Class, held.Path, taken.Path) is { } reversed)
            {
                return new LockEdge(held, taken, site, body.Owner, gates) { Against = ImmutableArray.Create(reversed) };
            }

            if (host.Cache.Declared.IsStatedAmong(taken.Class))
                return null;
            if (isByOther)
                return null;
            if (Lineage.OrderOf(host, held, taken) is { } along)
                order = along;
            else if (!Pairs.AreUnrelated(held.Path, taken.Path) || IsCallersConcern(held.Path, taken.Path))
                return null;
            else
                order = PairOrder.Of(state, held.Path, taken.Path, _calls);
            if (order.Kind == PairKind.Tested)
                return null;
        }

        bool isAgainst = !isByOther && taken.Mode is not null && !held.Class.Matches(taken.Class);
        return new LockEdge(held, taken, site, body.Owner, gates)
        {
            Order = order,
            IsByOther = isByOther,
            Against = isAgainst ? host.Cache.Declared.Chain(taken.Class, held.Class) : ImmutableArray<Declared>.Empty,
        };
    }

    void Add(LockEdge edge)
    {
        var key = (edge.Site, edge.Held.Class, edge.Taken.Class, edge.Order, edge.IsByOther);
        if (!_places.TryGetValue(key, out int known))
        {
            _places.Add(key, _edges.Count);
            _edges.Add(edge);
        }
        else if (edge.Gates.Length < _edges[known].Gates.Length)
        {
            // On another path with fewer gates: that one counts.
            _edges[known] = edge;
        }
    }

    // The locks held, of which others may know; they keep away whoever needs one of them.
    ImmutableArray<LockUse> Held(PathState state)
    {
        var held = ImmutableArray.CreateBuilder<LockUse>();
        for (int i = Math.Max(0, state.Locks.Length - MaxHeld); i < state.Locks.Length; i++)
        {
            var hold = state.Locks[i];
            if (hold.Certainty == Certainty.Definite && !LockUses.IsAlone(body, hold.Lock, state) && LockUses.Of(host, body, hold) is { } use)
                held.Add(use);
        }

        return held.ToImmutable();
    }

    // What the callee requires it is analysed with; what it releases, or drops, it does not hold while it waits.
    static bool IsCalleesConcern(in CallMade call, Term held, PathState state) =>
        Names(call, call.Contract.Requires, held, state) || Names(call, call.Contract.Drops, held, state) || Names(call, call.Contract.Releases, held, state);

    static bool Names(in CallMade call, ImmutableArray<LockClause> clauses, Term held, PathState state)
    {
        foreach (var clause in clauses)
        {
            if (call.Binding.Follow(state, clause.Path) is { } path && path.Equals(held))
                return true;
        }

        return false;
    }

    // In which order a helper is given its locks is for its callers to say.
    bool IsCallersConcern(Term held, Term taken) =>
        !body.IsVisible && body.Method is { } method && held.IsRooted && taken.IsRooted && (_hasCaller ??= new Callers(host).Has(method));

    // A method of a lock's or a scope's own type: its contract says what it takes.
    bool IsPrimitive(IMethodSymbol callee) =>
        callee.ContainingType is { } type && (host.Contracts.Traits(type) is not null || host.Contracts.IsScope(type));

    static bool HoldsAny(PathState state)
    {
        foreach (var hold in state.Locks)
        {
            if (hold.Certainty == Certainty.Definite)
                return true;
        }

        return false;
    }

    // What a number or a truth was computed from: two objects may be compared by it.
    void Remember(in CallMade call)
    {
        if (call.Callee.ReturnType.SpecialType is not (SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Boolean or SpecialType.System_UInt32
            or SpecialType.System_UInt64 or SpecialType.System_String) && !call.Callee.ReturnType.IsReferenceType && call.Callee.ReturnType is not { IsValueType: true, TypeKind: TypeKind.Struct })
        {
            return;
        }

        var operands = ImmutableArray.CreateBuilder<Term>(call.Binding.Arguments.Length + 1);
        if (call.Binding.Receiver is { } receiver && !call.Callee.IsStatic)
            operands.Add(receiver);
        foreach (var argument in call.Binding.Arguments)
            operands.Add(argument.Term);
        _calls[call.Site] = operands.ToImmutable();
    }
}
