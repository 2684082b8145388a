using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

// Holds that end by themselves: with a scope object, or with a loop over the collection whose locks another loop took.
internal sealed partial class Evaluator
{
    static readonly Term Stolen = Term.Constant("released past its scope");

    // Elements of collections that are acquired, and released, by loops.
    readonly List<Term> _lockedInLoops = new();
    readonly List<Term> _unlockedInLoops = new();

    /// <summary>Which loops lock, or free, whole collections.</summary>
    public LoopLocks LoopLocks { get; } = new();

    /// <summary>The head of the innermost loop around the block at hand; 0 for none.</summary>
    public int Loop { get; set; }

    /// <summary>Names the places, in a scope, of the locks that it was created over.</summary>
    readonly record struct Covered(int Index);

    /// <summary>Names the place, in a scope, of what kind of lock one of them is, and how it was held where the scope's end restores that.</summary>
    readonly record struct KindOfCovered(int Index);

    static bool IsOverScope(LockClause clause) => clause.Path is { Kind: TermKind.Element, Right.Value: Covered };

    // The scope that such a clause means at a call.
    Term? ScopeMeant(LockClause clause, CallBinding binding) => IsOverScope(clause) ? binding.Follow(_state, clause.Path.Left!) : null;

    LockTraits KindOf(Term scope, Term covered) => KindAt(scope, ((Covered)covered.Value!).Index).Traits;

    (LockTraits Traits, Hold? Before) KindAt(Term scope, int index) =>
        _state.Store.TryGet(Term.Element(scope, Term.Constant(new KindOfCovered(index))), out var kind) && kind.Value is ValueTuple<LockTraits, Hold?> known
            ? known
            : (LockTraits.Unknown, null);

    /// <summary>On a scope, a clause without argument means every lock that the scope was created over; and so does one that names a scope.</summary>
    ImmutableArray<LockClause> OverScope(ImmutableArray<LockClause> clauses, IMethodSymbol callee, CallBinding binding)
    {
        if (clauses.IsEmpty)
            return clauses;
        if (callee.MethodKind == MethodKind.Constructor || binding.Receiver is not { } scope || !Contracts.IsScope(callee.ContainingType))
            return NamedScopes(clauses, binding);
        var expanded = ImmutableArray.CreateBuilder<LockClause>();
        foreach (var clause in clauses)
        {
            var before = expanded.Count;
            for (int i = 0; clause.Path.Kind == TermKind.This && CoveredBy(scope, i) is not null; i++)
                expanded.Add(clause with { Path = Term.Element(Term.This, Term.Constant(new Covered(i))), Mode = KindAt(scope, i).Before?.Mode ?? clause.Mode });
            if (expanded.Count == before)
                expanded.Add(clause);
        }

        return expanded.ToImmutable();
    }

    ImmutableArray<LockClause> NamedScopes(ImmutableArray<LockClause> clauses, CallBinding binding)
    {
        for (int i = clauses.Length - 1; i >= 0; i--)
        {
            var clause = clauses[i];
            if (clause.Path.Kind != TermKind.Parameter || binding.Follow(_state, clause.Path) is not { } scope || CoveredBy(scope, 0) is null)
                continue;
            clauses = clauses.RemoveAt(i);
            for (int lockIndex = 0; CoveredBy(scope, lockIndex) is not null; lockIndex++)
                clauses = clauses.Insert(i, clause with { Path = Term.Element(clause.Path, Term.Constant(new Covered(lockIndex))) });
        }

        return clauses;
    }

    Term? CoveredBy(Term scope, int index) => _state.Store.TryGet(Term.Element(scope, Term.Constant(new Covered(index))), out var path) ? path : null;

    /// <summary>Takes note that a scope stands for a lock.</summary>
    void Cover(Term scope, Term path, LockTraits traits, Hold? before = null)
    {
        int i = 0;
        for (; CoveredBy(scope, i) is { } known; i++)
        {
            if (known.Equals(path))
                return;
        }

        _state = _state.Write(Term.Element(scope, Term.Constant(new Covered(i))), path)
            .Write(Term.Element(scope, Term.Constant(new KindOfCovered(i))), Term.Constant((traits, before)));
    }

