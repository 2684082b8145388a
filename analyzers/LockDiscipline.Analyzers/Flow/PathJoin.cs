using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Joins path states where paths meet. The laws that the fixpoint needs are stated on <see cref="IFlowLattice{TState}"/>.</summary>
internal static class PathJoin
{
    /// <summary>Joins the values of two states with one key; <paramref name="place"/> names the values that differ.</summary>
    /// <param name="a">One state.</param>
    /// <param name="b">The other one.</param>
    /// <param name="place">Where they meet.</param>
    /// <param name="scopes">What is over at that place is let go; null for nothing.</param>
    public static PathState Values(PathState a, PathState b, object place, Scopes? scopes = null)
    {
        if (a.Equals(b))
            return a;

        // What a variable holds where its values differ is known by the place and the variable only. A former value of
        // that name is another object: it keeps its facts under a name that no variable has.
        var places = new List<Term>();
        TermMap<Term>.Differences(a.Store, b.Store, places);
        var (namesA, namesB) = (new Names(place), new Names(place));
        // Paths that differ in more than that already are told apart by no condition: then what only one of them knows of a name is lost anyway.
        bool isLost = Disjunctions.AreLost(a.Facts, b.Facts);
        List<(Term InA, Term InB, Term Name)>? numbers = null;
        foreach (var location in places)
        {
            if (scopes?.IsOver(location, place) == true)
            {
                namesA.LetGo(location);
                namesB.LetGo(location);
                continue;
            }

            var (inA, inB) = (a.Read(location), b.Read(location));
            if (inA.Equals(inB))
                continue;
            var (isNamedInA, isNamedInB) = (inA.IsNameOf(place, location), inB.IsNameOf(place, location));
            var joined = isNamedInA ? inA : isNamedInB ? inB : Term.Phi(place, location);
            bool isNumber = inA is { IsConstant: true, Value: long } && MayBeBounded(inB) || inB is { IsConstant: true, Value: long } && MayBeBounded(inA)
                || inA.Kind == TermKind.Phi && inB.Kind == TermKind.Phi && (a.Facts.Mask & b.Facts.Mask & TermMask.Less) != 0;
            if (isNumber)
                (numbers ??= new()).Add((inA, inB, joined));
            if (!isNamedInA)
                a = namesA.Give(a, location, joined, inB, isKnown: isNumber || !(isLost && isNamedInB) || Knows(b, joined));
            if (!isNamedInB)
                b = namesB.Give(b, location, joined, inA, isKnown: isNumber || !(isLost && isNamedInA) || Knows(a, joined));
        }

        var store = namesA.WrittenTo(a.Store);
        if (namesA.HaveRenamed || namesB.HaveRenamed)
        {
            b = b with { Store = namesB.WrittenTo(b.Store) };
            places.Clear();
            TermMap<Term>.Differences(store, b.Store, places);
            foreach (var location in places)
            {
                if (store.TryGet(location, out var value) && !b.Read(location).Equals(value))
                    store = store.Without(location);
            }
        }

        var facts = Disjunctions.Join(a, b, TermMap<bool>.Common(a.Facts, b.Facts));
        if (numbers is not null)
        {
            foreach (var (inA, inB, name) in numbers)
                facts = Bounds.Join(facts, a, inA, b, inB, name);
        }

        return a with { Facts = facts, Store = store, Owned = Common(a.Owned, b.Owned), Lent = Common(a.Lent, b.Lent) };
    }

    static ImmutableArray<Term> Common(ImmutableArray<Term> a, ImmutableArray<Term> b)
    {
        var common = a;
        foreach (var term in a)
        {
            if (!b.Contains(term))
                common = common.Remove(term);
        }

        return common;
    }

    static bool MayBeBounded(Term value) => value.Kind == TermKind.Phi || value is { IsConstant: true, Value: long };

    /// <summary>Merges two states whatever their keys: a lock held in one only is held maybe, a result untested in one only is let go.</summary>
    public static PathState Approximately(PathState a, PathState b, object place, Scopes? scopes = null)
    {
        var locks = ImmutableArray.CreateBuilder<Hold>();
        foreach (var hold in a.Locks)
            locks.Add(b.Locks.Contains(hold) ? hold : Weaken(hold));
        foreach (var hold in b.Locks)
        {
            if (!a.Locks.Contains(hold) && !locks.Contains(Weaken(hold)))
                locks.Add(Weaken(hold));
        }

        var results = a.Unchecked.RemoveAll(result => !b.Unchecked.Contains(result));
        var owed = a.Owed.RemoveAll(lost => !b.Owed.Contains(lost));
        var marks = a.Marks.RemoveAll(mark => mark.IsDebt && !b.Marks.Contains(mark));
        foreach (var mark in b.Marks)
        {
            if (!mark.IsDebt && !marks.Contains(mark))
                marks = marks.Add(mark);
        }

        var key = a with { Locks = locks.ToImmutable(), Unchecked = results, Owed = owed, Marks = marks, Implicit = a.Implicit && b.Implicit };
        return Values(key, b with { Locks = key.Locks, Unchecked = results, Owed = owed, Marks = marks, Implicit = key.Implicit }, place, scopes);
    }

