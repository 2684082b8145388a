using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>A body that leaves one lock held where it gives one answer, and nothing where it gives the other: an attempt to acquire.</summary>
/// <param name="Taken">The lock as it is held then.</param>
/// <param name="Result">That answer; for an object, that there is one.</param>
internal readonly record struct Attempt(Hold Taken, bool Result)
{
    /// <summary>What the exits of a body make of it; null where it is no attempt.</summary>
    public static Attempt? Of(List<(BodyLeft Exit, PathState State)> exits)
    {
        Hold? taken = null;
        bool? result = null;
        foreach (var (exit, state) in exits)
        {
            if (state.Implicit || exit.IsThrow)
                continue;
            if (state.Locks.Length > 1 || !state.Owed.IsEmpty || Answer(exit.Returned, state) is not { } answer)
                return null;
            foreach (var mark in state.Marks)
            {
                if (mark.Kind == MarkKind.Dropped)
                    return null;
            }

            if (state.Locks.IsEmpty)
            {
                if (result == answer)
                    return null;
                result = !answer;
                continue;
            }

            var hold = state.Locks[0];
            if (!IsOpen(hold) || result == !answer || (taken is not null && (!taken.Lock.Equals(hold.Lock) || taken.Mode != hold.Mode)))
                return null;
            result = answer;
            taken = hold;
        }

        return taken is null || result is null ? null : new Attempt(taken, result.Value);
    }

    /// <summary>Taken here, once, and not tied to anything that lets it go.</summary>
    public static bool IsOpen(Hold hold) =>
        hold.Source is HoldSource.Acquired or HoldSource.Tried && hold.Certainty == Certainty.Definite && hold.Depth == 1 && hold.Scope is null && !hold.IsAll && hold.Loop == 0;

    static bool? Answer(Term? returned, PathState state) => returned switch
    {
        null => null,
        { IsConstant: true, Value: bool flag } => flag,
        { IsConstant: true, Value: null } => false,
        { Kind: TermKind.Fresh } => true,
        _ => Conditions.Truth(state, ConditionTerms.IsNull(returned)) switch { false => true, true => false, null => Conditions.Truth(state, returned) },
    };
}
