using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Order;

/// <summary>What holds wherever a helper is called.</summary>
/// <param name="IsAlone">It is called on objects only that no other thread can know yet.</param>
/// <param name="Gates">The locks that all its callers hold.</param>
internal sealed record Entry(bool IsAlone, ImmutableArray<LockUse> Gates)
{
    public static readonly Entry Nothing = new(false, ImmutableArray<LockUse>.Empty);
}

/// <summary>Asks the callers of a helper which locks they all hold: two paths under one of those do not meet.</summary>
/// <remarks>Asked only where a cycle would be reported otherwise.</remarks>
/// <param name="host">Who asks.</param>
/// <param name="known">The answers so far.</param>
internal sealed class EntryGates(FlowHost host, Asked<IMethodSymbol, Entry> known)
{
    // The helpers whose callers are being asked, each with how many others were before it.
    readonly Dictionary<ISymbol, int> _asking = new(SymbolEqualityComparer.Default);

    // What was found with nothing known yet of one that is still being asked about, and which: good for as long as it is.
    readonly Dictionary<ISymbol, (Entry Entry, int On)> _provisional = new(SymbolEqualityComparer.Default);

    // The first of those being asked about that the search at hand came back to.
    int _restsOn = int.MaxValue;
    bool _isFinal;

    /// <summary>What holds at the entry of a body; nothing for one that may be called from anywhere.</summary>
    public Entry Of(ISymbol owner)
    {
        while (owner is IMethodSymbol { MethodKind: MethodKind.LocalFunction } local)
            owner = local.ContainingSymbol;
        if (owner is not IMethodSymbol { MethodKind: not MethodKind.AnonymousFunction } method || Visibility.IsVisible(method) || host.Contracts.Of(method).SpeaksOfLocks)
            return Entry.Nothing;
        method = method.OriginalDefinition;
        if (_asking.TryGetValue(method, out int asked))
        {
            _restsOn = System.Math.Min(_restsOn, asked);
            return Entry.Nothing;
        }

        if (_provisional.TryGetValue(method, out var found))
        {
            _restsOn = System.Math.Min(_restsOn, found.On);
            return found.Entry;
        }

        return known.Of(host, method, Search, () => _isFinal);
    }

    Entry Search(FlowHost host, IMethodSymbol method)
    {
        int own = _asking.Count;
        int outer = _restsOn;
        _asking.Add(method, own);
        _restsOn = int.MaxValue;
        Entry? entry = null;
        var seen = new HashSet<SyntaxNode>();
        foreach (var reference in new Callers(host).CallsOf(method))
        {
            if (BodySource.Enclosing(reference) is not { } declaration || !seen.Add(declaration))
                continue;
            BodyTree.Solve(host, host.Cache.Model(declaration.SyntaxTree), declaration, body => new Witness(this, body, method, at => entry = entry is null ? at : Both(entry, at)));
        }

        _asking.Remove(method);
        var found = entry ?? Entry.Nothing;
        bool isFinal = _restsOn >= own;
        if (!isFinal)
            _provisional[method] = (found, _restsOn);
        else if (_restsOn == own)
            LetGo(own);
        _restsOn = isFinal ? outer : System.Math.Min(outer, _restsOn);
        _isFinal = isFinal;
        return found;
    }

    // Helpers that call each other: what was found on the way to the first of them is asked again for the others.
    void LetGo(int on)
    {
        var past = new List<ISymbol>();
        foreach (var provisional in _provisional)
        {
            if (provisional.Value.On >= on)
                past.Add(provisional.Key);
        }

        foreach (var method in past)
            _provisional.Remove(method);
    }

    static Entry Both(Entry one, Entry other)
    {
        // An object that nobody knows does not meet the others.
        if (one.IsAlone || other.IsAlone)
            return one.IsAlone ? other : one;
        var gates = ImmutableArray<LockUse>.Empty;
        foreach (var gate in one.Gates)
        {
            foreach (var candidate in other.Gates)
            {
                if (candidate.Class.Matches(gate.Class))
                {
                    gates = gates.Add(gate);
                    break;
                }
            }
        }

        return new Entry(false, gates);
    }

    Entry At(Body body, PathState state, Contracts.Term? receiver)
    {
        if (receiver is not null && LockUses.IsAlone(body, receiver, state))
            return new Entry(true, ImmutableArray<LockUse>.Empty);
        var gates = Of(body.Owner).Gates;
        foreach (var hold in state.Locks)
        {
            if (hold.Certainty == Certainty.Definite && LockUses.Of(host, body, hold) is { } gate)
                gates = gates.Add(gate);
        }

        return new Entry(false, gates);
    }

    sealed class Witness(EntryGates entries, Body body, IMethodSymbol method, System.Action<Entry> found) : FlowObserver
    {
        public override void Called(in CallMade call, PathState state)
        {
            if (!state.Implicit && SymbolEqualityComparer.Default.Equals(call.Callee.OriginalDefinition, method))
                found(entries.At(body, state, call.Callee.IsStatic ? null : call.Binding.Receiver));
        }
    }
}
