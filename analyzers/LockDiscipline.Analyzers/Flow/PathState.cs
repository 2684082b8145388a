using System;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// What is known at a point of a body, along the paths that agree on the locks held and the results still to be tested.
/// </summary>
/// <remarks>
/// Two parts. The <em>key</em> (locks, untested results, how the point was reached) is never merged as long as the number of
/// path states stays within bounds; so a lock stays correlated with the flags that say whether it is held. The <em>values</em>
/// (what variables hold, what conditions were tested) are joined wherever keys are equal. Immutable; compared by content.
/// </remarks>
internal sealed record PathState
{
    public static readonly PathState Entry = new();

    /// <summary>The locks held; order is that of acquisition and means nothing to equality of keys.</summary>
    public ImmutableArray<Hold> Locks { get; init; } = ImmutableArray<Hold>.Empty;

    /// <summary>Locks released that were not acquired here.</summary>
    public ImmutableArray<Owed> Owed { get; init; } = ImmutableArray<Owed>.Empty;

    public ImmutableArray<Unchecked> Unchecked { get; init; } = ImmutableArray<Unchecked>.Empty;

    /// <summary>What is owned, pending, dead, sampled: see <see cref="MarkKind"/>.</summary>
    public ImmutableArray<Mark> Marks { get; init; } = ImmutableArray<Mark>.Empty;

    /// <summary>Reached only because a call may have thrown.</summary>
    public bool Implicit { get; init; }

    /// <summary>What each location holds; a location that is absent holds what it held at entry.</summary>
    public TermMap<Term> Store { get; init; } = TermMap<Term>.Empty;

    /// <summary>Conditions known to be true or false.</summary>
    public TermMap<bool> Facts { get; init; } = TermMap<bool>.Empty;

    /// <summary>Objects created here that no other thread can know yet.</summary>
    public ImmutableArray<Term> Owned { get; init; } = ImmutableArray<Term>.Empty;

    /// <summary>Arguments that were not stored anywhere yet: what the caller alone knows stays so. See <see cref="BodySolver.IsLent"/>.</summary>
    public ImmutableArray<Term> Lent { get; init; } = ImmutableArray<Term>.Empty;

    /// <summary>Where locks were released on the way; for messages, not part of equality.</summary>
    public ImmutableArray<LastRelease> Released { get; init; } = ImmutableArray<LastRelease>.Empty;

    public bool SameKey(PathState other) =>
        Implicit == other.Implicit
        && SameSet(Locks, other.Locks)
        && SameSet(Owed, other.Owed)
        && SameSet(Unchecked, other.Unchecked)
        && SameSet(Marks, other.Marks);

    public bool Equals(PathState? other) =>
        ReferenceEquals(this, other)
        || (other is not null && SameKey(other) && Store.Equals(other.Store) && Facts.Equals(other.Facts) && SameSet(Owned, other.Owned) && SameSet(Lent, other.Lent));

    public override int GetHashCode()
    {
        int hash = Implicit ? 1 : 0;
        foreach (var hold in Locks)
            hash = unchecked(hash + hold.GetHashCode());
        foreach (var result in Unchecked)
            hash = unchecked(hash + result.GetHashCode());
        foreach (var mark in Marks)
            hash = unchecked(hash + mark.GetHashCode());
        return unchecked((hash * 31) + Store.GetHashCode());
    }

    /// <summary>The value at a location.</summary>
    public Term Read(Term location) => Store.TryGet(location, out var value) ? value : location;

    public PathState Write(Term location, Term value) =>
        value.Equals(location) ? this with { Store = Store.Without(location) } : this with { Store = Store.With(location, value) };

    /// <summary>The hold of a lock that serves best for <paramref name="mode"/>; null where it is not held at all.</summary>
    public Hold? Find(Term path, LockMode? mode = null)
    {
        Hold? best = null;
        foreach (var hold in Locks)
        {
            if (!hold.Lock.Equals(path))
                continue;
            if (hold.Mode == mode)
                return hold;
            if (best is null || hold.Mode > best.Mode)
                best = hold;
        }

        return best;
    }

    /// <summary>Whether the lock is held at least as strongly as <paramref name="mode"/>.</summary>
    public bool Holds(Term path, LockMode mode) => Find(path) is { } hold && (hold.Mode >= mode || hold.Certainty != Certainty.Definite);

    public bool IsReported(Term path)
    {
        foreach (var hold in Locks)
        {
            if (hold.Certainty == Certainty.Reported && hold.Lock.Equals(path))
                return true;
        }

        return false;
    }

    public PathState Add(Hold hold) => this with { Locks = Locks.Add(hold) };

    public PathState Remove(Hold hold) => this with { Locks = Locks.Remove(hold) };

    public PathState Change(Hold from, Hold to) => this with { Locks = Locks.Replace(from, to) };

    public PathState Add(Mark mark) => Marks.Contains(mark) ? this : this with { Marks = Marks.Add(mark) };

    public PathState Without(MarkKind kind)
    {
        var state = this;
        foreach (var mark in Marks)
        {
            if (mark.Kind == kind)
                state = state.Remove(mark);
        }

        return state;
    }

    public PathState Remove(Mark mark) => this with { Marks = Marks.Remove(mark) };

