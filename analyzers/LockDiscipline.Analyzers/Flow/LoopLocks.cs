using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// Loops of one body that take the lock of every element of a collection, and loops that release them. Behind the one all locks are
/// held, behind the other none is, however many elements there are: also where there are none, and the loop does not run.
/// </summary>
/// <remarks>Which loops do so is known only when the body was solved once; then it is solved again with that knowledge.</remarks>
internal sealed class LoopLocks
{
    /// <summary>In place of the head of a loop: a call that runs a lambda for each element.</summary>
    public const int NoLoop = -1;

    readonly List<(int Head, Hold Hold)> _taken = new();
    readonly List<(int Head, Term Path, IOperation At)> _freed = new();

    /// <summary>The body has been solved once: from here on the loops found count.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>A hold of an element is still there in the next round of the loop that acquired it.</summary>
    public void NoteTaken(int head, Hold hold)
    {
        if (IsKnown)
            return;
        foreach (var (known, other) in _taken)
        {
            if (known == head && LockEffects.SameCollection(other.Lock, hold.Lock))
                return;
        }

        _taken.Add((head, hold with { IsAll = true }));
    }

    /// <summary>An element is released that another loop locked.</summary>
    /// <param name="head">The loop that does it; 0 for none.</param>
    public void NoteFreed(int head, Term path, IOperation at)
    {
        if (IsKnown)
            return;
        foreach (var (known, other, _) in _freed)
        {
            if (known == head && LockEffects.SameCollection(other, path))
                return;
        }

        _freed.Add((head, path, at));
    }

    /// <summary>Ends the search; false where no loop locks a collection, so that nothing was to be learnt.</summary>
    public bool Settle()
    {
        IsKnown = true;
        // A loop that takes one and releases another hands over; it neither holds all nor frees all.
        _taken.RemoveAll(taken => _freed.Exists(freed => (freed.Head == taken.Head || freed.Head == 0) && LockEffects.SameCollection(freed.Path, taken.Hold.Lock)));
        _freed.RemoveAll(freed => !Takes(freed.Path));
        return _taken.Count > 0;
    }

    /// <summary>Whether the locks of this collection are taken, and freed, by whole loops.</summary>
    public bool Takes(Term path) => _taken.Exists(taken => LockEffects.SameCollection(taken.Hold.Lock, path));

    /// <summary>The state at the head of a loop.</summary>
    public PathState Enter(int head, PathState state)
    {
        foreach (var (at, hold) in _taken)
        {
            if (at == head)
                state = TakeAll(state, hold);
        }

        foreach (var (at, path, site) in _freed)
        {
            if (at == head && LockEffects.OfSameCollection(state, path) is { } all)
                state = state.Remove(all).NoteRelease(all.Lock, site);
        }

        return state;
    }

    static PathState TakeAll(PathState state, Hold hold)
    {
        if (LockEffects.OfSameCollection(state, hold.Lock) is not { } known)
            return state.Add(hold);
        return known.Equals(hold) ? state : state.Change(known, hold);
    }
}
