using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;

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
        var differing = ImmutableArray.CreateBuilder<Term>();
        foreach (var entry in a.Store.Entries)
        {
            if (!b.Read(entry.Key).Equals(entry.Value))
                differing.Add(entry.Key);
        }

        foreach (var entry in b.Store.Entries)
        {
            if (!a.Store.TryGet(entry.Key, out _) && !a.Read(entry.Key).Equals(entry.Value))
                differing.Add(entry.Key);
        }

        foreach (var location in differing)
        {
            var joined = Term.Phi(place, location);
            a = Name(a, location, joined);
            b = Name(b, location, joined);
        }

        var facts = TermMap<bool>.Empty;
        foreach (var entry in a.Facts.Entries)
        {
            if (b.Facts.TryGet(entry.Key, out bool other) && other == entry.Value)
                facts = facts.With(entry.Key, entry.Value);
        }

        var store = TermMap<Term>.Empty;
        foreach (var entry in a.Store.Entries)
        {
            if (b.Read(entry.Key).Equals(entry.Value))
                store = store.With(entry.Key, entry.Value);
        }

        var owned = a.Owned;
        foreach (var term in a.Owned)
        {
            if (!b.Owned.Contains(term))
                owned = owned.Remove(term);
        }

        return a with { Facts = facts, Store = store, Owned = owned };
    }

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

    static PathState Name(PathState state, Term location, Term joined)
    {
        var value = state.Read(location);
        if (value.Equals(joined))
            return state;
        state = state.Rename(joined, Term.Stale(joined));
        // Facts about the value hold of the joined value on this path: they survive if they hold on the other one too.
        foreach (var fact in state.Facts.Entries)
        {
            if (!value.IsConstant && fact.Key.Mentions(value))
                state = state with { Facts = state.Facts.With(fact.Key.Replace(value, joined), fact.Value) };
        }

        if (Conditions.Truth(state, Conditions.IsNull(value)) is { } isNull)
            state = state with { Facts = state.Facts.With(Conditions.IsNull(joined), isNull) };
        return state.Write(location, joined);
    }
}
