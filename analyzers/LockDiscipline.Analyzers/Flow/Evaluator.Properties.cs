using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Properties and indexers: their accessors are calls, and what they keep is a place.
internal sealed partial class Evaluator
{
    Term VisitGetter(IPropertyReferenceOperation property)
    {
        if (property.Instance is null && Contracts.IsSuccess(property.Property))
            return Failure.None;
        var getter = property.Property.GetMethod;
        var contract = getter is null ? Contracts.Of(property.Property) : Contracts.Of(getter);
        if (property.Property.Name == "Current" && property.IsImplicit && property.Instance is { } cursor
            && Visit(cursor) is var enumerator && enumerator.IsOperation(Enumerator))
        {
            return ElementOf(enumerator.Left!, Mint(property));
        }

        // A value that may be missing is the value, or null.
        if (property.Property.ContainingType.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T && property.Instance is { } nullable)
        {
            var wrapped = Used(nullable);
            return property.Type?.SpecialType == SpecialType.System_Boolean && property.Property.Name == "HasValue" ? ConditionTerms.Not(ConditionTerms.IsNull(wrapped)) : wrapped;
        }

        bool writes = property.Property.ReturnsByRef;
        var owner = property.Property.IsStatic ? Term.This : Receiver(property.Instance, Access.Read);
        if (contract.OnSuccess && property.Instance is not null)
            CheckSuccess(property, property.Property, owner);
        Dereference(property.Instance, Access.Read);
        RaiseAccess(property, property.Property, property.Property.IsStatic ? StaticOwner(property) : owner, property.Instance, writes ? Access.Write : Access.Read);
        var arguments = BindArguments(property.Arguments, getter);
        Term value;
        if (contract.TestsError is { } testsError)
        {
            if (property.Instance is not null)
                Discharge(property.Instance, owner);
            value = TestOf(testsError, owner);
        }
        else if (contract.Protocol?.Owned is not null)
        {
            // Counted anew whenever it is read.
            value = Mint(property);
        }
        else if (property.Property.IsIndexer)
        {
            Term key = Term.Null;
            foreach (var argument in arguments)
                key = key.IsConstant && key.Value is null ? argument.Term : Term.Element(key, argument.Term);
            TrustFlags(owner, null);
            value = _state.Read(ValueAt(property.Property, owner, key) ?? Term.Element(owner, key));
        }
        else
        {
            if (!contract.OnSuccess && property.Instance is not null && _state.Unchecked.Length > 0)
                Discharge(property.Instance, owner);
            value = AnsweredBefore(owner, property.Property, contract) is { } answer ? answer
                // What only a success has is that member, whatever it is kept in.
                : contract.OnSuccess && property.Property.ContainingType.IsValueType ? _state.Read(Term.Member(owner, property.Property.OriginalDefinition))
                : property.ConstrainedToType is { } own ? Term.Member(Term.Static(own), property.Property.OriginalDefinition)
                : IsStable(property.Property, contract) ? Follow(_state, Contracts.Path(Term.This, property.Property), root => root.Kind == TermKind.This ? owner : null)! : Mint(property);
            if (value.Kind == TermKind.Site && ReferenceEquals(value.Value, property) && property.Type is { IsValueType: true })
                Remember(owner, property.Property, value);
        }

        if (getter is null)
            return value;
        var binding = BindCall(owner, property.Instance is { IsImplicit: false } written ? written.Syntax : null, arguments, value, callee: getter.OriginalDefinition);
        return Apply(property, getter, contract, binding, property.Instance, value);
    }

    // What an interface asks of a type argument belongs to that type.
    static Term? StaticOwner(IPropertyReferenceOperation property) => property.ConstrainedToType is ITypeParameterSymbol own ? Term.Static(own) : null;

    // Reading it twice gives the same object, as long as nothing assigned it.
    bool IsStable(IPropertySymbol property, MemberContract contract)
    {
        // A result that is a value does not change its mind.
        if (contract.Returns is not null || (property.ContainingType.IsValueType && Contracts.IsResult(property.ContainingType)))
            return true;
        if (Contracts.Path(Term.This, property).Symbol is IFieldSymbol { IsVolatile: false })
            return true;
        if (Contracts.ReturnsNew(property))
            return false;
        if (property.Type.IsReferenceType && property.Type.SpecialType != SpecialType.System_String)
            return true;
        if (property.ContainingType.SpecialType == SpecialType.System_String)
            return true;
        foreach (var member in property.ContainingType.GetMembers())
        {
            if (member is IFieldSymbol { AssociatedSymbol: { } associated } && SymbolEqualityComparer.Default.Equals(associated, property))
                return true;
        }

        return property.ContainingType.IsReadOnly || property.Type.IsValueType && property.SetMethod is null && property.ContainingType.IsRecord;
    }

    void VisitSetter(IPropertyReferenceOperation property, Term value)
    {
        _changed = property.Property.IsIndexer && property.Instance is { Type.IsReferenceType: true } collection && Contracts.IsFramework(property.Property) ? Bare(collection) : null;
        var owner = property.Property.IsStatic ? Term.This : Receiver(property.Instance, Access.Write);
        _changed = null;
        Dereference(property.Instance, Access.Write);
        RaiseAccess(property, property.Property, property.Property.IsStatic ? StaticOwner(property) : owner, property.Instance, Access.Write);
        var arguments = BindArguments(property.Arguments, property.Property.SetMethod);
        ShareThrough(Contracts.Path(owner, property.Property), value);
        if (property.Property.SetMethod is { } setter)
        {
            var binding = BindCall(owner, property.Instance is { IsImplicit: false } written ? written.Syntax : null, arguments, null, callee: setter.OriginalDefinition);
            Apply(property, setter, Contracts.Of(setter), binding, property.Instance, Term.Null);
        }
        else if (property.Property is { ReturnsByRef: true, GetMethod: { } getter })
        {
            var binding = BindCall(owner, property.Instance is { IsImplicit: false } written ? written.Syntax : null, arguments, null, callee: getter.OriginalDefinition);
            Apply(property, getter, Contracts.Of(getter), binding, property.Instance, Mint(property));
        }

        if (property.Property.IsIndexer)
        {
            ForgetAnswers(owner);
            if (!_state.Marks.IsEmpty && !IsLocal(owner) && Contracts.IsFramework(property.Property))
                EscapeInto(property, value, owner);
            if (arguments.Length == 1)
            {
                if (!_state.Marks.IsEmpty && property.Parent is { } assignment)
                    TrackFlag(Term.Element(owner, arguments[0].Term), assignment);
                NoteAssigned(property, Term.Element(owner, arguments[0].Term), value);
                NotePublished(property, Term.Element(owner, arguments[0].Term), value);
            }

            return;
        }

        var place = Contracts.Path(owner, property.Property);
        if (!_state.Marks.IsEmpty && property.Parent is { } site)
            TrackFlag(place, site);
        NoteAssigned(property, place, value);
        NoteGuarded(place);
        Assign(property, place, value);
        _state = _state.Write(place, value);
    }
}
