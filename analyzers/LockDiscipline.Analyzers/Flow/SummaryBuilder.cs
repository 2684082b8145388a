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
    readonly List<Taken> _takes = new();
    readonly List<Need> _needs = new();
    readonly List<Exclusion> _excludes = new();
    readonly HashSet<ISymbol> _keeps = new(SymbolEqualityComparer.Default);
    ImmutableArray<ChainLink> _sleep = ImmutableArray<ChainLink>.Empty;
    ImmutableArray<Term> _sleepsWithout = ImmutableArray<Term>.Empty;

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
        a.Outcomes.Length == b.Outcomes.Length && a.Takes.Length == b.Takes.Length && a.Needs.Length == b.Needs.Length
        && a.Excludes.Length == b.Excludes.Length
        && a.SleepChain.Length == b.SleepChain.Length && a.SleepsWithout.Length == b.SleepsWithout.Length && a.Keeps.Length == b.Keeps.Length;

    public override void Accessed(in MemberAccess access, PathState state)
    {
        foreach (var need in Requirements.Of(access, state))
        {
            if (need.Held is null && !access.Contract.GuardedByAny.Contains(need.Clause))
                AddNeed(need);
        }
    }

    public override void Called(in CallMade call, PathState state)
    {
        foreach (var need in Requirements.Of(call, state))
        {
            if (need.Held is null)
                AddNeed(need);
        }

        foreach (var taken in call.Summary.Takes)
        {
            if (call.Binding.Substitute(taken.Lock) is { } path)
                AddTaken(taken with { Lock = path }, state);
        }

        foreach (var clause in call.Contract.Excludes)
            AddExclusion(call, clause.Path, clause.Text, state);
        foreach (var exclusion in call.Summary.Excludes)
            AddExclusion(call, exclusion.Lock, exclusion.Text, state);
        if (Sleeping.Chain(_host, call) is { IsEmpty: false } chain)
            AddSleep(chain, Sleeping.Without(call, state));
    }

    public override void Acquired(in LockAcquired acquired, PathState state)
    {
        if (!acquired.IsTry)
            AddTaken(new Taken(acquired.Lock, acquired.Mode, acquired.Traits, acquired.Text), state);
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
            if (leaves && entry.Value.IsConstant)
                written.Add((entry.Key, entry.Value));
        }

        var returned = exit.Returned is { IsConstant: true } constant ? constant : null;
        AddOutcome(new Outcome(returned, acquired.ToImmutable(), released.ToImmutable(), written.ToImmutable()));
    }

    Summary ToSummary()
    {
        bool matters = false;
        foreach (var outcome in _outcomes)
            matters |= !(outcome.Acquired.IsEmpty && outcome.Released.IsEmpty);
        var summary = Summary.None;
        if (!matters && _takes.Count == 0 && _needs.Count == 0 && _excludes.Count == 0 && _sleep.IsEmpty && _keeps.Count == 0)
            return summary;
        return summary with
        {
            Outcomes = matters && _outcomes.Count <= MaxOutcomes ? _outcomes.ToImmutableArray() : ImmutableArray<Outcome>.Empty,
            Takes = _takes.ToImmutableArray(),
            Needs = _body.IsVisible ? ImmutableArray<Need>.Empty : _needs.ToImmutableArray(),
            Excludes = _excludes.ToImmutableArray(),
            SleepChain = _sleep,
            SleepsWithout = _sleepsWithout,
            Keeps = _keeps.ToImmutableArray(),
        };
    }

    void AddNeed(in Requirement need)
    {
        if (need.Path is not { IsRooted: true } path)
            return;
        for (int i = 0; i < _needs.Count; i++)
        {
            if (!_needs[i].Lock.Equals(path))
                continue;
            if (_needs[i].Mode < need.Mode)
                _needs[i] = _needs[i] with { Mode = need.Mode };
            return;
        }

        _needs.Add(new Need(path, need.Mode, need.Text));
    }

    void AddExclusion(in CallMade call, Term path, string text, PathState state)
    {
        if (call.Binding.Substitute(path) is not { IsRooted: true } bound || IsOwed(state, bound) || state.Find(bound) is not null)
            return;
        foreach (var known in _excludes)
        {
            if (known.Lock.Equals(bound))
                return;
        }

        _excludes.Add(new Exclusion(bound, text));
    }

    // The place where most of the caller's locks are still held is the one that speaks.
    void AddSleep(ImmutableArray<ChainLink> chain, ImmutableArray<Term> without)
    {
        if (!_sleep.IsEmpty && without.Length >= _sleepsWithout.Length)
            return;
        _sleep = chain;
        _sleepsWithout = without;
    }

    void AddTaken(Taken taken, PathState state)
    {
        // Its caller's hold was released before: taking it back is no second acquire.
        if (!taken.Lock.IsRooted || IsOwed(state, taken.Lock))
            return;
        foreach (var known in _takes)
        {
            if (known.Lock.Equals(taken.Lock) && known.Mode == taken.Mode)
                return;
        }

        _takes.Add(taken);
    }

    static bool IsOwed(PathState state, Term path)
    {
        foreach (var owed in state.Owed)
        {
            if (owed.Lock.Equals(path))
                return true;
        }

        return false;
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
