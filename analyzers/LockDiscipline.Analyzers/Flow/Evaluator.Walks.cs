using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Walks that stop at the first error: a call of the handler may follow another one only where that is known to have succeeded.
internal sealed partial class Evaluator
{
    bool IsWalk(Term handler, ITypeSymbol? result) =>
        handler is { Kind: TermKind.Parameter, Symbol: IParameterSymbol parameter } && BringsResult(result)
        && Contracts.Of(parameter).Protocol is { StopsAtFirstError: true };

    static bool BringsResult(ITypeSymbol? type) =>
        type is not null and not { SpecialType: SpecialType.System_Void } and not INamedTypeSymbol { Arity: 0, Name: "Task" or "ValueTask" };

    // The handler is handed on to one that calls it, and gives back what it returns.
    Term? WalkOf(IOperation site, IMethodSymbol callee, ImmutableArray<BoundArgument> arguments)
    {
        foreach (var argument in arguments)
        {
            if (!IsWalk(argument.Term, callee.ReturnType) || !BringsSame(callee, argument.Term))
                continue;
            BeginWalk(site, argument.Term);
            return argument.Term;
        }

        return null;
    }

    static bool BringsSame(IMethodSymbol callee, Term handler) =>
        handler.Symbol is IParameterSymbol { Type: INamedTypeSymbol { DelegateInvokeMethod: { } invoke } }
        && SymbolEqualityComparer.Default.Equals(invoke.ReturnType, callee.ReturnType);

    void BeginWalk(IOperation site, Term handler)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind != MarkKind.Walked || !handler.Equals(mark.Under))
                continue;
            if (Failure.Of(_state, mark.Value!) != false)
            {
                Observer?.Broken(new Breach(BreachKind.WalksOn, site, "", mark, handler.Symbol!.Name), _state);
                // That it is lost on the way is the same mistake.
                Handle(mark.Value!);
            }

            _state = _state.Remove(mark);
        }
    }

    void EndWalk(IOperation site, Term? handler, Term result)
    {
        if (handler is not null && !_ended)
            _state = _state.Add(new Mark(MarkKind.Walked, "", result, handler, site));
    }

    /// <summary>A flag that says whether a call of the handler failed: one path for each, so that both stay together around the loop.</summary>
    Term Split(Term flag)
    {
        if (flag.Kind != TermKind.Operation)
            return flag;
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind != MarkKind.Walked || !flag.Mentions(mark.Value!) || Conditions.Truth(_state, flag) is not null)
                continue;
            bool truth = _choices.Choose(2) == 0;
            if (Conditions.Assume(_state, flag, truth) is { } state)
                _state = WithoutSettled(state);
            return truth ? Term.True : Term.False;
        }

        return flag;
    }

    /// <summary>An error is passed on, or kept where others find it.</summary>
    void Handle(Term value)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Failed && (value.Mentions(mark.Value!) || mark.Value!.Mentions(value)))
                _state = _state.Remove(mark);
        }
    }

    /// <summary>A variable that holds an error gets the result of something else, on the way that the path without the error takes, too.</summary>
    void LoseError(Term location, Term value, IOperation site)
    {
        if (site is not ISimpleAssignmentOperation || value.IsConstant || Failure.Of(_state, value) == true)
            return;
        var former = _state.Read(location);
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind != MarkKind.Failed || !former.Equals(mark.Value) || value.Mentions(former) || OtherHolder(former, location) is not null)
                continue;
            Observer?.Lost(new ResultLost(site, mark.At, LostResult.ErrorOverwritten), _state);
            _state = _state.Remove(mark);
        }
    }

    /// <summary>The state without what is over: calls that succeeded, errors that were told apart, work of which there turned out to be none.</summary>
    public static PathState WithoutSettled(PathState state)
    {
        foreach (var mark in state.Marks)
        {
            if (mark.Kind == MarkKind.Walked && Failure.Of(state, mark.Value!) == false
                || mark.Kind == MarkKind.Pending && IsNoCount(state, mark)
                || mark.Kind == MarkKind.Failed && (Failure.Of(state, mark.Value!) != true || LostFailures.IsTold(state, mark.Value!)))
            {
                state = state.Remove(mark);
            }
        }

        return state;
    }
}
