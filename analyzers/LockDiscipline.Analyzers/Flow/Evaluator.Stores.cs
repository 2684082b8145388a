using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// What becomes of a value that is stored, captured, or made part of something: who has it from here on.
internal sealed partial class Evaluator
{
    // Kept in a collection that others have, it outlives the section that this body will end.
    void EscapeInto(CallBinding binding)
    {
        if (binding.Receiver is not { } collection || IsLocal(collection))
            return;
        foreach (var argument in binding.Arguments)
            EscapeInto(argument.Value, argument.Term, collection);
    }

    void EscapeInto(IOperation site, Term value, Term collection)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Tied && Concerns(value, mark.Value!) && _state.Find(mark.Under!) is { Source: HoldSource.Acquired or HoldSource.Tried })
            {
                Escape(site, value, collection);
                return;
            }
        }
    }

    // What a helper stores through a by-reference parameter its callers have, and owe.
    bool IsHandedBack(IOperation target) =>
        !_body.IsVisible && target is IParameterReferenceOperation { Parameter: { RefKind: RefKind.Ref or RefKind.Out } parameter }
        && _body.Method is { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, method)
        && Contracts.Of(parameter).Protocol is null;

    void MarkStored(IOperation target, Term location, Term value, IOperation site)
    {
        TrackFlag(location, site);
        if (IsVariable(target))
        {
            Overwrite(location, value);
            LoseError(location, value, site);
            return;
        }

        SwapOut(location);
        RefillField(location);
        Handle(value);
        if (!IsLocal(location) && !IsPromised(location))
            Escape(target, value, location);
    }

    // Stored where others can find it: an object is no longer ours alone.
    void HandOver(Term value)
    {
        Share(value);
        LetGo(value);
        Disown(value);
    }

    // Part of something that others may get: what is owned goes with it.
    void PutAway(Term value)
    {
        LetGo(value);
        Disown(value);
    }

    // A scope that others have may be disposed by them: its lock is held here in doubt.
    void LetGo(Term scope)
    {
        foreach (var hold in _state.Locks)
        {
            if (scope.Equals(hold.Scope) && hold.Certainty == Certainty.Definite)
                _state = _state.Change(hold, hold with { Certainty = Certainty.Maybe });
        }
    }

    // A lambda may dispose the scopes that it captures.
    void LetGoCaptured(IFlowAnonymousFunctionOperation lambda)
    {
        bool any = !_state.Marks.IsEmpty;
        foreach (var hold in _state.Locks)
            any |= hold.Scope is not null;
        if (!any)
            return;
        foreach (var block in _body.Graph.GetAnonymousFunctionControlFlowGraph(lambda).Blocks)
        {
            foreach (var operation in block.Operations)
                LetGoIn(operation);
            if (block.BranchValue is { } value)
                LetGoIn(value);
        }

        void LetGoIn(IOperation operation)
        {
            foreach (var part in operation.DescendantsAndSelf())
            {
                if (part is ILocalReferenceOperation local)
                    Capture(part, _state.Read(Term.Parameter(local.Local)));
                else if (part is IParameterReferenceOperation parameter)
                    Capture(part, _state.Read(Term.Parameter(parameter.Parameter)));
            }
        }
    }

    void Capture(IOperation reference, Term value)
    {
        LetGo(value);
        Disown(value);
        Escape(reference, value, null);
    }
}
