using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// What a body publishes under a lock, and what of it gets its former value back before the lock is free: an error path that undoes one of several
// assignments is meant to undo them all.
internal sealed partial class Evaluator
{
    // What a published place held before.
    static readonly Term Former = Term.Constant("\0former");

    bool TracksRollback => _body.MayPutBack;

    /// <summary>A place gets another value: published, put back, or neither.</summary>
    void NotePublished(IOperation site, Term location, Term value)
    {
        if (!TracksRollback || GuardOf(location) is not var (guard, text))
            return;
        if (PutsBackParts(location, value))
            RestoreWithin(location, site);
        bool isRollingBack = false;
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind is not (MarkKind.Published or MarkKind.Restored))
                continue;
            if (!location.Equals(mark.Value))
            {
                isRollingBack |= mark.Kind == MarkKind.Restored && guard.Equals(mark.Under);
                continue;
            }

            // The lock was free since: what was published is, for good.
            if (mark.Under is null)
                ForgetPublished();
            else if (mark.Kind == MarkKind.Published && IsFormer(site, mark, value))
                Replace(mark, mark with { Kind = MarkKind.Restored, At = site });
            else
                Replace(mark, mark with { Kind = MarkKind.Published, At = site });
            return;
        }

        if (isRollingBack || value.Equals(_state.Read(location)) || _state.Find(guard) is null)
            return;
        _state = _state.Write(Term.Element(location, Former), _state.Read(location))
            .Add(new Mark(MarkKind.Published, text, location, guard, site));
    }

    void Replace(Mark former, Mark mark) => _state = _state.Remove(former).Add(mark);

    // Read before and written back; stepped back; a member of a copy; or the constant that it was known to be.
    bool IsFormer(IOperation site, Mark published, Term value)
    {
        if (StepOf(site) is var step and not 0 && StepOf(published.At) == -step)
            return true;
        if (!_state.Store.TryGet(Term.Element(published.Value!, Former), out var former))
            return false;
        if (value.Equals(former) || (value.IsConstant && Conditions.Truth(_state, ConditionTerms.Equal(former, value)) == true))
            return true;
        return published.Value!.Kind == TermKind.Member && value is { Kind: TermKind.Member, Left: { } copy } && SymbolEqualityComparer.Default.Equals(value.Symbol, published.Value.Symbol)
            && !copy.Equals(published.Value.Left) && copy.Kind is TermKind.Site or TermKind.Fresh or TermKind.Phi or TermKind.Stale;
    }

    static int StepOf(IOperation site) => site switch
    {
        IIncrementOrDecrementOperation { Kind: OperationKind.Increment } => 1,
        IIncrementOrDecrementOperation => -1,
        ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } => 1,
        ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Subtract } => -1,
        _ => 0,
    };

    // A whole struct that is put back puts its parts back.
    bool PutsBackParts(Term location, Term value)
    {
        bool isStruct = location.Symbol switch
        {
            IFieldSymbol field => field.Type.IsValueType,
            IPropertySymbol property => property.Type.IsValueType,
            _ => false,
        };
        return isStruct && (value.Equals(location) || value.Equals(_state.Read(location)));
    }

    void RestoreWithin(Term whole, IOperation site)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Published && mark.Under is not null && mark.Value!.Left is not null && mark.Value.Mentions(whole) && !mark.Value.Equals(whole))
                Replace(mark, mark with { Kind = MarkKind.Restored, At = site });
        }
    }

    // The lock of the place or of the member that it is a part of.
    (Term Guard, string Text)? GuardOf(Term location)
    {
        for (var place = location; place is not null; place = place.Kind is TermKind.Member or TermKind.Element ? place.Left : null)
        {
            if (place.Kind is not (TermKind.Member or TermKind.Static) || place.Symbol is not { } member)
                continue;
            var contract = Contracts.Of(member);
            if (contract.GuardedBy.IsEmpty)
                continue;
            if (IsExempt(place.Left, member))
                return null;
            var clause = contract.GuardedBy[0];
            return Follow(_state, clause.Path, root => root.Kind == TermKind.This ? place.Left ?? Term.This : root) is { } guard ? (guard, clause.Text) : null;
        }

        return null;
    }

    /// <summary>The lock is free: what was published under it others may have seen, and nothing more is put back.</summary>
    void ClosePublished(Term released)
    {
        if (!TracksRollback)
            return;
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind is MarkKind.Published or MarkKind.Restored && released.Equals(mark.Under))
                Replace(mark, mark with { Under = null });
        }
    }

    /// <summary>A callee may put back, or set anew, what was published here.</summary>
    void PublishInCallee(IMethodSymbol callee, CallBinding binding)
    {
        if (!TracksRollback)
            return;
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind is MarkKind.Published or MarkKind.Restored && mark.Under is not null && (callee.MethodKind == MethodKind.DelegateInvoke || MayPutBack(callee, binding, mark)))
                _state = _state.Remove(mark);
        }
    }

    bool MayPutBack(IMethodSymbol callee, CallBinding binding, Mark published)
    {
        _state.Store.TryGet(Term.Element(published.Value!, Former), out var former);
        foreach (var argument in binding.Arguments)
        {
            if (argument.Location is { } place && published.Value!.Mentions(place))
                return true;
            // Whoever is given the former value is asked to do something with it.
            if (former is not null && !former.IsConstant && argument.Term.Equals(former))
                return true;
        }

        var member = published.Value!;
        while (member.Kind == TermKind.Element)
            member = member.Left!;
        if (member.Symbol is not { } symbol || callee.MethodKind is MethodKind.PropertyGet || SymbolEqualityComparer.Default.Equals(callee.AssociatedSymbol, symbol))
            return false;
        return !callee.DeclaringSyntaxReferences.IsEmpty && Assignments.MayAssign(_host, callee, symbol);
    }

    void ForgetPublished()
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind is MarkKind.Published or MarkKind.Restored)
                _state = _state.Remove(mark);
        }
    }
}
