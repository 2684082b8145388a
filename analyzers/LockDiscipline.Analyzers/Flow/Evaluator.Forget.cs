using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// What was read of guarded members is certain only as long as their lock is held.
internal sealed partial class Evaluator
{
    /// <summary>Takes note of the guarded members in a condition or place that the state is going to know something of.</summary>
    public void NoteGuarded(Term term)
    {
        if (term.Kind is TermKind.Member or TermKind.Static && term.Symbol is { } member && Contracts.Of(member).IsGuarded)
            _body.Guarded.Add(member);
        if (term.Kind is not (TermKind.Member or TermKind.Element or TermKind.Operation))
            return;
        NoteGuarded(term.Left!);
        if (term.Right is { } right)
            NoteGuarded(right);
    }

    // What was read of members that the lock guards may change once the lock is free.
    void Forget(Term released, IOperation at)
    {
        ForgetContents(released);
        var state = _state;
        foreach (var member in _body.Guarded)
        {
            ulong mask = TermMask.Member(member);
            foreach (var entry in _state.Facts.Matching(mask))
            {
                ForgetOperand(ref state, entry.Key.Left, member, released, at);
                ForgetOperand(ref state, entry.Key.Right, member, released, at);
                ForgetOperand(ref state, entry.Key, member, released, at);
            }

            foreach (var entry in _state.Store.Matching(mask))
            {
                ForgetOperand(ref state, entry.Key, member, released, at);
                ForgetRead(ref state, entry.Value, member, released, at);
            }
        }

        _state = state;
    }

    // What a variable holds of it stays what it was; who reads it again may get something else.
    void ForgetRead(ref PathState state, Term value, ISymbol member, Term released, IOperation at)
    {
        ForgetOperand(ref state, value, member, released, at);
        if (value.Kind is TermKind.Operation or TermKind.Member or TermKind.Element)
        {
            ForgetRead(ref state, value.Left!, member, released, at);
            if (value.Right is { } right)
                ForgetRead(ref state, right, member, released, at);
        }
    }

    void ForgetOperand(ref PathState state, Term? place, ISymbol member, Term released, IOperation at)
    {
        if (place is not { Kind: TermKind.Member or TermKind.Static } || !SymbolEqualityComparer.Default.Equals(place.Symbol, member))
            return;
        var contract = Contracts.Of(member);
        ForgetUnder(ref state, contract.GuardedBy);
        ForgetUnder(ref state, contract.GuardedByAny);

        void ForgetUnder(ref PathState state, ImmutableArray<LockClause> guards)
        {
            foreach (var clause in guards)
            {
                var guard = Follow(state, clause.Path, root => root.Kind == TermKind.This ? place.Left : null);
                if (guard is null || !guard.Equals(released))
                    continue;
                var unknown = Term.Phi(at, place);
                state = state.Rename(unknown, Term.Stale(unknown)).Write(place, unknown).Write(Term.Element(place, SinceRelease), unknown);
            }
        }
    }

    // What the callee may assign holds another value from here on; a lock or scope passed by reference stays the same one.
    void ForgetWritten(IOperation site, CallBinding binding)
    {
        foreach (var argument in binding.Arguments)
        {
            var type = argument.Parameter.Type;
            if (argument.Location is { } place && argument.Parameter.RefKind is (RefKind.Ref or RefKind.Out) && Contracts.Traits(type) is null && !Contracts.IsScope(type))
                _state = _state.Write(place, Mint(Term.Phi(site, place)));
        }
    }
}
