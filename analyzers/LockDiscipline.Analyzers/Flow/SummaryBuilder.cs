using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Infers what a body does to its caller's locks, from what happens in it for a caller that holds nothing.</summary>
internal sealed class SummaryBuilder : FlowObserver
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
        // Of a method that others can call, callers learn no more than which locks are free for a time; what one that states what it does to
        // locks does besides, they learn as of any other.
        if (_body.IsVisible || _body.Contract.SpeaksOfLocks)
        {
            AddOutcome(new Outcome(exit.Returned is null ? null : Handed(exit.Returned, state), ImmutableArray<Hold>.Empty, ImmutableArray<Owed>.Empty, _body.IsVisible ? ImmutableArray<(Term, Term)>.Empty : Written(state, exit.Returned))
            {
                Marks = Carried(state, exit.Returned).RemoveAll(_body.IsVisible ? static mark => mark.Kind != MarkKind.Dropped : IsSaid),
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

    // What by-reference parameters, variables of the code around a local function, and the parts of a returned tuple hold at the end.
    ImmutableArray<(Term Location, Term Value)> Written(PathState state, Term? returned)
    {
        var written = ImmutableArray.CreateBuilder<(Term, Term)>();
        if (returned is not null && TupleParts.Made(returned) is not null)
        {
            foreach (var entry in state.Store.Matching(returned.Bit))
            {
                if (entry.Key.Kind is TermKind.Member or TermKind.Element && returned.Equals(entry.Key.Left) && (Known(entry.Value, state) ?? entry.Value) is { IsRooted: true } part)
                    written.Add((entry.Key.Replace(returned, Term.Return), part));
            }
        }

        foreach (var entry in state.Store.Entries)
        {
            bool leaves = entry.Key.Symbol is IParameterSymbol { RefKind: RefKind.Ref or RefKind.Out }
                || (_body.Method!.MethodKind == MethodKind.LocalFunction && entry.Key.Kind == TermKind.Parameter
                    && !SymbolEqualityComparer.Default.Equals(entry.Key.Symbol!.ContainingSymbol, _body.Method));
            if (leaves && (Known(entry.Value, state) ?? (Premise.IsOfArguments(entry.Value) || IsObjectOfCaller(entry) ? entry.Value : null)) is { } value)
                written.Add((entry.Key, value));
        }

        // What it may assign and did not on this way.
        if (_body.Method!.MethodKind == MethodKind.LocalFunction)
        {
            foreach (var (_, location) in _body.Assignments)
            {
                if (location is { Kind: TermKind.Parameter, Symbol: { } variable } && !SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, _body.Method)
                    && state.Read(location).Equals(location) && !written.Contains((location, location)))
                {
                    written.Add((location, location));
                }
            }
        }

        // What it leaves as it was is known to its caller.
        foreach (var parameter in _body.Method!.Parameters)
        {
            if (parameter.RefKind == RefKind.Ref && state.Read(Term.Parameter(parameter)) is var kept && kept.Equals(Term.Parameter(parameter)))
                written.Add((kept, kept));
        }

        return written.ToImmutable();
    }

    // What it assigned of what its caller can name.
    ImmutableArray<(Term Location, Term Value)> LeftIn(PathState state)
    {
        ImmutableArray<(Term, Term)>.Builder? left = null;
        foreach (var entry in state.Store.Entries)
        {
            if ((entry.Key.Kind == TermKind.Static || entry.Key is { Kind: TermKind.Member, Symbol: not null, IsRooted: true }) && _assigns.Contains(entry.Key) && Known(entry.Value, state) is { } value)
                (left ??= ImmutableArray.CreateBuilder<(Term, Term)>()).Add((entry.Key, value));
        }

        return left?.ToImmutable() ?? ImmutableArray<(Term, Term)>.Empty;
    }

    // A lock as the caller can name it: by what it passed, or by the object that it is given back.
    Term? ForCaller(Term path, Term? returned, PathState state)
    {
        // Which element of a collection was picked is known by what is returned, long after the collection has changed.
        if (path.IsRooted && !(returned is not null && IsPicked(returned) && path.Mentions(returned)))
            return path;
        if (returned is { IsConstant: false } && path.Mentions(returned) && path.Replace(returned, Term.Return) is { Root.Kind: TermKind.Return } given)
            return given;
        foreach (var parameter in _body.Method!.Parameters)
        {
            if (parameter.RefKind == RefKind.Out && Term.Parameter(parameter) is var place && state.Read(place) is { IsConstant: false } held && path.Mentions(held)
                && path.Replace(held, place) is { IsRooted: true } handed)
            {
                return handed;
            }
        }

        return null;
    }

    // It may be what was locked.
    static bool IsObjectOfCaller(KeyValuePair<Term, Term> entry) =>
        entry.Value is { Kind: TermKind.Member or TermKind.Static, IsRooted: true } && entry.Key.Symbol is IParameterSymbol { RefKind: RefKind.Out, Type.IsReferenceType: true };

    // A contract that changes locks says which of them are free for a time, too.
    bool IsSaid(Mark mark) => mark.Kind == MarkKind.Dropped && _body.Contract.ChangesLocks;

    // Marks on values that the caller can name.
    ImmutableArray<Mark> Carried(PathState state, Term? returned)
    {
        if (state.Marks.IsEmpty)
            return ImmutableArray<Mark>.Empty;
        var carried = ImmutableArray.CreateBuilder<Mark>();
        foreach (var mark in state.Marks)
        {
            if (mark.Kind is MarkKind.Failed or MarkKind.Walked or MarkKind.Assigned or MarkKind.Published or MarkKind.Restored or MarkKind.FoundStale)
                continue;
            // What is returned dead is a finding there; what is left in a parameter is one where it is used.
            if (mark.Kind == MarkKind.Dead && HandedBackIn(state, mark.Value!) is null)
                continue;
            // The flag of pending work is a variable of the helper's own.
            if (mark.Kind is MarkKind.Pending or MarkKind.Settled)
                carried.Add(mark with { Value = null, Under = null });
            else if (mark.Value is null)
                AddUnder(mark);
            else if (returned is not null && Evaluator.Concerns(_host.Contracts, returned, mark.Value) || TupleParts.Hold(state, returned, mark.Value))
                AddHandedBack(mark with { Value = Term.Return });
            else if (HandedBackIn(state, mark.Value) is { } parameter)
                AddHandedBack(mark with { Value = parameter });
            else if (mark.Value.IsRooted)
                AddUnder(mark);
        }

        return carried.ToImmutable();

        // Owned on the condition of a result: the caller has that result, beside the object or by itself, or it was tested here.
        void AddHandedBack(Mark mark)
        {
            if (mark.Kind == MarkKind.Owned && mark.Under is { } condition)
            {
                if (condition.Equals(returned))
                    carried.Add(mark with { Under = Term.Return });
                else if (Failure.Of(state, condition) == false || TupleParts.Hold(state, returned, condition))
                    carried.Add(mark with { Under = null });
            }
            else
            {
                AddUnder(mark);
            }
        }

        void AddUnder(Mark mark)
        {
            if (mark.Under is null or { IsRooted: true })
                carried.Add(mark);
        }
    }

    // The by-reference parameter that holds the value at the end.
    Term? HandedBackIn(PathState state, Term value)
    {
        foreach (var parameter in _body.Method!.Parameters)
        {
            if (parameter.RefKind is RefKind.Ref or RefKind.Out && Term.Parameter(parameter) is var place && !value.Equals(place) && Evaluator.Concerns(_host.Contracts, state.Read(place), value))
                return place;
        }

        return null;
    }

    // What the caller can name, too: a known value, what it passed itself, a condition on that, or one of its objects, which may be what was locked.
    Term? Handed(Term value, PathState state) =>
        Known(value, state) ?? (Premise.IsOfArguments(value) || (value.IsRooted && !IsPicked(value) && _body.Method is { ReturnType.IsReferenceType: true }) ? value : null);

    // An element by an index or key that its caller did not give.
    static bool IsPicked(Term value)
    {
        for (; value.Left is not null && value.Kind is TermKind.Member or TermKind.Element; value = value.Left)
        {
            if (value.Kind == TermKind.Element && !Premise.IsOfArguments(value.Right!))
                return true;
        }

        return false;
    }

    // A constant, or a condition that was tested on the way.
    static Term? Known(Term value, PathState state) =>
        value.IsConstant ? value : Conditions.Truth(state, value) switch { true => Term.True, false => Term.False, null => null };

    // While a knot is untied, each way of ending counts: what is taken for possible too early would then prove itself.
    Summary ToSummary(Summary last)
    {
        // Nothing is taken back from round to round, or what is found would depend on where the knot was entered.
        foreach (var outcome in last.Outcomes)
            AddOutcome(outcome);
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
