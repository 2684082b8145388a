using System;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

// What callers need to know of a body: the locks that it waits for, and pairs of locks whose order is theirs.
internal sealed partial class OrderCollector
{
    readonly WaitList _waits = new();
    readonly ImmutableArray<WaitedPair>.Builder _pairs = ImmutableArray.CreateBuilder<WaitedPair>();
    // What callers need to know is asked for by itself, and then the edges of the body are not.
    bool _isForCallers;
    PathState? _lastState;
    Premise _lastGiven;
    bool _collectsWaits;

    /// <summary>A collector of the locks that the body's callers wait for.</summary>
    public static OrderCollector ForCallers(FlowHost host, Body body) => new(host, body) { _isForCallers = true, _collectsWaits = true };

    public ImmutableArray<Waited> ToWaits() => _waits.ToImmutable();

    /// <summary>The locks that a body is given and takes one within the other.</summary>
    public static ImmutableArray<WaitedPair> PairsIn(FlowHost host, Solution solution)
    {
        var collector = new OrderCollector(host, solution.Body) { _isForCallers = true };
        solution.Tell(collector);
        return collector._pairs.ToImmutable();
    }

    void AddWait(Taken taken, SyntaxNode site, PathState state)
    {
        if (_collectsWaits && LockUses.Of(host, body, taken.Lock, taken.Mode, taken.Traits, taken.Text, site) is { } use)
            AddWait(new Waited(use, ImmutableArray<Term>.Empty, ImmutableArray<string>.Empty, false), state);
    }

    void AddWait(Waited waited, PathState state)
    {
        if (!_collectsWaits || _waits.IsFull || LockUses.IsAlone(body, waited.Use.Path, state))
            return;
        var path = waited.Use.Path;
        if (!waited.IsByOther && waited.Use.Mode is not null && state.Find(path) is not null)
            return;
        foreach (var owed in state.Owed)
        {
            // Its caller's hold, taken back.
            if (owed.Lock.Equals(path))
                return;
            waited = waited with { Without = waited.Without.Add(owed.Lock) };
        }

        _waits.Add(waited.Given.IsNothing ? waited with { Given = GivenIn(state) } : waited);
    }

    // One call may wait for many locks.
    Premise GivenIn(PathState state)
    {
        if (!ReferenceEquals(state, _lastState))
            (_lastState, _lastGiven) = (state, Premise.In(state));
        return _lastGiven;
    }

    void AddPairs(Taken taken, PathState state)
    {
        if (!_isForCallers || _collectsWaits || body.IsVisible || !taken.Lock.IsRooted)
            return;
        for (int i = Math.Max(0, state.Locks.Length - MaxHeld); i < state.Locks.Length; i++)
        {
            var hold = state.Locks[i];
            if (hold.Certainty == Certainty.Definite && hold.Lock.IsRooted && DependsOnCaller(hold.Lock, taken.Lock))
                AddPair(new WaitedPair(Of(hold), taken, GatesBeside(state, i)));
        }
    }

    static Taken Of(Hold hold) => new(hold.Lock, hold.Mode, hold.Traits, hold.Text, default);

    static ImmutableArray<Taken> GatesBeside(PathState state, int held)
    {
        var gates = ImmutableArray<Taken>.Empty;
        for (int i = Math.Max(0, state.Locks.Length - MaxHeld); i < state.Locks.Length; i++)
        {
            if (i != held)
                gates = gates.Add(Of(state.Locks[i]));
        }

        return gates;
    }

    void AddPair(WaitedPair pair)
    {
        foreach (var known in _pairs)
        {
            if (known.Held.Lock.Equals(pair.Held.Lock) && known.Taken.Lock.Equals(pair.Taken.Lock))
                return;
        }

        _pairs.Add(pair);
    }

    // Locks given as arguments have a class only at the call; of two of one class the caller knows which they are.
    bool DependsOnCaller(Term held, Term taken)
    {
        var receiver = body.Owner.ContainingType;
        var (first, second) = (LockClass.Of(host.Contracts, held, receiver), LockClass.Of(host.Contracts, taken, receiver));
        return first is null || second is null ? held.Root.Kind == TermKind.Parameter || taken.Root.Kind == TermKind.Parameter : first.Matches(second) && Pairs.AreUnrelated(held, taken);
    }

    /// <summary>Only what is given two objects can take two locks whose order is the caller's.</summary>
    public static bool MayTakePairs(IMethodSymbol callee)
    {
        int objects = callee.IsStatic ? 0 : 1;
        foreach (var parameter in callee.Parameters)
        {
            if (parameter.Type.IsReferenceType && parameter.Type.SpecialType != SpecialType.System_String && parameter.Type.TypeKind != TypeKind.Delegate)
                objects++;
        }

        return objects >= 2 && !callee.DeclaringSyntaxReferences.IsEmpty && !Visibility.IsVisible(callee);
    }

    // A pair that a callee takes, as it stands here.
    void AddPair(in CallMade call, WaitedPair pair, PathState state)
    {
        if (call.Binding.Follow(state, pair.Held.Lock) is not { } held || call.Binding.Follow(state, pair.Taken.Lock) is not { } taken
            || state.Find(held) is not null || state.Find(taken) is not null || LockUses.IsAlone(body, held, state) || LockUses.IsAlone(body, taken, state))
        {
            return;
        }

        var (heldHere, takenHere) = (pair.Held with { Lock = held, Text = call.Binding.Render(pair.Held.Text, pair.Held.Lock) }, pair.Taken with { Lock = taken, Text = call.Binding.Render(pair.Taken.Text, pair.Taken.Lock) });
        if (_isForCallers && !body.IsVisible && held.IsRooted && taken.IsRooted && DependsOnCaller(held, taken))
            AddPair(new WaitedPair(heldHere, takenHere, ImmutableArray<Taken>.Empty));
        if (_isForCallers)
            return;
        if (Use(heldHere, call.Site.Syntax) is not { } first || Use(takenHere, call.Site.Syntax) is not { } second)
            return;
        var gates = Held(state);
        foreach (var gate in pair.Gates)
        {
            if (call.Binding.Follow(state, gate.Lock) is { } path && Use(gate with { Lock = path }, null) is { } here)
                gates = gates.Add(here);
        }

        if (Edge(first, second, call.Site.Syntax, gates, false, state) is { } edge)
            Add(edge);
    }

    LockUse? Use(Taken taken, SyntaxNode? site) => LockUses.Of(host, body, taken.Lock, taken.Mode, taken.Traits, taken.Text, site);
}
