using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Assignments, to one place or to several at once.
internal sealed partial class Evaluator
{
    Term VisitAssignment(ISimpleAssignmentOperation assignment)
    {
        // The variable itself, not what it refers to so far.
        if (assignment.IsRef && (assignment.Target is ILocalReferenceOperation variable ? Term.Parameter(variable.Local) : Locate(assignment.Target, Access.Read)) is { } local)
        {
            bool readOnly = assignment.Target is ILocalReferenceOperation { Local.RefKind: RefKind.RefReadOnly };
            if (Locate(assignment.Value, readOnly ? Access.Read : Access.Write) is { } place)
            {
                _state = _state.Write(local, Term.Operation(TermOperator.Other, place, Term.Null, Reference));
                NoteReferent(assignment.Target, local, place);
            }
            else if (assignment.Target is ILocalReferenceOperation && Bare(assignment.Value) is not IPropertyReferenceOperation { IsImplicit: true })
            {
                // A reference that a member returns, but for those that a loop goes over: what it refers to is known by its value.
                _state = _state.Write(local, Visit(assignment.Value));
            }

            return local;
        }

        NoteCopy(assignment.Value);
        if (assignment.Target is IDiscardOperation)
            return Used(assignment.Value);
        if (assignment.Target is ITupleOperation tuple)
        {
            AssignTuple(tuple, assignment.Value, null);
            return Term.Null;
        }

        bool isVariable = IsVariable(assignment.Target);
        var value = HoldsBack(assignment.Target, assignment.Value) ? VisitHeld(((ILocalReferenceOperation)assignment.Target).Local, assignment.Value)
            : isVariable ? Visit(assignment.Value)
            : Used(assignment.Value);
        if (isVariable && assignment.Type is { SpecialType: SpecialType.System_Boolean } && !_state.Marks.IsEmpty)
            value = Split(value);
        WritePlace(assignment.Target, value, assignment);
        NoteElementCopy(assignment);
        if (isVariable && !_state.Locks.IsEmpty)
            TieRead(assignment.Value, value);
        return value;
    }

    /// <summary>Stores a value in a place, by its setter if it has one.</summary>
    void WritePlace(IOperation target, Term value, IOperation site)
    {
        if (_ended)
            return;
        if (target is IPropertyReferenceOperation property)
        {
            VisitSetter(property, value);
            return;
        }

        if (target is IImplicitIndexerReferenceOperation indexer)
        {
            VisitImplicitIndexer(indexer, value);
            HandOver(value);
            return;
        }

        if (Locate(target, Access.Write) is not { } location)
        {
            // What returns a reference is called for it.
            if (target is IInvocationOperation { TargetMethod.ReturnsByRef: true })
                Visit(target);
            else
            {
                foreach (var child in target.ChildOperations)
                    Used(child);
            }

            HandOver(value);
            return;
        }

        if (IsVariable(target))
            StoreResult(location, value, site);
        if (IsHandedBack(target))
            LetGo(value);
        else if (!IsVariable(target) || target is ILocalReferenceOperation { Local.IsRef: true })
            ShareThrough(location, value);
        NoteGuarded(location);
        NoteGuarded(value);
        NoteAssigned(site, location, value);
        if (!_state.Marks.IsEmpty)
            MarkStored(target, location, value, site);
        if (location.Kind == TermKind.Element)
            RefillArray(location.Left);
        Assign(site, location, value);
        _state = _state.Write(location, value);
        if (location.Kind == TermKind.Parameter)
            NoteChoice(location, value, target.Type);
    }

    // What is taken apart again gives its parts back.
    Term VisitTuple(ITupleOperation tuple)
    {
        var parts = new Term[tuple.Elements.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            NoteCopy(tuple.Elements[i]);
            parts[i] = Used(tuple.Elements[i]);
            LetGo(parts[i]);
            // What a helper returns in a tuple it hands to its caller.
            if (_body.IsVisible || !IsReturned(tuple))
                Disown(parts[i]);
        }

        var value = Mint(tuple);
        for (int i = 0; i < parts.Length; i++)
        {
            if (tuple.Elements[i].Type is not { } type || !(type.IsReferenceType || type.SpecialType == SpecialType.System_Boolean || IsKey(type) || parts[i].IsConstant || IsMarked(parts[i])))
                continue;
            _state = _state.Write(PartOf(value, i), parts[i]);
            if (tuple.Type is INamedTypeSymbol { TupleElements: { IsDefaultOrEmpty: false } elements })
                _state = _state.Write(Contracts.Path(value, elements[i]), parts[i]);
        }

        return value;
    }

