using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

// Holds that end by themselves: with a scope object, or with a loop over the collection whose locks another loop took.
internal sealed partial class Evaluator
{
    static readonly Term ScopeOf = Term.Constant("scope of");
    static readonly Term Stolen = Term.Constant("released past its scope");

    // Elements of collections that are acquired, and released, by loops.
    readonly List<Term> _lockedInLoops = new();
    readonly List<Term> _unlockedInLoops = new();

    bool IsScopeOfHold(Term? value)
    {
        foreach (var hold in _state.Locks)
        {
            if (hold.Scope is not null && hold.Scope.Equals(value))
                return true;
        }

        return false;
    }

    static bool IsDispose(IMethodSymbol callee) => callee.Name is "Dispose" or "DisposeAsync" && callee.Parameters.IsEmpty;

    /// <summary>The state without the holds that end by themselves where the body does: of flat locks, and of loops over a collection.</summary>
    public PathState AtEnd(PathState state)
    {
        if (_body.HasFlatLocks)
            state = LeaveFlatLocks(state);
        if (_unlockedInLoops.Count > 0)
        {
            foreach (var hold in state.Locks)
            {
                if (IsIn(_unlockedInLoops, hold.Lock))
                    state = state.Remove(hold);
            }
        }

        return state;
    }

    static void Note(List<Term> collections, Term path)
    {
        if (!IsIn(collections, path))
            collections.Add(path);
    }

    static bool IsIn(List<Term> collections, Term path)
    {
        foreach (var collection in collections)
        {
            if (LockEffects.SameCollection(collection, path))
                return true;
        }

        return false;
    }

    void EndScope(IOperation site, Term scope, CallBinding binding)
    {
        bool any = false;
        foreach (var hold in _state.Locks)
        {
            if (!scope.Equals(hold.Scope))
                continue;
            any = true;
            Forget(hold.Lock, site);
            Observer?.Released(new LockReleased(site, hold.Lock, hold.Mode, hold, true, hold.Text), _state);
            CheckSettledAtRelease(site, hold.Lock, hold.Text);
            _state = LockEffects.Release(_state, hold, site);
            EndHold(hold.Lock);
        }

        if (!any && _state.Store.TryGet(Term.Element(scope, Stolen), out var text) && text.IsConstant && _state.Store.TryGet(Term.Element(scope, ScopeOf), out var path))
        {
            Observer?.Released(new LockReleased(site, path, null, null, false, (string)text.Value!), _state);
            _state = _state.Write(Term.Element(scope, Stolen), Term.Element(scope, Stolen));
        }
    }
}
