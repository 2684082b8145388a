using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

// Helpers that ask at run time what their callers hold, and do as they are told: `while (Monitor.IsEntered(x)) Monitor.Exit(x);`.
internal sealed partial class Evaluator
{
    // Only a helper has callers that can be looked at.
    void NoteAsked(Term path, bool held)
    {
        if (!_body.IsVisible && path.IsRooted)
            _state = _state.Add(new Mark(held ? MarkKind.FoundHeld : MarkKind.FoundFree, "", path, null, _body.Graph.OriginalOperation));
    }

    bool WasFoundHeld(Term path)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.FoundHeld && path.Equals(mark.Value))
                return true;
        }

        return false;
    }

    /// <summary>The state where the callee was told what this outcome says of the locks held here; null where it was told otherwise.</summary>
    PathState? AskedOf(PathState state, Outcome outcome, CallBinding binding)
    {
        foreach (var mark in outcome.Marks)
        {
            if (mark.Kind is not (MarkKind.FoundHeld or MarkKind.FoundFree) || Substitute(binding, mark.Value!) is not { } path)
                continue;
            bool wasHeld = mark.Kind == MarkKind.FoundHeld;
            var hold = state.Find(path);
            if (hold is { Certainty: Certainty.Definite } ? !wasHeld : hold is null && wasHeld && _body.IsVisible)
                return null;
            if (hold is not null || _body.IsVisible || !path.IsRooted)
                continue;
            state = state.Add(mark with { Value = path, At = _body.Graph.OriginalOperation });
            if (wasHeld)
                state = state.Add(new Hold(path, LockMode.Exclusive, 1, HoldSource.Asserted, Certainty.Definite, null, null, "", LockTraits.Unknown));
        }

        return state;
    }
}
