using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Helpers that ask at run time what their callers hold, and do as they are told: `while (Monitor.IsEntered(x)) Monitor.Exit(x);`.
internal sealed partial class Evaluator
{
    bool? _releases;

    // Only a helper has callers that can be looked at, and only one that releases something does so for the answer: what merely asserts tells no paths apart.
    void NoteAsked(Term path, bool held, string text)
    {
        if (!_body.IsVisible && path.IsRooted && (_releases ??= Releases()))
            _state = _state.Add(new Mark(held ? MarkKind.FoundHeld : MarkKind.FoundFree, text, path, null, _body.Graph.OriginalOperation));
    }

    bool Releases()
    {
        foreach (var operation in _body.Graph.OriginalOperation.Descendants())
        {
            if (operation is IInvocationOperation invocation && !Contracts.Of(invocation.TargetMethod.OriginalDefinition).Releases.IsEmpty)
                return true;
        }

        return false;
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
    PathState? AskedOf(PathState state, Outcome outcome, Summary summary, CallBinding binding)
    {
        foreach (var mark in outcome.Marks)
        {
            if (mark.Kind is not (MarkKind.FoundHeld or MarkKind.FoundFree) || Substitute(binding, mark.Value!) is not { } path)
                continue;
            bool wasHeld = mark.Kind == MarkKind.FoundHeld;
            if (state.Find(path) is { } hold)
            {
                if (hold.Certainty == Certainty.Definite && !wasHeld)
                    return null;
                continue;
            }

            // A helper that does not come back from the other answer has asserted what it asked.
            bool isAsserted = wasHeld && !HasAnswer(summary, MarkKind.FoundFree, mark.Value!);
            if (wasHeld && !isAsserted && _body.IsVisible)
                return null;
            if (wasHeld)
                state = state.Add(new Hold(path, LockMode.Exclusive, 1, HoldSource.Asserted, Certainty.Maybe, null, null, binding.Render(mark.What, mark.Value!), LockTraits.Unknown));
            if (!isAsserted && !_body.IsVisible && path.IsRooted)
                state = state.Add(mark with { Value = path, At = _body.Graph.OriginalOperation });
        }

        return state;
    }

    static bool HasAnswer(Summary summary, MarkKind kind, Term path)
    {
        foreach (var outcome in summary.Outcomes)
        {
            foreach (var mark in outcome.Marks)
            {
                if (mark.Kind == kind && path.Equals(mark.Value))
                    return true;
            }
        }

        return false;
    }
}