    static bool IsReturned(ITupleOperation tuple) => tuple.Syntax.Parent is ReturnStatementSyntax or ArrowExpressionClauseSyntax && tuple.Parent is not ITupleOperation;

    // A token, for instance: whatever it is, it has to be known again.
    bool IsMarked(Term value)
    {
        foreach (var mark in _state.Marks)
        {
            if (value.Equals(mark.Value) || value.Equals(mark.Under))
                return true;
        }

        return false;
    }

    internal static Term PartOf(Term tuple, int index) => Term.Element(tuple, Term.Constant(index));

    Term VisitDeconstruction(IDeconstructionAssignmentOperation deconstruction)
    {
        var target = deconstruction.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : deconstruction.Target;
        if (target is ITupleOperation tuple)
            AssignTuple(tuple, deconstruction.Value, PartsOf(deconstruction.Syntax));
        else
            Used(deconstruction.Value);
        return Term.Null;
    }

    void AssignTuple(ITupleOperation targets, IOperation value, DeconstructionInfo? how)
    {
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        if (value is not ITupleOperation values || values.Elements.Length != targets.Elements.Length)
        {
            AssignParts(targets, Used(value), value.Type, value, how);
            return;
        }

        var terms = new Term?[values.Elements.Length];
        for (int i = 0; i < terms.Length; i++)
        {
            NoteCopy(values.Elements[i]);
            if (targets.Elements[i] is not ITupleOperation)
                terms[i] = IsVariable(targets.Elements[i]) ? Visit(values.Elements[i]) : Used(values.Elements[i]);
        }

        foreach (var term in terms)
        {
            if (term is not null)
                LiftResult(term);
        }

        for (int i = 0; i < terms.Length; i++)
        {
            if (terms[i] is { } term)
                AssignElement(targets.Elements[i], term, values.Elements[i]);
            else
                AssignTuple((ITupleOperation)targets.Elements[i], values.Elements[i], Part(how, i));
        }
    }

    void AssignElement(IOperation target, Term value, IOperation source)
    {
        if (target is IDiscardOperation)
            Discharge(source, value);
        else
            WritePlace(target, value, target);
    }

    Term VisitIncrement(IIncrementOrDecrementOperation increment)
    {
        if (increment.OperatorMethod is { IsStatic: false } own)
            return CallOwnOperator(increment, own, increment.Target, null);
        if (increment.Target is IPropertyReferenceOperation or IImplicitIndexerReferenceOperation)
            Visit(increment.Target);
        var kind = increment.Kind == OperationKind.Increment ? BinaryOperatorKind.Add : BinaryOperatorKind.Subtract;
        var before = increment.OperatorMethod is not null || increment.Target is IFieldReferenceOperation || IsVariable(increment.Target) ? OperandAt(increment.Target) : Mint(increment.Target);
        var value = increment.OperatorMethod is { } method ? CallOperator(increment, method, before, increment.Target, null, null)
            : IsVariable(increment.Target) ? FromGuarded(kind, null, increment.Target, Term.Constant(1)) ?? Stepped(increment, before, kind)
            // A count of how deep one is: what is counted back down is what it was.
            : before.IsRooted || Term.SumOf(before).Added != 0 ? Term.Arithmetic(kind, before, Term.Constant(1))
            : Mint(increment);
        WritePlace(increment.Target, value, increment);
        return increment.IsPostfix ? before : value;
    }

    Term Stepped(IOperation increment, Term before, BinaryOperatorKind kind) =>
        before is { IsConstant: true, Value: long count } ? Term.Constant(kind == BinaryOperatorKind.Add ? count + 1 : count - 1) : Mint(increment);

    // What an operator that assigns its operand reads of it: the access is told of once, as a write.
    Term OperandAt(IOperation target)
    {
        if (IsVariable(target))
            return ReadPlace(target);
        if (!IsPlace(target))
            return Mint(target);
        var (observer, before) = (Observer, _state);
        Observer = null;
        var value = Locate(target, Access.Read) is { } location ? ReadAt(location, target) : null;
        // Keys may have been evaluated on the way, which happens once.
        (Observer, _state) = (observer, before);
        return value is null || value.Kind == TermKind.Site ? Mint(target) : value;
    }
}
