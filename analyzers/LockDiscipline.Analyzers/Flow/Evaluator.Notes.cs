using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// What is told to the observer and changes nothing.
internal sealed partial class Evaluator
{
    // A lambda that runs in place suspends itself, not the body around it, whose locks stay with the thread that holds them.
    void Suspend(IOperation site)
    {
        RefillField(null);
        ForgetContents(null);
        if (Observer is null || _ended)
            return;
        var state = _state;
        if (_body.RunsWithin is not null)
        {
            var code = _body.Graph.OriginalOperation.Syntax;
            state = state with { Locks = state.Locks.RemoveAll(hold => hold.At is null || hold.At.Syntax.SyntaxTree != code.SyntaxTree || !code.Span.Contains(hold.At.Syntax.Span)) };
        }

        Observer.Suspended(site, state);
    }

    void NoteAssigned(IOperation site, Term location, Term? value)
    {
        if (Observer is not null && location.Kind is TermKind.Member or TermKind.Static or TermKind.Element)
            Observer.Assigned(new PlaceAssigned(site, location, _state.Read(location), value), _state);
    }

    // A lock that is a struct is another lock once it is copied.
    void NoteCopy(IOperation value)
    {
        if (Observer is null || _ended || value.Type is not { IsValueType: true, IsReadOnly: false } type)
            return;
        if ((IsPlace(value) && value is not IFlowCaptureReferenceOperation || value is IPropertyReferenceOperation { Property: { ReturnsByRef: true } or { IsIndexer: true } })
            && (Contracts.Traits(type) is not null || (HasLock(type) && !IsOwnCopy(value))))
        {
            Observer.Copied(value, OwnerOf(value), _state);
        }
    }

    // What a variable of the body holds is put together there, and moved to where it is used.
    static bool IsOwnCopy(IOperation value) => value is ILocalReferenceOperation { Local.IsRef: false } or IParameterReferenceOperation { Parameter.RefKind: RefKind.None };

    // A struct lock, or a struct that contains one.
    bool HasLock(ITypeSymbol type, int depth = 0)
    {
        if (Contracts.Traits(type) is not null)
            return true;
        if (depth == MaxNested || type.TypeKind != TypeKind.Struct || type.SpecialType != SpecialType.None || type.DeclaringSyntaxReferences.IsEmpty)
            return false;
        foreach (var member in type.GetMembers())
        {
            if (member is IFieldSymbol { IsStatic: false, RefKind: RefKind.None, Type: { TypeKind: TypeKind.Struct, IsReadOnly: false } inner } && HasLock(inner, depth + 1))
                return true;
        }

        return false;
    }

    const int MaxNested = 4;

    // The variable of a loop is a copy of the element.
    void NoteElementCopy(ISimpleAssignmentOperation assignment)
    {
        if (Observer is null || _ended || assignment is not { IsImplicit: true, Target: ILocalReferenceOperation { Local: { IsRef: false, Type: { IsValueType: true, IsReadOnly: false } type } } } || !HasLock(type))
            return;
        var value = Bare(assignment.Value);
        if (value is IPropertyReferenceOperation { IsImplicit: true, Property: { Name: "Current", ReturnsByRef: false, ReturnsByRefReadonly: false }, Instance: { } elements })
            Observer.Copied(elements, _state.Read(Term.Parameter(((ILocalReferenceOperation)assignment.Target).Local)), _state);
    }

    void NoteGiven(IDelegateCreationOperation creation, IMethodReferenceOperation method, Term receiver, MemberContract contract)
    {
        if (Observer is null)
            return;
        var expected = Contracts.OfDelegate(creation.Type);
        if (!expected.IsNone && creation.Type is INamedTypeSymbol { OriginalDefinition: { } definition })
            expected = ParameterMap.Rename(expected, definition, method.Method.OriginalDefinition);
        if (_givenTo is not null && Contracts.Of(_givenTo).NoSleep)
            expected = expected with { NoSleep = true };
        if (expected.IsNone)
            return;
        var binding = new CallBinding(receiver, method.Instance is { IsImplicit: false } written ? written.Syntax : null, ImmutableArray<BoundArgument>.Empty, null);
        Observer.Given(new MethodGiven(method, method.Method, contract, expected, binding, _runsAtOnce), _state);
    }

    // The expression that the clause's path starts from here.
    LockAcquired Named(in LockAcquired acquired, LockClause clause, CallBinding binding, IOperation? instance)
    {
        var operation = clause.Path.Kind == TermKind.This ? instance : null;
        bool isArgument = clause.Path.Kind == TermKind.Parameter;
        foreach (var argument in binding.Arguments)
        {
            if (isArgument && SymbolEqualityComparer.Default.Equals(argument.Parameter, clause.Path.Symbol))
                operation = argument.Value;
        }

        while (true)
        {
            if (operation is IConversionOperation conversion)
                operation = conversion.Operand;
            else if (operation is IFlowCaptureReferenceOperation capture && _captured.TryGetValue(capture.Id, out var original))
                operation = original;
            else
                return acquired with { Object = operation, IsArgument = isArgument };
        }
    }
}
