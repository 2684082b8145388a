using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Work that calls leave pending, until a call settles it. Whether it is pending, and the flag that says so, go together on each path.
internal sealed partial class Evaluator
{
    void CheckSettled(IOperation site, string what, string name)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind != MarkKind.Pending || mark.What != what)
                continue;
            Observer?.Broken(new Breach(BreachKind.StillPending, site, what, mark, name), _state);
            _state = _state.Remove(mark);
        }
    }

    // Some work has to be done before a lock is free for others.
    void CheckSettledAtRelease(IOperation site, Term released, string text, ProtocolContract? settled = null)
    {
        if (_state.Marks.IsEmpty || released.Symbol is not { } member || Contracts.Of(member).Protocol is not { } protocol)
            return;
        foreach (var what in protocol.RequiresSettled)
        {
            if (settled is null || !settled.IsSureToSettle(what))
                CheckSettled(site, what, text);
        }
    }

    void Settle(IOperation site, string what)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Pending && mark.What == what)
                _state = _state.Remove(mark);
        }

        // A helper does what its caller left to be done, besides its own.
        if ((!_body.IsVisible || _body.Contract.Protocol?.MaySettle(what) == true) && !HasMark(MarkKind.Settled, what))
            _state = _state.Add(new Mark(MarkKind.Settled, what, null, null, site));
    }

    // The first call that left it stands for all: it is one piece of work.
    void LeavePending(IOperation site, string what, Term? flag = null)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.What == what && mark.Kind == MarkKind.Pending)
                return;
        }

        _state = _state.Add(new Mark(MarkKind.Pending, what, flag, null, site));
    }

    Term LeavePending(IOperation site, ProtocolContract protocol, Term result)
    {
        foreach (var clause in protocol.LeavesPending)
        {
            if (clause.WhenReturns is not { } when)
            {
                LeavePending(site, clause.What);
                continue;
            }

            if (!result.IsConstant)
                result = _choices.Choose(2) == 0 ? Term.True : Term.False;
            if (result.Equals(when ? Term.True : Term.False))
                LeavePending(site, clause.What);
        }

        return result;
    }

    // The flag goes to the callee, and comes back as part of what it returns.
    void HandOverPending(CallBinding binding)
    {
        foreach (var argument in binding.Arguments)
        {
            if (Contracts.Of(argument.Parameter).Protocol?.TakesPending is not { } what || Conditions.Truth(_state, argument.Term) != true)
                continue;
            foreach (var mark in _state.Marks)
            {
                if (mark.Kind == MarkKind.Pending && mark.What == what)
                    _state = _state.Remove(mark);
            }
        }
    }

    /// <summary>The variable that says whether work is pending: if it is overwritten before the work is done, that is where it was lost.</summary>
    void TrackFlag(Term location, IOperation site)
    {
        bool merges = site is ICompoundAssignmentOperation or IIncrementOrDecrementOperation;
        bool counts = site is IIncrementOrDecrementOperation { Kind: OperationKind.Increment } or ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add }
            && _body.IsCountOfEvents(location);
        // What such a variable holds is not followed: its flag is trusted.
        bool isLost = false;
        for (var body = _body; body is not null && location.Symbol is ILocalSymbol or IParameterSymbol; body = body.RunsWithin)
            isLost |= body.IsUnstable(location.Symbol);
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind != MarkKind.Pending)
                continue;
            bool isNew = mark.Value is null && (counts || IsWithin(mark.At, site));
            if (isLost && (isNew || location.Equals(mark.Value)))
                _state = _state.Remove(mark);
            else if (isNew)
                _state = _state with { Marks = _state.Marks.Replace(mark, mark with { Value = location }) };
            else if (!merges && location.Equals(mark.Value) && mark.Under is null && site is ISimpleAssignmentOperation)
                _state = _state with { Marks = _state.Marks.Replace(mark, mark with { Under = Term.Site(site) }) };
        }
    }

    /// <summary>Flags are kept in a collection, and read from there by another index, all at once or by other code: which of them says what is pending is not followed, and they are trusted.</summary>
    /// <param name="flags">The collection.</param>
    /// <param name="read">The element that is read; null for all.</param>
    void TrustFlags(Term flags, Term? read)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark is { Kind: MarkKind.Pending, Value: { Kind: TermKind.Element, Left: { } kept } place } && kept.Equals(flags) && !place.Equals(read))
                _state = _state.Remove(mark);
        }
    }

    Term FlagAt(Term location)
    {
        if (location.Kind == TermKind.Element && !_state.Marks.IsEmpty)
            TrustFlags(location.Left!, location);
        return location;
    }

    // A helper that merges into the flag of pending work leaves it set.
    bool IsSetFlag(Term place)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Pending && place.Equals(mark.Value) && mark.Under is null && _state.Read(place).Equals(Term.True))
                return true;
        }

        return false;
    }

    // `flags.Add(Zap())`: a collection has the flag.
    void TrustKept(CallBinding binding)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark is not { Kind: MarkKind.Pending, Value: null } || IsSurelyLeft(mark))
                continue;
            foreach (var argument in binding.Arguments)
            {
                if (IsWithin(mark.At, argument.Value))
                    _state = _state.Remove(mark);
            }
        }
    }

    // What the lambda answered became part of what its caller answers: `Any(gfn => Zap(gfn))`. How, is not followed: the flag is trusted.
    void TrustAnswer(IFlowAnonymousFunctionOperation lambda, PathState before)
    {
        IOperation? call = lambda.Parent;
        while (call is IConversionOperation or IDelegateCreationOperation or IArgumentOperation)
            call = call.Parent;
        if (call is not IInvocationOperation || call.Parent is IExpressionStatementOperation)
            return;
        foreach (var mark in _state.Marks)
        {
            if (mark is { Kind: MarkKind.Pending, Value: null } && !before.Marks.Contains(mark) && !IsSurelyLeft(mark))
                _state = _state.Remove(mark);
        }
    }

    // Whatever the call returned.
    bool IsSurelyLeft(Mark pending)
    {
        foreach (var clause in (pending.At as IInvocationOperation is { TargetMethod: { } callee } ? Contracts.Of(callee.OriginalDefinition).Protocol : null)?.LeavesPending ?? ImmutableArray<PendingClause>.Empty)
        {
            if (clause.What == pending.What && clause.WhenReturns is null)
                return true;
        }

        return false;
    }

    /// <summary>Whether the number that says how much is pending is known to be none.</summary>
    static bool IsNoCount(PathState state, Mark pending)
    {
        if (pending.Under is not null || pending.Value is not { Symbol: { } variable } counter || !IsNumber((variable as ILocalSymbol)?.Type ?? (variable as IParameterSymbol)?.Type))
            return false;
        var count = state.Read(counter);
        return Conditions.Truth(state, ConditionTerms.Less(Failure.None, count)) == false || Conditions.Truth(state, ConditionTerms.Equal(count, Failure.None)) == true;
    }

    static bool IsNumber(ITypeSymbol? type) => type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;

    static bool IsWithin(IOperation part, IOperation whole)
    {
        for (IOperation? at = part; at is not null; at = at.Parent)
        {
            if (ReferenceEquals(at, whole))
                return true;
        }

        return part.Syntax.SyntaxTree == whole.Syntax.SyntaxTree && whole.Syntax.Span.Contains(part.Syntax.Span);
    }
}
