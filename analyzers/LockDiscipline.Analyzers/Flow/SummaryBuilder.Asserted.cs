using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

// Helpers that only come back, or only give a certain answer, where a lock is held: they assert it, whether or not they say so.
internal sealed partial class SummaryBuilder
{
    // What is known to be held wherever it returns that, because it asked.
    readonly List<(Term? Returned, List<Hold> Holds)> _asserted = new();

    void NoteAsserted(Term? returned, PathState state)
    {
        // What requires a lock, or says what it does to some, has said all of it.
        if (_body.Contract.SpeaksOfLocks)
            return;
        foreach (var (known, holds) in _asserted)
        {
            if (!Equals(known, returned))
                continue;
            for (int i = holds.Count - 1; i >= 0; i--)
            {
                if (state.Find(holds[i].Lock) is not { Source: HoldSource.Asserted, Certainty: Certainty.Definite } here)
                    holds.RemoveAt(i);
                else if (here.Mode < holds[i].Mode)
                    holds[i] = holds[i] with { Mode = here.Mode };
            }

            return;
        }

        var asserted = new List<Hold>();
        foreach (var hold in state.Locks)
        {
            if (hold is { Source: HoldSource.Asserted, Certainty: Certainty.Definite, Lock.IsRooted: true })
                asserted.Add(hold with { At = null, Scope = null });
        }

        _asserted.Add((returned, asserted));
    }

    // A helper that asks and goes on either way asserts nothing.
    void AddAsserted(Summary last)
    {
        for (int i = 0; i < _outcomes.Count; i++)
        {
            foreach (var (returned, holds) in _asserted)
            {
                if (!Equals(returned, _outcomes[i].Returned))
                    continue;
                foreach (var hold in holds)
                {
                    if (!last.Outcomes.IsEmpty && !WasAsserted(last, returned, hold.Lock))
                        continue;
                    _outcomes[i] = _outcomes[i] with { Acquired = _outcomes[i].Acquired.Add(hold) };
                }
            }
        }
    }

    // Of helpers that call each other, nothing is asserted in one round that was not in the last.
    static bool WasAsserted(Summary last, Term? returned, Term path)
    {
        bool isNew = true;
        foreach (var outcome in last.Outcomes)
        {
            if (!Equals(outcome.Returned, returned))
                continue;
            isNew = false;
            foreach (var hold in outcome.Acquired)
            {
                if (hold.Source == HoldSource.Asserted && hold.Lock.Equals(path))
                    return true;
            }
        }

        return isNew;
    }

    static Outcome WithoutAsserted(Outcome outcome) =>
        outcome with { Acquired = outcome.Acquired.RemoveAll(static hold => hold.Source == HoldSource.Asserted) };
}
