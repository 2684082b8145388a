using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Infers what a body does to its caller's locks, by solving it for a caller that holds nothing.</summary>
internal sealed class SummaryBuilder : FlowObserver
{
    /// <summary>More ways of ending than this are not kept apart.</summary>
    const int MaxOutcomes = 6;

    readonly FlowHost _host;
    readonly Body _body;
    readonly List<Outcome> _outcomes = new();
    readonly List<Need> _needs = new();
    readonly HashSet<ISymbol> _keeps = new(SymbolEqualityComparer.Default);

    SummaryBuilder(FlowHost host, Body body)
    {
        _host = host;
        _body = body;
    }

    public static Summary Build(FlowHost host, Body body)
    {
        var builder = new SummaryBuilder(host, body);
        var entry = BodySolver.EntryOf(host, body);
        foreach (var parameter in body.Method!.Parameters)
        {
            if (parameter.Type.IsReferenceType)
                entry = entry with { Owned = entry.Owned.Add(Term.Parameter(parameter)) };
        }

        BodySolver.Solve(host, body, entry, builder);
        return builder.ToSummary();
    }

    public static bool Same(Summary a, Summary b) =>
        a.Outcomes.Length == b.Outcomes.Length && a.Needs.Length == b.Needs.Length && a.Keeps.Length == b.Keeps.Length;

    public override void Accessed(in MemberAccess access, PathState state)
    {
        foreach (var need in Requirements.Of(access, state))
        {
            if (need.Held is null && !access.Contract.GuardedByAny.Contains(need.Clause))
                AddNeed(need.Path, need.Mode, need.Text);
        }
    }

    public override void Called(in CallMade call, PathState state)
    {
        foreach (var need in Requirements.Of(call, state))
        {
            if (need.Held is null)
                AddNeed(need.Path, need.Mode, need.Text);
        }

        foreach (var need in call.Summary.Needs)
        {
            if (call.Binding.Follow(state, need.Lock) is { } path && state.Find(path) is null && !IsOwnedHere(path, state))
                AddNeed(path, need.Mode, call.Binding.Render(need.Text));
        }
    }

    public override void Left(in BodyLeft exit, PathState state)
    {
        if (state.Implicit)
            return;
        foreach (var parameter in _body.Method!.Parameters)
        {
            if (parameter.Type.IsReferenceType && !state.Owned.Contains(Term.Parameter(parameter)))
                _keeps.Add(parameter);
        }

        if (exit.IsThrow || _body.IsVisible)
            return;
        var acquired = ImmutableArray.CreateBuilder<Hold>();
        foreach (var hold in state.Locks)
        {
            if (hold.Source is HoldSource.Acquired or HoldSource.Tried && hold.Certainty == Certainty.Definite && hold.Lock.IsRooted
                && (hold.Scope is null || hold.Scope.Equals(exit.Returned)))
            {
                acquired.Add(hold with { At = null, Text = hold.Text });
            }
        }

        var released = ImmutableArray.CreateBuilder<Owed>();
        foreach (var owed in state.Owed)
        {
            if (owed.Lock.IsRooted)
                released.Add(owed);
        }

        var written = ImmutableArray.CreateBuilder<(Term, Term)>();
        foreach (var entry in state.Store.Entries)
        {
            bool leaves = entry.Key.Symbol is IParameterSymbol { RefKind: RefKind.Ref or RefKind.Out }
                || (_body.Method.MethodKind == MethodKind.LocalFunction && entry.Key.Kind == TermKind.Parameter
                    && !SymbolEqualityComparer.Default.Equals(entry.Key.Symbol!.ContainingSymbol, _body.Method));
            if (leaves && Known(entry.Value, state) is { } value)
                written.Add((entry.Key, value));
        }

        AddOutcome(new Outcome(exit.Returned is null ? null : Returned(exit.Returned, state), acquired.ToImmutable(), released.ToImmutable(), written.ToImmutable()));
    }

    // Also one of its caller's objects: that may be what it locked.
    Term? Returned(Term value, PathState state) =>
        Known(value, state) ?? (value.IsRooted && _body.Method is { ReturnType.IsReferenceType: true } ? value : null);

    // A constant, or a condition that was tested on the way.
    static Term? Known(Term value, PathState state) =>
        value.IsConstant ? value : Conditions.Truth(state, value) switch { true => Term.True, false => Term.False, null => null };

    Summary ToSummary()
    {
        bool matters = false;
        foreach (var outcome in _outcomes)
            matters |= !(outcome.Acquired.IsEmpty && outcome.Released.IsEmpty);
        var summary = Summary.None;
        if (!matters && _needs.Count == 0 && _keeps.Count == 0)
            return summary;
        return summary with
        {
            Outcomes = matters && _outcomes.Count <= MaxOutcomes ? _outcomes.ToImmutableArray() : ImmutableArray<Outcome>.Empty,
            Needs = _body.IsVisible ? ImmutableArray<Need>.Empty : _needs.ToImmutableArray(),
            Keeps = _keeps.ToImmutableArray(),
        };
    }

    bool IsOwnedHere(Term path, PathState state) =>
        path.Root.Kind == TermKind.This ? _body.IsConstruction : path.Root.Kind != TermKind.Parameter && state.Owned.Contains(path.Root);

    void AddNeed(Term? lockPath, LockMode mode, string text)
    {
        if (lockPath is not { IsRooted: true } path)
            return;
        for (int i = 0; i < _needs.Count; i++)
        {
            if (!_needs[i].Lock.Equals(path))
                continue;
            if (_needs[i].Mode < mode)
                _needs[i] = _needs[i] with { Mode = mode };
            return;
        }

        _needs.Add(new Need(path, mode, text));
    }

    void AddOutcome(Outcome outcome)
    {
        foreach (var known in _outcomes)
        {
            if (Equals(known.Returned, outcome.Returned) && Same(known.Acquired, outcome.Acquired) && Same(known.Released, outcome.Released) && Same(known.Written, outcome.Written))
                return;
        }

        _outcomes.Add(outcome);
    }

    static bool Same<T>(ImmutableArray<T> a, ImmutableArray<T> b)
    {
        if (a.Length != b.Length)
            return false;
        foreach (var item in a)
        {
            if (!b.Contains(item))
                return false;
        }

        return true;
    }
}
