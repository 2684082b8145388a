using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Infers what a body does to its caller's locks, from what happens in it for a caller that holds nothing.</summary>
internal sealed partial class SummaryBuilder : FlowObserver
{
    /// <summary>More ways of ending than this are not kept apart.</summary>
    const int MaxOutcomes = 6;

    readonly FlowHost _host;
    readonly Body _body;
    readonly List<Outcome> _outcomes = new();
    readonly List<Need> _needs = new();
    readonly HashSet<ISymbol> _keeps = new(SymbolEqualityComparer.Default);
    readonly List<Term> _assigns = new();
    bool _returns;
    bool? _isForOthers;

    SummaryBuilder(FlowHost host, Body body)
    {
        _host = host;
        _body = body;
    }

    /// <summary>What is assumed of a method that is called by those it calls, before anything is known: that it does not come back.</summary>
    public static Summary Least(IMethodSymbol method) =>
        method.IsAsync || method.ReturnType.Name is "IEnumerable" or "IEnumerator" or "IAsyncEnumerable" or "IAsyncEnumerator"
            ? Summary.None
            : Summary.None with { NeverReturns = true };

    /// <param name="host">Who asks.</param>
    /// <param name="solution">What happens in it.</param>
    /// <param name="last">What was found in the last round.</param>
    public static Summary Build(FlowHost host, Solution solution, Summary last)
    {
        var builder = new SummaryBuilder(host, solution.Body);
        solution.Tell(builder);
        return builder.ToSummary(last);
    }

    /// <summary>Whether both say the same of the method; how locks are written in it is no part of that.</summary>
    public static bool Same(Summary a, Summary b) =>
        a.NeverReturns == b.NeverReturns && a.HasTooManyOutcomes == b.HasTooManyOutcomes
        && Same(a.Outcomes, b.Outcomes, static (x, y) => SameEnd(x, y) && x.Told.Equals(y.Told) && x.Given.Equals(y.Given) && Same(x.Leaves, y.Leaves))
        && Same(a.Needs, b.Needs, static (x, y) => x.Mode == y.Mode && x.Lock.Equals(y.Lock) && x.Given.Equals(y.Given))
        && Same(a.Keeps, b.Keeps) && Same(a.Assigns, b.Assigns);

    public override void Capped(string what) => _returns = true;

    public override void Accessed(in MemberAccess access, PathState state)
    {
        foreach (var need in Requirements.Of(access, state))
        {
            if (need.Held is null && !access.Contract.GuardedByAny.Contains(need.Clause))
                AddNeed(need.Path, need.Mode, need.Text, Premise.In(state));
        }
    }

    public override void Called(in CallMade call, PathState state)
    {
        foreach (var need in Requirements.Of(call, state))
        {
            if (need.Held is null)
                AddNeed(need.Path, need.Mode, need.Text, Premise.In(state));
        }

        foreach (var place in call.Summary.Assigns)
            AddAssigned(place.Kind == TermKind.Static ? place : call.Binding.Follow(state, place.Left!) is { } owner ? Term.Member(owner, place.Symbol!) : null);
        foreach (var need in call.Summary.Needs)
        {
            if (need.Given.Assume(state, call.Binding) is { } then && call.Binding.Follow(state, need.Lock) is { } path && state.Find(path) is null && !IsOwnedHere(path, state))
                AddNeed(path, need.Mode, call.Binding.Render(need.Text, need.Lock), Premise.In(then));
        }
    }

    public override void Assigned(in PlaceAssigned assigned, PathState state) => AddAssigned(assigned.Location);

    void AddAssigned(Term? place)
    {
        if (place is { Kind: TermKind.Member or TermKind.Static } && (place.IsRooted || place.Kind == TermKind.Static) && !_assigns.Contains(place))
            _assigns.Add(place);
    }

    public override void Left(in BodyLeft exit, PathState state)
    {
        _returns |= !exit.IsThrow;
        if (state.Implicit)
            return;
        foreach (var parameter in _body.Method!.Parameters)
        {
            if (BodySolver.IsLent(_body, parameter) && !state.Lent.Contains(Term.Parameter(parameter)))
                _keeps.Add(parameter);
        }

        if (exit.IsThrow)
            return;
        if (exit.Returned is { } answer && TellsOfMark(answer, state))
        {
            foreach (var truth in new[] { Term.True, Term.False })
            {
                if (Conditions.Assume(state, answer, truth.Equals(Term.True)) is { } decided)
                    End(exit with { Returned = truth }, Evaluator.WithoutSettled(Evaluator.WithoutUnowned(_host.Contracts, decided)));
            }

            return;
        }

        End(exit, state);
    }