    /// <summary>Takes note of a release of a lock that was not acquired here; once for each lock and mode, however it is written.</summary>
    /// <param name="released">The release.</param>
    /// <param name="mayRepeat">The release stands in a loop: how often it is made is not known, and it counts once.</param>
    public PathState Owe(Owed released, bool mayRepeat)
    {
        foreach (var owed in Owed)
        {
            if (owed.Mode == released.Mode && owed.Lock.Equals(released.Lock))
                return released.IsReentrant && !mayRepeat && owed.Count < Hold.MaxDepth ? this with { Owed = Owed.Replace(owed, owed with { Count = owed.Count + 1 }) } : this;
        }

        return this with { Owed = Owed.Add(released) };
    }

    /// <summary>Takes note that a finding on this lock was given; no further one follows in this body.</summary>
    public PathState MarkReported(Hold hold) =>
        hold.Certainty == Certainty.Reported ? this : Change(hold, hold with { Certainty = Certainty.Reported });

    public PathState NoteRelease(Term path, IOperation at)
    {
        foreach (var release in Released)
        {
            if (release.Lock.Equals(path))
                return this with { Released = Released.Replace(release, new LastRelease(path, at)) };
        }

        return this with { Released = Released.Add(new LastRelease(path, at)) };
    }

    /// <summary>Whether <paramref name="term"/> occurs anywhere in this state.</summary>
    public bool Mentions(Term term) => Any(new Mentioning(term));

    /// <summary>Whether something is so of any term in this state.</summary>
    public bool Any<TTest>(in TTest test)
        where TTest : struct, ITermTest
    {
        foreach (var hold in Locks)
        {
            if (test.Holds(hold.Lock) || (hold.Scope is not null && test.Holds(hold.Scope)))
                return true;
        }

        foreach (var result in Unchecked)
        {
            if (test.Holds(result.Value))
                return true;
        }

        foreach (var owed in Owed)
        {
            if (test.Holds(owed.Lock))
                return true;
        }

        foreach (var mark in Marks)
        {
            if (mark.Any(test))
                return true;
        }

        if (Store.Any(test) || Facts.Any(test))
            return true;
        foreach (var owned in Owned)
        {
            if (test.Holds(owned))
                return true;
        }

        return false;
    }

    /// <summary>This state with a value renamed wherever it occurs.</summary>
    public PathState Rename(Term from, Term to)
    {
        if (!Mentions(from))
            return this;
        var locks = Locks;
        for (int i = 0; i < locks.Length; i++)
        {
            var hold = locks[i];
            if (hold.Lock.Mentions(from) || (hold.Scope?.Mentions(from) ?? false))
                locks = locks.SetItem(i, hold with { Lock = hold.Lock.Replace(from, to), Scope = hold.Scope?.Replace(from, to) });
        }

        var results = Unchecked;
        for (int i = 0; i < results.Length; i++)
            results = results.SetItem(i, results[i] with { Value = results[i].Value.Replace(from, to) });

        var owed = Owed;
        for (int i = 0; i < owed.Length; i++)
            owed = owed.SetItem(i, owed[i] with { Lock = owed[i].Lock.Replace(from, to) });

        var marks = Marks;
        for (int i = 0; i < marks.Length; i++)
            marks = marks.SetItem(i, marks[i].Rename(from, to));

        var store = Store;
        foreach (var entry in Store.Matching(from.Bit))
        {
            if (!entry.Key.Mentions(from) && !entry.Value.Mentions(from))
                continue;
            // A variable keeps its name; a member of a renamed object gets the new one.
            var key = entry.Key.Kind is TermKind.Member or TermKind.Element ? entry.Key.Replace(from, to) : entry.Key;
            if (!key.Equals(entry.Key))
                store = store.Without(entry.Key);
            store = store.With(key, entry.Value.Replace(from, to));
        }

        var facts = Facts;
        foreach (var entry in Facts.Matching(from.Bit))
        {
            if (!entry.Key.Mentions(from))
                continue;
            var renamed = entry.Key.Replace(from, to);
            facts = facts.Without(entry.Key);
            // All former values of a name go by one name: of those, the fact is kept that is about what is held.
            if (to.Kind != TermKind.Stale || !facts.TryGet(renamed, out bool known) || known == entry.Value)
                facts = facts.With(renamed, entry.Value);
            else if (IsHeld(from) || !IsHeld(to))
                facts = facts.Without(renamed);
        }

        var owned = Owned.Contains(from) ? Owned.Replace(from, to) : Owned;
        return this with { Locks = Distinct(locks), Unchecked = Distinct(results), Owed = Distinct(owed), Marks = Distinct(marks), Store = store, Facts = facts, Owned = owned };
    }

    bool IsHeld(Term part)
    {
        foreach (var hold in Locks)
        {
            if (hold.Lock.Mentions(part))
                return true;
        }

        return false;
    }

    static ImmutableArray<T> Distinct<T>(ImmutableArray<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            if (items.IndexOf(items[i]) < i)
                items = items.RemoveAt(i);
        }

        return items;
    }

    static bool SameSet<T>(ImmutableArray<T> a, ImmutableArray<T> b)
        where T : IEquatable<T>
    {
        if (a == b)
            return true;
        if (a.Length != b.Length)
            return false;
        // Most often the order is the same, too.
        for (int i = 0; i < a.Length; i++)
        {
            if (!a[i].Equals(b[i]) && !b.Contains(a[i]))
                return false;
        }

        return true;
    }
}
