using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

// What callers can name of the way in which a body ends.
internal sealed partial class SummaryBuilder
{
    // What by-reference parameters, variables of the code around a local function, and the parts of a returned tuple hold at the end.
    ImmutableArray<(Term Location, Term Value)> Written(PathState state, Term? returned)
    {
        var written = ImmutableArray.CreateBuilder<(Term, Term)>();
        if (returned is not null && TupleParts.Made(returned) is not null)
        {
            foreach (var entry in state.Store.Matching(returned.Bit))
            {
                if (entry.Key.Kind is TermKind.Member or TermKind.Element && returned.Equals(entry.Key.Left) && (Known(entry.Value, state) ?? entry.Value) is { IsRooted: true } part)
                    written.Add((entry.Key.Replace(returned, Term.Return), part));
            }
        }

        foreach (var entry in state.Store.Entries)
        {
            bool leaves = entry.Key.Symbol is IParameterSymbol { RefKind: RefKind.Ref or RefKind.Out }
                || (_body.Method!.MethodKind == MethodKind.LocalFunction && entry.Key.Kind == TermKind.Parameter
                    && !SymbolEqualityComparer.Default.Equals(entry.Key.Symbol!.ContainingSymbol, _body.Method));
            if (leaves && (Known(entry.Value, state) ?? (Premise.IsOfArguments(entry.Value) || IsObjectOfCaller(entry) ? entry.Value : null)) is { } value)
                written.Add((entry.Key, value));
        }

        // What it may assign and did not on this way.
        if (_body.Method!.MethodKind == MethodKind.LocalFunction)
        {
            foreach (var (_, location) in _body.Assignments)
            {
                if (location is { Kind: TermKind.Parameter, Symbol: { } variable } && !SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, _body.Method)
                    && state.Read(location).Equals(location) && !written.Contains((location, location)))
                {
                    written.Add((location, location));
                }
            }
        }

        // What it leaves as it was is known to its caller.
        foreach (var parameter in _body.Method!.Parameters)
        {
            if (parameter.RefKind == RefKind.Ref && state.Read(Term.Parameter(parameter)) is var kept && kept.Equals(Term.Parameter(parameter)))
                written.Add((kept, kept));
        }

