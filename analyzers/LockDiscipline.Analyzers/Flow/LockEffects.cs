using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What acquiring and releasing do to a path state, and what stands against them. Pure functions.</summary>
internal static class LockEffects
{
    /// <summary>The hold that makes acquiring this lock a mistake; null where it is none.</summary>
    /// <remarks>
    /// A lock that is not reentrant excludes itself, but for its upgradeable mode, under which the others may be taken. A
    /// reentrant lock excludes only the step from shared to exclusive, for which its holder would wait for itself.
    /// </remarks>
    public static Hold? Conflict(PathState state, Term path, LockMode mode, LockTraits traits, IOperation? at)
    {
        foreach (var hold in state.Locks)
        {
            if (hold.Certainty != Certainty.Definite || hold.Source == HoldSource.Asserted || !hold.Lock.Equals(path))
                continue;
            // The same place again without a release: a loop that acquires once more in every round.
            if (at is not null && ReferenceEquals(hold.At, at))
                return hold;
            bool excluded = (traits.Reentrant, hold.Mode, mode) switch
            {
                (_, LockMode.Upgradeable, LockMode.Exclusive or LockMode.Shared) => false,
                (false, _, _) => true,
                (true, LockMode.Shared, LockMode.Exclusive) => state.Find(path)!.Mode < LockMode.Exclusive,
                _ => false,
            };
            if (excluded)
                return hold;
        }

        return null;
    }

    /// <summary>The state after the lock described by <paramref name="acquired"/> was acquired without conflict.</summary>
    public static PathState Acquire(PathState state, Hold acquired)
    {
        foreach (var owed in state.Owed)
        {
            // Dropped and taken again: the caller's hold is restored.
            if (owed.Lock.Equals(acquired.Lock) && acquired.Scope is null)
                return state with { Owed = owed.Count > 1 ? state.Owed.Replace(owed, owed with { Count = owed.Count - 1 }) : state.Owed.Remove(owed), Locks = state.Locks.Add(acquired with { Source = HoldSource.Caller, At = null, Restores = owed with { Count = 1 } }) };
        }

        foreach (var hold in state.Locks)
        {
            if (!hold.Lock.Equals(acquired.Lock))
                continue;
            if (hold.Certainty == Certainty.Reported)
                return state;
            if (hold.Mode == acquired.Mode && hold.Source != HoldSource.Asserted && acquired.Scope is null && hold.Scope is null)
                return hold.Depth >= Hold.MaxDepth ? state.MarkReported(hold) : state.Change(hold, acquired with { Depth = hold.Depth + 1, Certainty = hold.Certainty, Outer = hold });
        }

        return state.Add(acquired);
    }

    /// <summary>The hold that a release ends: of that lock, in that mode where one is named, the innermost first.</summary>
    public static Hold? Released(PathState state, Term path, LockMode? mode, Term? scope)
    {
        Hold? found = null;
        foreach (var hold in state.Locks)
        {
            if (!hold.Lock.Equals(path) || (scope is not null && !scope.Equals(hold.Scope)))
                continue;
            if (mode is null || hold.Mode == mode || hold.Certainty != Certainty.Definite)
                found = hold;
        }

        return found;
    }

    /// <summary>The state after one release of <paramref name="hold"/>.</summary>
    public static PathState Release(PathState state, Hold hold, IOperation at)
    {
        if (hold.Certainty == Certainty.Reported)
            return state;
        bool isRestored = hold is { Outer: null, Depth: 1, Restores: not null };
        state = hold.Outer is { } outer ? state.Change(hold, outer with { Mode = hold.Mode }) : hold.Depth > 1 ? state.Change(hold, hold with { Depth = hold.Depth - 1 }) : state.Remove(hold);
        if (isRestored)
            state = state.Owe(hold.Restores!, mayRepeat: false);
        return state.NoteRelease(hold.Lock, at);
    }

    /// <summary>The hold of an element of the same collection, acquired in an earlier round of a loop over it.</summary>
    public static Hold? OfSameCollection(PathState state, Term path)
    {
        foreach (var hold in state.Locks)
        {
            if (SameCollection(hold.Lock, path))
                return hold;
        }

        return null;
    }

    /// <summary>The hold by which a loop has locked every element of the collection that <paramref name="path"/> is one of.</summary>
    public static Hold? OfAll(PathState state, Term path)
    {
        foreach (var hold in state.Locks)
        {
            if (hold.IsAll && IsOneOf(hold.Lock, path))
                return hold;
        }

        return null;
    }

    /// <summary>Whether both are elements of one collection, by whatever index.</summary>
    public static bool MayBeSame(Term held, Term released)
    {
        if (held.Kind != released.Kind)
            return false;
        return held.Kind switch
        {
            TermKind.Member => SymbolEqualityComparer.Default.Equals(held.Symbol, released.Symbol) && Equals(held.Value, released.Value) && MayBeSame(held.Left!, released.Left!),
            TermKind.Element => held.Left!.Equals(released.Left),
            _ => false,
        };
    }

    static bool IsOneOf(Term all, Term path)
    {
        if (all.Kind != path.Kind)
            return false;
        return all.Kind switch
        {
            TermKind.Member => SymbolEqualityComparer.Default.Equals(all.Symbol, path.Symbol) && Equals(all.Value, path.Value) && IsOneOf(all.Left!, path.Left!),
            TermKind.Element => all.Left!.Equals(path.Left),
            _ => false,
        };
    }

    /// <summary>Whether an element of a collection was picked in the round of the loop at hand, or outside of any.</summary>
    public static bool IsPickedNow(Term element)
    {
        while (element.Kind == TermKind.Member)
            element = element.Left!;
        return element is { Kind: TermKind.Element, Right.Kind: TermKind.Site };
    }

    /// <summary>Whether both are elements of one collection, reached by a loop: which elements they are cannot be told.</summary>
    public static bool SameCollection(Term held, Term released)
    {
        if (held.Kind != released.Kind)
            return false;
        return held.Kind switch
        {
            TermKind.Member => SymbolEqualityComparer.Default.Equals(held.Symbol, released.Symbol) && Equals(held.Value, released.Value) && SameCollection(held.Left!, released.Left!),
            TermKind.Element => held.Left!.Equals(released.Left) && !held.Right!.IsRooted && !released.Right!.IsRooted,
            _ => false,
        };
    }
}
