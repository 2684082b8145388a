using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Joins path states where paths meet. The laws that the fixpoint needs are stated on <see cref="IFlowLattice{TState}"/>.</summary>
internal static class PathJoin
{
    /// <summary>Joins the values of two states with one key; <paramref name="place"/> names the values that differ.</summary>
    public static PathState Values(PathState a, PathState b, object place)
    {
        if (a.Equals(b))
            return a;

        // What a variable holds where its values differ is known by the place and the variable only. A former value of
        // that name is another object: it keeps its facts under a name that no variable has.
        var places = new List<Term>();
        TermMap<Term>.Differences(a.Store, b.Store, places);
        // The store of the result is that of one path; the names are written into the other's only where that can tell something.
        int unwritten = 0;
        bool renamed = false;
        var named = new List<(Term Location, Term Name)>(places.Count);
        List<(Term InA, Term InB, Term Name)>? numbers = null;
        foreach (var location in places)
        {
            var (inA, inB) = (a.Read(location), b.Read(location));
            if (inA.Equals(inB))
                continue;
            var joined = Term.Phi(place, location);
            if (inA is { IsConstant: true, Value: long } && MayBeBounded(inB) || inB is { IsConstant: true, Value: long } && MayBeBounded(inA)
                || inA.Kind == TermKind.Phi && inB.Kind == TermKind.Phi && (a.Facts.Mask & b.Facts.Mask & TermMask.Less) != 0)
            {
                (numbers ??= new()).Add((inA, inB, joined));
            }

            if (!a.Read(location).Equals(joined))
            {
                if (a.Mentions(joined))
                    (a, renamed) = (a.Rename(joined, Term.Stale(joined)), true);
                a = Name(a, a.Read(location), joined, inB).Write(location, joined);
            }

            if (!b.Read(location).Equals(joined))
            {
                if (b.Mentions(joined))
                {
                    b = Write(b, named, ref unwritten);
                    (b, renamed) = (b.Rename(joined, Term.Stale(joined)), true);
                }

                b = Name(b, b.Read(location), joined, inA);
                named.Add((location, joined));
            }
        }

        var store = a.Store;
        if (renamed)
        {
            b = Write(b, named, ref unwritten);
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
    public static PathState Approximately(PathState a, PathState b, object place)
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
        return Values(key, b with { Locks = key.Locks, Unchecked = results, Owed = owed, Marks = marks, Implicit = key.Implicit }, place);
    }

    static Hold Weaken(Hold hold) => hold.Certainty == Certainty.Definite ? hold with { Certainty = Certainty.Maybe } : hold;

    static PathState Write(PathState state, List<(Term Location, Term Name)> named, ref int from)
    {
        for (; from < named.Count; from++)
            state = state.Write(named[from].Location, named[from].Name);
        return state;
    }

    static bool IsFlag(Term value) => value.IsConstant && value.Value is bool;

    // `need = a && b`: on one path it is false, on the other it is `b`. That is a condition like others, and may tell the two apart.
    static TermMap<bool> NameFlag(PathState state, TermMap<bool> facts, Term value, Term joined)
    {
        if (Conditions.Truth(state, value) is { } known)
            return facts.With(joined, known);
        return value.Depth >= Disjunctions.MaxDepth ? facts
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