        return written.ToImmutable();
    }

    // What it assigned of what its caller can name.
    ImmutableArray<(Term Location, Term Value)> LeftIn(PathState state)
    {
        ImmutableArray<(Term, Term)>.Builder? left = null;
        foreach (var entry in state.Store.Entries)
        {
            if ((entry.Key.Kind == TermKind.Static || entry.Key is { Kind: TermKind.Member, Symbol: not null, IsRooted: true }) && _assigns.Contains(entry.Key) && Known(entry.Value, state) is { } value)
                (left ??= ImmutableArray.CreateBuilder<(Term, Term)>()).Add((entry.Key, value));
        }

        return left?.ToImmutable() ?? ImmutableArray<(Term, Term)>.Empty;
    }

    // A lock as the caller can name it: by what it passed, or by the object that it is given back.
    Term? ForCaller(Term path, Term? returned, PathState state)
    {
        // Which element of a collection was picked is known by what is returned, long after the collection has changed.
        if (path.IsRooted && !(returned is not null && IsPicked(returned) && path.Mentions(returned)))
            return path;
        if (returned is { IsConstant: false } && path.Mentions(returned) && path.Replace(returned, Term.Return) is { Root.Kind: TermKind.Return } given)
            return given;
        foreach (var parameter in _body.Method!.Parameters)
        {
            if (parameter.RefKind == RefKind.Out && Term.Parameter(parameter) is var place && state.Read(place) is { IsConstant: false } held && path.Mentions(held)
                && path.Replace(held, place) is { IsRooted: true } handed)
            {
                return handed;
            }
        }

        return null;
    }

    // It may be what was locked.
    static bool IsObjectOfCaller(KeyValuePair<Term, Term> entry) =>
        entry.Value is { Kind: TermKind.Member or TermKind.Static, IsRooted: true } && entry.Key.Symbol is IParameterSymbol { RefKind: RefKind.Out, Type.IsReferenceType: true };

    // A contract that changes locks says which of them are free for a time, too.
    bool IsSaid(Mark mark) => mark.Kind == MarkKind.Dropped && _body.Contract.ChangesLocks;

    // Marks on values that the caller can name.
    ImmutableArray<Mark> Carried(PathState state, Term? returned)
    {
        if (state.Marks.IsEmpty)
            return ImmutableArray<Mark>.Empty;
        var carried = ImmutableArray.CreateBuilder<Mark>();
        foreach (var mark in state.Marks)
        {
            if (mark.Kind is MarkKind.Failed or MarkKind.Walked or MarkKind.Assigned or MarkKind.Published or MarkKind.Restored or MarkKind.FoundStale)
                continue;
            // What is returned dead is a finding there; what is left in a parameter is one where it is used.
            if (mark.Kind == MarkKind.Dead && HandedBackIn(state, mark.Value!) is null)
                continue;
            // The flag of pending work is a variable of the helper's own, or kept in an object of its caller.
            if (mark.Kind is MarkKind.Pending or MarkKind.Settled)
                carried.Add(mark with { Value = mark.Kind == MarkKind.Pending ? FlagOf(state, mark.Value) : null, Under = null });
            else if (mark.Value is null)
                AddUnder(mark);
            else if (returned is not null && Evaluator.Concerns(_host.Contracts, returned, mark.Value) || TupleParts.Hold(state, returned, mark.Value))
                AddHandedBack(mark with { Value = Term.Return });
            else if (HandedBackIn(state, mark.Value) is { } parameter)
                AddHandedBack(mark with { Value = parameter });
            else if (mark.Value.IsRooted)
                AddUnder(mark);
        }

        return carried.ToImmutable();

        // Owned on the condition of a result: the caller has that result, beside the object or by itself, or it was tested here.
        void AddHandedBack(Mark mark)
        {
            if (mark.Kind == MarkKind.Owned && mark.Under is { } condition)
            {
                if (condition.Equals(returned))
                    carried.Add(mark with { Under = Term.Return });
                else if (Failure.Of(state, condition) == false || TupleParts.Hold(state, returned, condition))
                    carried.Add(mark with { Under = null });
            }
            else
            {
                AddUnder(mark);
            }
        }

        void AddUnder(Mark mark)
        {
            if (mark.Under is null or { IsRooted: true })
                carried.Add(mark);
        }
    }

    // Set because of it, or the one that was set at all: `if (Zap()) _flush = true`.
    static Term? FlagOf(PathState state, Term? assigned)
    {
        if (assigned is not null)
            return IsOfCaller(assigned) && state.Read(assigned).Equals(Term.True) ? assigned : null;
        Term? set = null;
        foreach (var entry in state.Store.Entries)
        {
            if (!IsOfCaller(entry.Key) || !entry.Value.Equals(Term.True))
                continue;
            if (set is not null)
                return null;
            set = entry.Key;
        }

        return set;
    }

    static bool IsOfCaller(Term place) => place is { Kind: TermKind.Member or TermKind.Static, Symbol: not null, IsRooted: true };

    // The by-reference parameter that holds the value at the end.
    Term? HandedBackIn(PathState state, Term value)
    {
        foreach (var parameter in _body.Method!.Parameters)
        {
            if (parameter.RefKind is RefKind.Ref or RefKind.Out && Term.Parameter(parameter) is var place && !value.Equals(place) && Evaluator.Concerns(_host.Contracts, state.Read(place), value))
                return place;
        }

        return null;
    }

    // What the caller can name, too: a known value, what it passed itself, a condition on that, or one of its objects, which may be what was locked.
    Term? Handed(Term value, PathState state) =>
        Known(value, state) ?? (Premise.IsOfArguments(value) || (value.IsRooted && !IsPicked(value) && _body.Method is { ReturnType.IsReferenceType: true }) ? value : null);

    // An element by an index or key that its caller did not give.
    static bool IsPicked(Term value)
    {
        for (; value.Left is not null && value.Kind is TermKind.Member or TermKind.Element; value = value.Left)
        {
            if (value.Kind == TermKind.Element && !Premise.IsOfArguments(value.Right!))
                return true;
        }

        return false;
    }

    // A constant, or a condition that was tested on the way.
    static Term? Known(Term value, PathState state) =>
        value.IsConstant ? value : Conditions.Truth(state, value) switch { true => Term.True, false => Term.False, null => null };
}