    // A scope made to take its lock later, or to release one that is held already: it stands for what it requires, or else for the locks it is given.
    void CoverWithoutHold(MemberContract contract, CallBinding binding, Term scope)
    {
        foreach (var clause in contract.Requires)
        {
            if (binding.Follow(_state, clause.Path) is { } path)
                Cover(scope, path, _state.Find(path)?.Traits ?? LockTraits.Unknown);
        }

        if (!contract.Requires.IsEmpty)
            return;
        foreach (var argument in binding.Arguments)
        {
            if (Contracts.Traits(argument.Parameter.Type) is { } traits)
                Cover(scope, argument.Term, traits);
        }
    }

    Hold? HoldBefore(Term scope, Term path)
    {
        for (int i = 0; CoveredBy(scope, i) is { } covered; i++)
        {
            if (covered.Equals(path))
                return KindAt(scope, i).Before;
        }

        return null;
    }

    // A scope that releases a lock for as long as it lives: its end takes the lock again, as it was held.
    void CoverReleased(IOperation site, MemberContract contract, IMethodSymbol callee, CallBinding binding, Term scope)
    {
        foreach (var clause in contract.Releases)
        {
            if (Locked(site, clause, callee, binding) is { Traits: { } traits } locked)
                Cover(scope, locked.Path, traits, _state.Find(locked.Path, clause.Mode));
        }
    }

    bool IsScopeOfHold(Term? value)
    {
        foreach (var hold in _state.Locks)
        {
            if (hold.Scope is not null && hold.Scope.Equals(value))
                return true;
        }

        return false;
    }

    internal static bool IsDispose(IMethodSymbol callee) => callee.Name is "Dispose" or "DisposeAsync" && callee.Parameters.IsEmpty;

    // Locks that went to a list of those to be released: whoever takes them from there releases them.
    bool _listsLocks;

    void LetGoLock(Term value)
    {
        foreach (var hold in _state.Locks)
        {
            if (hold.Source is not (HoldSource.Acquired or HoldSource.Tried) || hold.Certainty != Certainty.Definite || value.IsConstant || !(hold.Lock.IsRooted ? hold.Lock.Equals(value) : hold.Lock.Mentions(value)))
                continue;
            _listsLocks = true;
            _state = _state.Change(hold, hold with { Certainty = Certainty.Maybe });
        }
    }

    // A member of a collection, which may keep what it is given.
    static bool IsOfCollection(IMethodSymbol callee)
    {
        if (callee.IsStatic || !callee.DeclaringSyntaxReferences.IsEmpty || callee.ContainingType is null)
            return false;
        foreach (var contract in callee.ContainingType.AllInterfaces)
        {
            if (contract.SpecialType == SpecialType.System_Collections_IEnumerable)
                return true;
        }

        return false;
    }

    /// <summary>The state without the holds that end by themselves where the body does: of flat locks, and of loops over a collection.</summary>
    public PathState AtEnd(PathState state)
    {
        if (_body.HasFlatLocks)
            state = LeaveFlatLocks(state);
        if (_lockChoices is not null)
            state = state.Without(MarkKind.Chosen);
        if (_unlockedInLoops.Count > 0)
        {
            foreach (var hold in state.Locks)
            {
                if (IsIn(_unlockedInLoops, hold.Lock) && !LoopLocks.Takes(hold.Lock))
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

        if (!any && _state.Store.TryGet(Term.Element(scope, Stolen), out var text) && text.IsConstant && CoveredBy(scope, 0) is { } path)
        {
            Observer?.Released(new LockReleased(site, path, null, null, false, (string)text.Value!), _state);
            _state = _state.Write(Term.Element(scope, Stolen), Term.Element(scope, Stolen));
        }
    }
}
