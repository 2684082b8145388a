using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Values that have to be given back: who owns them, and that nobody uses them after that.
internal sealed partial class Evaluator
{
    void Own(IOperation site, string? kind, Term value, Term? condition)
    {
        if (kind is null || value.IsConstant)
            return;
        // Counted once more.
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Consumed && mark.Under is { IsConstant: false } && mark.What == kind && value.Equals(mark.Value))
                _state = _state.Remove(mark);
        }

        _state = _state.Add(new Mark(MarkKind.Owned, kind, value, condition, site));
    }

    // What the caller had to give, this body gave: in which ways the caller owned it is not known.
    static readonly Term NeverOwned = Term.Null;

    static bool IsLent(Mark consumed) => NeverOwned.Equals(consumed.Under);

    bool IsOwned(Term value, string kind)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Owned && mark.What == kind && Concerns(value, mark.Value!))
                return true;
        }

        return false;
    }

    /// <summary>The value goes to a consumer of <paramref name="kind"/>.</summary>
    void Consume(IOperation site, string kind, Term value, string name)
    {
        if (value.IsConstant)
            return;
        // Of one object a body may own several things, such as a reference and its lock.
        bool isOwned = IsOwned(value, kind);
        foreach (var mark in _state.Marks)
        {
            if (isOwned || mark.Kind != MarkKind.Consumed || !Concerns(value, mark.Value!) || (mark.What != kind && IsLent(mark)))
                continue;
            Observer?.Broken(new Breach(BreachKind.ConsumedTwice, site, kind, mark, name), _state);
            _state = _state.Remove(mark);
            return;
        }

        var lender = isOwned || IsOwned(value) ? null : NeverOwned;
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind != MarkKind.Owned || !Concerns(value, mark.Value!))
                continue;
            if (isOwned && mark.What != kind)
            {
                lender = mark.Value!;
                continue;
            }

            if (mark.What != kind)
                Observer?.Broken(new Breach(BreachKind.WrongConsumer, site, kind, mark, name), _state);
            _state = _state.Remove(mark);
            value = mark.Value!;
            // Counted here, it is still lent by whoever has lent it; a second time it is not this body's to give.
            if (value.IsRooted)
                lender = value;
        }

        // What a member holds may be another value by the time it is used again.
        if (value.Kind is not (TermKind.Member or TermKind.Element or TermKind.Static) || value is { Kind: TermKind.Element, Right.Kind: TermKind.Site } || IsOwnField(value) || IsArrayElement(value, site))
            _state = _state.Add(new Mark(MarkKind.Consumed, kind, value, lender, site));
    }

    // A field keeps what it holds until some code assigns it that can be seen.
    bool IsOwnField(Term value) =>
        value is { Kind: TermKind.Member or TermKind.Static, Symbol: IFieldSymbol { IsVolatile: false, DeclaringSyntaxReferences.IsEmpty: false } }
        && value.Left is null or { Kind: TermKind.This or TermKind.Parameter };

    // An array of this body's own keeps what is in it until somebody assigns it; one in a field, until other code runs as well.
    bool IsArrayElement(Term value, IOperation site)
    {
        if (value is not { Kind: TermKind.Element, Left: { } array } || site is not IInvocationOperation call || (IsInField(array) && !IsOwnField(array)))
            return false;
        foreach (var argument in call.Arguments)
        {
            if (Bare(argument.Value) is IArrayElementReferenceOperation)
                return true;
        }

        return false;
    }

    static bool IsInField(Term array) => array.Kind is TermKind.Member or TermKind.Static;

    /// <summary>Some element of an array gets another value, or the array goes to code that may do that.</summary>
    /// <param name="array">The array; null for any.</param>
    void RefillArray(Term? array)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark is { Kind: MarkKind.Consumed, Value: { Kind: TermKind.Element, Left: { } collection } } && (array is null || collection.Equals(array)))
                _state = _state.Remove(mark);
        }
    }

    /// <summary>Fields get other values: what was consumed through them is not what they hold.</summary>
    /// <param name="place">The place that was assigned; null for any.</param>
    void RefillField(Term? place)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark is { Kind: MarkKind.Consumed, Value: { } value } && (value.Kind is TermKind.Member or TermKind.Static || value is { Kind: TermKind.Element, Left: { } array } && IsInField(array)) && (place is null || value.Mentions(place)))
                _state = _state.Remove(mark);
        }
    }

    // Any code may fill the array of a field again, but that of the framework, and of the consumer itself.
    void RefillArraysOfFields(IOperation site, IMethodSymbol callee)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark is { Kind: MarkKind.Consumed, Value: { Kind: TermKind.Element, Left: { } array } } && IsInField(array) && !ReferenceEquals(mark.At, site) && !Contracts.IsFramework(callee))
                _state = _state.Remove(mark);
        }
    }

    void RefillInCallee(IOperation site, IMethodSymbol callee, CallBinding binding)
    {
        RefillArraysOfFields(site, callee);
        if (callee.MethodKind is MethodKind.LocalFunction or MethodKind.DelegateInvoke)
            RefillArray(null);
        foreach (var argument in binding.Arguments)
            RefillArray(argument.Location is { Kind: TermKind.Element } place ? place.Left : argument.Term);
        if (binding.Receiver is { } receiver)
            RefillArray(receiver);
        foreach (var mark in _state.Marks)
        {
            if (mark is { Kind: MarkKind.Consumed, Value: { Kind: TermKind.Member or TermKind.Static, Symbol: { } field } }
                && (callee.MethodKind == MethodKind.DelegateInvoke || (!callee.DeclaringSyntaxReferences.IsEmpty && !(callee.IsAbstract && IsOutOfReach(mark.Value.Left, binding)) && Assignments.MayAssign(_host, callee, field))))
            {
                _state = _state.Remove(mark);
            }
        }
    }

    // Code that is not here, and that is not given the object, has no way to its fields.
    static bool IsOutOfReach(Term? owner, CallBinding binding)
    {
        if (owner is null || (binding.Receiver is { } receiver && Reaches(receiver, owner)))
            return false;
        foreach (var argument in binding.Arguments)
        {
            if (argument.Location is not null || Reaches(argument.Term, owner))
                return false;
        }

        return true;
    }

    /// <summary>The value is stored where others find it, returned, or handed to code that keeps it: it is theirs.</summary>
    void Disown(Term value)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Owned && Concerns(value, mark.Value!))
                _state = _state.Remove(mark);
        }
    }

    /// <summary>A method that disposes, stores or hands on its own object has it from there on; one that returns it gives it back, under the name that it has here.</summary>
    Term? HandReceiver(IMethodSymbol callee, MemberContract contract, CallBinding binding)
    {
        if (callee is not { MethodKind: MethodKind.Ordinary, IsStatic: false } || _state.Marks.IsEmpty || binding.Receiver is not { } receiver || !IsOwned(receiver) || contract.Protocol?.Owned is not null)
            return null;
        var handling = ReceiverHandling.Of(_host, callee.OriginalDefinition);
        if (handling.IsKept || (handling.IsReturned && !handling.IsSureToReturn))
            Disown(receiver);
        return handling.IsSureToReturn ? receiver : null;
    }

    bool IsOwned(Term value)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Owned && Concerns(value, mark.Value!))
                return true;
        }

        return false;
    }

    /// <summary>The state without what turned out to be nothing: null, or, of what is owned, the result of a call that failed.</summary>
    public static PathState WithoutUnowned(ContractSet contracts, PathState state)
    {
        foreach (var mark in state.Marks)
        {
            if ((mark.Kind == MarkKind.Owned && IsNothing(contracts, state, mark))
                || (mark.Kind is MarkKind.Nearest or MarkKind.Tied or MarkKind.Dead && Conditions.Truth(state, ConditionTerms.IsNull(mark.Value!)) == true))
            {
                state = state.Remove(mark);
            }
        }

        return state;
    }

    /// <summary>The state in which a lambda has given the value to whoever called it.</summary>
    public static PathState WithoutOwned(PathState state, Term given)
    {
        foreach (var mark in state.Marks)
        {
            if (mark.Kind == MarkKind.Owned && given.Equals(mark.Value))
                state = state.Remove(mark);
        }

        return state;
    }

    /// <summary>The state in the next round of a loop: what the last ones counted of their elements goes with the collection, to be undone in a loop of its own.</summary>
    public static PathState WithoutFormerElements(PathState state)
    {
        foreach (var mark in state.Marks)
        {
            if (mark is { Kind: MarkKind.Owned, Value: { Kind: TermKind.Element, Right.Kind: not (TermKind.Parameter or TermKind.Constant) } })
                state = state.Remove(mark);
        }

        return state;
    }

    static bool IsNothing(ContractSet contracts, PathState state, Mark owned) =>
        Conditions.Truth(state, ConditionTerms.IsNull(owned.Value!)) == true
        || Failure.Of(state, owned.Value!) == true
        || (owned.Under is { } condition && Failure.Of(state, condition) == true)
        || IsNullOrFailed(state, owned.Value!)
        || HoldsNothing(contracts, state, owned.Value!)
        || TupleParts.HoldNothing(state, owned.Value!);

    // `is not { IsOk: true }`: one of the two, whichever.
    static bool IsNullOrFailed(PathState state, Term result)
    {
        foreach (var fact in state.Facts.Matching(result.Bit))
        {
            if (!fact.Value && fact.Key.IsOperator(TermOperator.And) && fact.Key.Left!.Equals(ConditionTerms.Not(ConditionTerms.IsNull(result))) && fact.Key.Right!.Equals(ConditionTerms.Not(Failure.Condition(result))))
                return true;
        }

        return false;
    }

    // A result whose object is null.
    static bool HoldsNothing(ContractSet contracts, PathState state, Term result)
    {
        foreach (var fact in state.Facts.Matching(result.Bit | TermMask.True))
        {
            if (fact.Value && fact.Key is { Kind: TermKind.Operation, Left: { Kind: TermKind.Member, Symbol: { } member } part } && result.Equals(part.Left)
                && fact.Key.Equals(ConditionTerms.IsNull(part)) && contracts.Of(member).OnSuccess)
            {
                return true;
            }
        }

        return false;
    }

    // A member that only a tested result has is the value itself, and so is the part of a tuple that is an object.
    bool Concerns(Term value, Term marked) => Concerns(Contracts, value, marked);

    /// <summary>Whether a value is the one that a mark is about, by whatever name.</summary>
    public static bool Concerns(ContractSet contracts, Term value, Term marked)
    {
        while (!value.Equals(marked))
        {
            if (value.Kind != TermKind.Member || value.Symbol is not { } member)
                return false;
            if (contracts.Of(member).OnSuccess)
                value = value.Left!;
            else if (TupleParts.WholeOf(value) is { } tuple)
                value = tuple;
            else
                return false;
        }

        return true;
    }
}