    bool IsForOthers => _isForOthers ??= _body.IsVisible && !(_body.Method is { } method && Lending.Is(_host, method));

    // What it answers says whether something is owned: one way of ending for each answer.
    bool TellsOfMark(Term answer, PathState state)
    {
        if (answer.IsConstant || _body.Method!.ReturnType.SpecialType != SpecialType.System_Boolean || Conditions.Truth(state, answer) is not null)
            return false;
        foreach (var mark in state.Marks)
        {
            if (mark.Kind == MarkKind.Owned && (answer.Mentions(mark.Value!) || (mark.Under is { } condition && answer.Mentions(condition))))
                return true;
        }

        return false;
    }

    void End(in BodyLeft exit, PathState state)
    {
        NoteAsserted(exit.Returned is null ? null : Handed(exit.Returned, state), state);
        // Of a method that others can call, callers learn no more than which locks are free for a time, unless it only lends its name; what one that states
        // what it does to locks does besides, they learn as of any other.
        if (IsForOthers || _body.Contract.SpeaksOfLocks)
        {
            AddOutcome(new Outcome(exit.Returned is null ? null : Handed(exit.Returned, state), ImmutableArray<Hold>.Empty, ImmutableArray<Owed>.Empty, IsForOthers ? ImmutableArray<(Term, Term)>.Empty : Written(state, exit.Returned))
            {
                Marks = Carried(state, exit.Returned).RemoveAll(IsForOthers ? static mark => mark.Kind != MarkKind.Dropped : IsSaid),
                Given = Premise.In(state),
            });
            return;
        }

        // What the caller is given to dispose may release what was handed to it.
        bool handsOut = exit.Returned is { IsConstant: false } && Disposables.AreMadeBy(_body.Method!);
        var acquired = ImmutableArray.CreateBuilder<Hold>();
        foreach (var hold in state.Locks)
        {
            if (hold.Source is HoldSource.Acquired or HoldSource.Tried && (hold.Certainty == Certainty.Definite || ((handsOut || hold.Traits.IsPresumed) && hold.Certainty == Certainty.Maybe)) && (hold.Scope is null || hold.Scope.Equals(exit.Returned))
                && ForCaller(hold.Lock, exit.Returned, state) is { } path)
            {
                acquired.Add(hold with { Lock = path, At = null });
            }
            else if (hold is { Source: HoldSource.Acquired or HoldSource.Tried, Scope: { } scope } && TupleParts.Hold(state, exit.Returned, scope) && ForCaller(hold.Lock, exit.Returned, state) is { } lent)
            {
                // In a tuple: when its caller ends that scope is not followed.
                acquired.Add(hold with { Lock = lent, At = null, Scope = null, Certainty = Certainty.Maybe });
            }
        }

        var released = ImmutableArray.CreateBuilder<Owed>();
        foreach (var owed in state.Owed)
        {
            if (owed.Lock.IsRooted)
                released.Add(owed);
        }

        AddOutcome(new Outcome(exit.Returned is null ? null : Handed(exit.Returned, state), acquired.ToImmutable(), released.ToImmutable(), Written(state, exit.Returned))
        {
            Marks = Carried(state, exit.Returned),
            Given = Premise.WithMembers(state),
            Leaves = LeftIn(state),
            Told = exit.Returned is { IsConstant: false } returned ? Premise.OfReturned(state, returned) : default,
        });
    }