    static Hold Weaken(Hold hold) => hold.Certainty == Certainty.Definite ? hold with { Certainty = Certainty.Maybe } : hold;

    // What the other path finds out of a name counts where this one, on which the value has it already, knows something of it, too.
    static bool Knows(PathState state, Term name) => state.Facts.Any(new Mentioning(name)) || state.Owned.Contains(name);

    /// <summary>The names that values of one of the two paths are given. They are written into its store only where that can tell something.</summary>
    struct Names(object place)
    {
        List<(Term Location, Term? Name)>? _unwritten;
        bool? _hasFormer;

        /// <summary>A former value had one of the names, and goes by another one now.</summary>
        public bool HaveRenamed { get; private set; }

        /// <param name="state">The path.</param>
        /// <param name="location">Where the value is.</param>
        /// <param name="joined">The name.</param>
        /// <param name="other">The value on the other path.</param>
        /// <param name="isKnown">Whether something may be known of the name afterwards.</param>
        public PathState Give(PathState state, Term location, Term joined, Term other, bool isKnown)
        {
            if ((_hasFormer ??= state.Any(new NamedAfter(place))) && state.Mentions(joined))
            {
                state = (state with { Store = WrittenTo(state.Store) }).Rename(joined, Term.Stale(joined));
                HaveRenamed = true;
            }

            if (isKnown)
                state = Name(state, state.Read(location), joined, other);
            (_unwritten ??= new()).Add((location, joined));
            return state;
        }

        /// <summary>What a variable held that is over counts no more.</summary>
        public void LetGo(Term location) => (_unwritten ??= new()).Add((location, null));

        public TermMap<Term> WrittenTo(TermMap<Term> store)
        {
            if (_unwritten is null)
                return store;
            foreach (var (location, name) in _unwritten)
                store = name is null ? store.Without(location) : store.With(location, name);
            _unwritten.Clear();
            return store;
        }
    }

    static bool IsFlag(Term value) => value.IsConstant && value.Value is bool;

    // `need = a && b`: on one path it is false, on the other it is `b`. That is a condition like others, and may tell the two apart.
    static TermMap<bool> NameFlag(PathState state, TermMap<bool> facts, Term value, Term joined)
    {
        if (Conditions.Truth(state, value) is { } known)
            return facts.With(joined, known);
        return value.IsConstant || value.Depth >= Disjunctions.MaxDepth ? facts
            : facts.With(Disjunctions.Both(joined, ConditionTerms.Not(value)), false).With(Disjunctions.Both(ConditionTerms.Not(joined), value), false);
    }

    // `slot?.IsInvalid`: an answer, or none at all.
    static bool IsMissing(Term value, Term other) =>
        value is { IsConstant: true, Value: null } && (other.Symbol is IFieldSymbol { Type.SpecialType: SpecialType.System_Boolean } or IPropertySymbol { Type.SpecialType: SpecialType.System_Boolean }
            || other is { Kind: TermKind.Site, Value: IOperation { Type.SpecialType: SpecialType.System_Boolean } });

    // Where it is true or false, it is the answer; where there is none, it is neither.
    static TermMap<bool> NameAnswer(TermMap<bool> facts, Term answer, Term joined) =>
        answer.Depth >= Disjunctions.MaxDepth ? facts
            : facts.With(Disjunctions.Both(joined, ConditionTerms.Not(answer)), false).With(Disjunctions.Both(ConditionTerms.Not(joined), answer), false);

    // What is known of the value is known of the joined value on this path: it survives if it holds on the other one too.
    static PathState Name(PathState state, Term value, Term joined, Term other)
    {
        var facts = state.Facts;
        bool hasFacts = (facts.Mask & value.Bit) == value.Bit;
        if (hasFacts && !value.IsConstant)
        {
            foreach (var fact in state.Facts.Matching(value.Bit))
            {
                if (fact.Key.Mentions(value))
                    facts = facts.With(fact.Key.Replace(value, joined), fact.Value);
            }
        }

        if ((hasFacts || value.Kind is TermKind.Constant or TermKind.Fresh or TermKind.This) && Conditions.Truth(state, ConditionTerms.IsNull(value)) is { } isNull)
            facts = facts.With(ConditionTerms.IsNull(joined), isNull);
        if (IsFlag(value) || IsFlag(other))
            facts = NameFlag(state, facts, value, joined);
        else if (IsMissing(value, other) || IsMissing(other, value))
            facts = NameAnswer(facts, IsMissing(value, other) ? other : value, joined);
        // One of several objects that are all free is free.
        bool isFree = state.Owned.Contains(value) || value is { IsConstant: true, Value: null };
        var owned = isFree && !state.Owned.Contains(joined) ? state.Owned.Add(joined) : state.Owned;
        return ReferenceEquals(facts, state.Facts) && owned == state.Owned ? state : state with { Facts = facts, Owned = owned };
    }
}