    // While a knot is untied, each way of ending counts: what is taken for possible too early would then prove itself.
    Summary ToSummary(Summary last)
    {
        // Nothing is taken back from round to round, or what is found would depend on where the knot was entered.
        foreach (var outcome in last.Outcomes)
            AddOutcome(WithoutAsserted(outcome));
        foreach (var need in last.Needs)
            Alternatives.Add(_needs, need, Alternatives.OfNeeds);
        _keeps.UnionWith(last.Keeps);
        foreach (var place in last.Assigns)
            AddAssigned(place);
        bool tooMany = last.HasTooManyOutcomes || _outcomes.Count > MaxOutcomes;
        if (!ChangesLocks())
        {
            for (int i = 0; i < _outcomes.Count; i++)
                _outcomes[i] = _outcomes[i] with { Given = _outcomes[i].Given.OfArguments(), Leaves = ImmutableArray<(Term, Term)>.Empty };
        }

        AddAsserted(last);
        return Summary.None with
        {
            NeverReturns = !_returns && Least(_body.Method!).NeverReturns,
            HasTooManyOutcomes = tooMany,
            Outcomes = tooMany ? ImmutableArray<Outcome>.Empty : _outcomes.ToImmutableArray(),
            Needs = _body.IsVisible ? ImmutableArray<Need>.Empty : _needs.ToImmutableArray(),
            Keeps = _keeps.ToImmutableArray(),
            Assigns = _body.IsVisible ? ImmutableArray<Term>.Empty : _assigns.ToImmutableArray(),
        };
    }

    // What members hold is worth telling apart only where that decides about locks.
    bool ChangesLocks()
    {
        foreach (var outcome in _outcomes)
        {
            if (!outcome.Acquired.IsEmpty || !outcome.Released.IsEmpty)
                return true;
        }

        return false;
    }

    /// <summary>The summary as callers are given it once it is final: without ways of ending, if none concerns them.</summary>
    public static Summary Settled(Summary summary)
    {
        bool matters = false;
        foreach (var outcome in summary.Outcomes)
            matters |= !(outcome.Acquired.IsEmpty && outcome.Released.IsEmpty && outcome.Marks.IsEmpty) || outcome.Given.TellsOfResult || IsTest(outcome);
        if (!matters && summary.Needs.IsEmpty && summary.Keeps.IsEmpty && summary.Assigns.IsEmpty)
            return Summary.None;
        return summary with { NeverReturns = false, Outcomes = matters ? summary.Outcomes : ImmutableArray<Outcome>.Empty };
    }

    // What it returns says something of its arguments.
    static bool IsTest(Outcome outcome) =>
        outcome.Returned is { Kind: TermKind.Operation } || (outcome.Returned is { IsConstant: true, Value: bool } && !outcome.Given.IsNothing);

    bool IsOwnedHere(Term path, PathState state) =>
        _body.Constructs(path.Root) || state.Owned.Contains(path.Root);

    void AddNeed(Term? lockPath, LockMode mode, string text, Premise given)
    {
        if (lockPath is { IsRooted: true } path)
            Alternatives.Add(_needs, new Need(path, mode, text, given), Alternatives.OfNeeds);
    }

    void AddOutcome(Outcome outcome)
    {
        for (int i = 0; i < _outcomes.Count; i++)
        {
            var known = _outcomes[i];
            if (SameEnd(known, outcome))
            {
                // Two ways to one end: what both have in common is still given.
                _outcomes[i] = known with { Given = known.Given.Common(outcome.Given), Told = known.Told.Common(outcome.Told), Leaves = known.Leaves.RemoveAll(left => !outcome.Leaves.Contains(left)) };
                return;
            }
        }

        _outcomes.Add(outcome);
    }

    static bool SameEnd(Outcome a, Outcome b) =>
        Equals(a.Returned, b.Returned)
        && Same(a.Acquired, b.Acquired, static (x, y) => x.Lock.Equals(y.Lock) && x with { Lock = y.Lock, Text = y.Text } == y)
        && Same(a.Released, b.Released, static (x, y) => x.Mode == y.Mode && x.Count == y.Count && x.Lock.Equals(y.Lock))
        && Same(a.Written, b.Written) && Same(a.Marks, b.Marks);

    static bool Same<T>(ImmutableArray<T> a, ImmutableArray<T> b) => Same(a, b, EqualityComparer<T>.Default.Equals);

    static bool Same<T>(ImmutableArray<T> a, ImmutableArray<T> b, System.Func<T, T, bool> same)
    {
        if (a.Length != b.Length)
            return false;
        foreach (var item in a)
        {
            bool found = false;
            foreach (var other in b)
                found = found || same(item, other);
            if (!found)
                return false;
        }

        return true;
    }
}
