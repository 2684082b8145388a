using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Calls: what is bound to what, and in which order the effects come.
internal sealed partial class Evaluator
{
    // The argument at hand goes to a callee that runs its delegates before it returns.
    bool _runsAtOnce;

    // The parameter that it is for.
    IParameterSymbol? _givenTo;

    Term VisitInvocation(IInvocationOperation invocation)
    {
        var callee = invocation.TargetMethod;
        if (callee.MethodKind == MethodKind.DelegateInvoke)
            return VisitDelegateCall(invocation);
        if (callee is { Name: "GetValueOrDefault", Parameters.IsEmpty: true, ContainingType.OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } && invocation.Instance is { } nullable)
        {
            var wrapped = Used(nullable);
            return Conditions.Truth(_state, ConditionTerms.IsNull(wrapped)) switch
            {
                false => wrapped,
                true when invocation.Type?.SpecialType == SpecialType.System_Boolean => Term.False,
                _ => Mint(invocation),
            };
        }

        if (callee.Name == "GetEnumerator" && callee.Parameters.IsEmpty && invocation.IsImplicit && invocation.Instance is { } collection)
        {
            Dereference(collection, Access.Read);
            var source = Visit(collection);
            UseOf(collection, source);
            TrustFlags(source, null);
            if (Contracts.Of(callee) is { } contract && !(contract.IsNone && callee.DeclaringSyntaxReferences.IsEmpty))
            {
                var binding = BindCall(source, collection.Syntax, ImmutableArray<BoundArgument>.Empty, null);
                Apply(invocation, callee.OriginalDefinition, contract, binding, collection, Term.Null);
            }

            return Term.Operation(TermOperator.Other, source, Term.Null, Enumerator);
        }

        return Call(invocation, invocation.IsImplicit ? Implementation(callee, invocation.Instance) : callee, invocation.Instance, invocation.Arguments);
    }

    // `using` disposes through the interface; the contract stands on the method of the type at hand.
    static IMethodSymbol Implementation(IMethodSymbol callee, IOperation? instance)
    {
        while (instance is IConversionOperation conversion)
            instance = conversion.Operand;
        return callee.ContainingType.TypeKind == TypeKind.Interface
            && instance?.Type?.FindImplementationForInterfaceMember(callee) is IMethodSymbol own && own.Name == callee.Name ? own : callee;
    }

    Term VisitCreation(IObjectCreationOperation creation)
    {
        if (creation.Constructor is not { } constructor)
            return Mint(creation);
        return Call(creation, constructor, null, creation.Arguments);
    }

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
        RaiseAccess(property, property.Property, property.Property.IsStatic ? null : owner, property.Instance, writes ? Access.Write : Access.Read);
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
            value = _state.Read(Term.Element(owner, key));
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
        if (property.ContainingType.SpecialType is SpecialType.System_String or SpecialType.System_Array)
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
        RaiseAccess(property, property.Property, property.Property.IsStatic ? null : owner, property.Instance, Access.Write);
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

    // An event may have accessors of its own.
    void Subscribe(IEventAssignmentOperation subscription)
    {
        if (subscription.EventReference is not IEventReferenceOperation reference)
            return;
        var accessor = subscription.Adds ? reference.Event.AddMethod : reference.Event.RemoveMethod;
        if (accessor is null or { IsImplicitlyDeclared: true })
            return;
        var owner = reference.Instance is null ? Term.This : OwnerOf(reference.Instance);
        var binding = BindCall(owner, reference.Instance is { IsImplicit: false } written ? written.Syntax : null, ImmutableArray<BoundArgument>.Empty, null);
        Apply(reference, accessor.OriginalDefinition, Contracts.Of(accessor), binding, reference.Instance, Term.Null);
    }

    /// <summary>The call of a user-defined operator or conversion, whose operands have been evaluated.</summary>
    Term CallOperator(IOperation site, IMethodSymbol callee, Term left, IOperation leftOperand, Term? right, IOperation? rightOperand)
    {
        var definition = callee.OriginalDefinition;
        var contract = Contracts.Of(definition);
        // Those of the framework compare and compute.
        if (definition.DeclaringSyntaxReferences.IsEmpty && contract.IsNone)
            return Mint(site);
        var bound = ImmutableArray.CreateBuilder<BoundArgument>(2);
        if (definition.Parameters.Length > 0)
            bound.Add(new BoundArgument(definition.Parameters[0], leftOperand, left, null));
        if (definition.Parameters.Length > 1 && right is not null)
            bound.Add(new BoundArgument(definition.Parameters[1], rightOperand!, right, null));
        var result = Mint(site);
        return Apply(site, definition, contract, BindCall(null, null, bound.ToImmutable(), result), null, result);
    }

    /// <summary>A call of <paramref name="callee"/>.</summary>
    Term Call(IOperation site, IMethodSymbol callee, IOperation? instance, ImmutableArray<IArgumentOperation> arguments)
    {
        var definition = callee.OriginalDefinition;
        var contract = Contracts.Of(definition);
        Term? receiver = null;
        var extended = contract.Protocol is { OnParameters: true } ? ExtensionBlocks.ParameterOf(definition) : null;
        bool takesOver = extended is not null && instance is not null && Contracts.Of(extended).Protocol is not null;
        if (takesOver)
        {
            receiver = Visit(instance!);
            Discharge(instance!, receiver);
        }
        else if (instance is not null)
        {
            // What a struct inherits is called on a copy of it.
            bool mutates = instance.Type is { IsValueType: true, IsReadOnly: false } && !callee.IsReadOnly && !callee.ContainingType.IsReferenceType;
            if (contract.ChangesContents)
                _changed = Bare(instance);
            receiver = Receiver(instance, mutates ? Access.Write : Access.Read);
            Dereference(instance, contract.ChangesContents ? Access.Write : Access.Read);
            _changed = null;
            // What hands its receiver on, such as ConfigureAwait, tests nothing.
            if (contract.TestsError is not null || !(contract.OnSuccess || contract.Returns is { Path.Kind: TermKind.This }))
                Discharge(instance, receiver);
            if (contract.OnSuccess)
                CheckSuccess(site, callee, receiver);
        }
        else if (!callee.IsStatic && callee.MethodKind is not MethodKind.Constructor)
        {
            receiver = Term.This;
        }

        var bound = BindArguments(arguments, callee, receiver);
        if (_ended)
            return Term.Null;
        // What an extension block says of the extended object.
        if (takesOver)
            bound = bound.Add(new BoundArgument(extended!, instance!, receiver!, null));

        Term result;
        // A copy that `with` makes is a new object, made of what its original holds.
        bool isClone = callee is { IsImplicitlyDeclared: true, ContainingType.IsRecord: true, Parameters.IsEmpty: true } && instance is not null && site.Syntax is WithExpressionSyntax;
        if (isClone)
            RaiseCopy(site, receiver!, instance!);
        if (site is IObjectCreationOperation || isClone)
        {
            result = Mint(Term.Fresh(site));
            receiver = isClone ? receiver : result;
            if (site.Type is { IsReferenceType: true })
                _state = _state with { Owned = _state.Owned.Add(result) };
        }
        else
        {
            result = contract.TestsError is { } testsError && callee.Parameters.Length == (callee.IsStatic ? 1 : 0)
                ? TestOf(testsError, callee.IsStatic ? bound[0].Term : receiver!)
                : contract.TestsIdentity && bound.Length == 2 ? ConditionTerms.Equal(bound[0].Term, bound[1].Term)
                : contract.OnSuccess && bound.IsEmpty && receiver is { Depth: < Term.MaxDepth } ? Term.Member(receiver, definition)
                : (contract.Computes ? AnswerOf(definition, receiver, bound) : null) ?? Mint(site);
        }

        ForgetContents(definition, contract, receiver, bound);
        var binding = BindCall(receiver, instance is { IsImplicit: false } or IFlowCaptureReferenceOperation { Syntax: ExpressionSyntax } ? instance.Syntax : null, bound, result, instance?.Type, definition);
        var walk = WalkOf(site, callee, bound);
        result = Apply(site, definition, contract, binding, instance, result);
        EndWalk(site, walk, result);
        NoteElements(contract, binding, result);
        if (definition is { MethodKind: MethodKind.Constructor, ContainingType.IsRecord: true } && bound.Length > 0)
            NotePositional(definition, bound, result);
        if (!contract.Computes)
            Remember(definition, receiver, bound, result);
        if (result.Kind == TermKind.Site && (contract.ReturnsNew || site is IInvocationOperation { IsVirtual: false } && Contracts.HasGuardedMembers(Brought(callee)) && ReturnsFresh(callee)))
            _state = _state with { Owned = _state.Owned.Add(result) };
        return result;
    }

    // Which methods return what they made: the answers so far.
    Dictionary<IMethodSymbol, bool>? _returnFresh;

    bool ReturnsFresh(IMethodSymbol callee)
    {
        _returnFresh ??= new(SymbolEqualityComparer.Default);
        if (!_returnFresh.TryGetValue(callee, out bool known))
            _returnFresh.Add(callee, known = FreshResults.Returns(_host, callee, _body));
        return known;
    }

    // What awaiting the call brings.
    static ITypeSymbol Brought(IMethodSymbol callee) =>
        callee.IsAsync && callee.ReturnType is INamedTypeSymbol { TypeArguments: { Length: 1 } brought } ? brought[0] : callee.ReturnType;

    // One condition for the test of an error and the test of its absence.
    Term TestOf(bool testsError, Term value)
    {
        var failed = Failure.Of(_state, value) is { } known ? (known ? Term.True : Term.False) : Failure.Condition(value);
        return testsError ? failed : ConditionTerms.Not(failed);
    }

    ImmutableArray<BoundArgument> BindArguments(ImmutableArray<IArgumentOperation> arguments, IMethodSymbol? callee, Term? receiver = null)
    {
        if (arguments.IsEmpty)
            return ImmutableArray<BoundArgument>.Empty;
        bool inPlace = callee is not null
            && (Contracts.Of(callee) is { RunsInPlace: true } || (Contracts.Of(callee) is { RunsWhenRead: true } && arguments[0].Parent is { } call && IsReadHere(call, callee)));
        var bound = ImmutableArray.CreateBuilder<BoundArgument>(arguments.Length);
        foreach (var argument in arguments)
        {
            if (argument.Parameter is not { } parameter)
            {
                Used(argument.Value);
                continue;
            }

            Term value;
            Term? location = null;
            if (parameter.RefKind is RefKind.Ref or RefKind.Out or RefKind.In && argument.Value is not IDeclarationExpressionOperation { Expression: not ILocalReferenceOperation })
            {
                location = argument.Value is IDiscardOperation ? null : Locate(argument.Value, parameter.RefKind == RefKind.In ? Access.Read : Access.Write);
                if (location is not null)
                    NoteGuarded(location);
                value = location is null ? Used(argument.Value) : _state.Read(location);
                Discharge(argument.Value, value);
                if (callee is null || !Contracts.Of(callee).ChangesLocks)
                    LetGo(value);
            }
            else if (Lambda(argument.Value) is { } lambda)
            {
                if (inPlace)
                    RunInPlace(lambda, mayBeSkipped: true, GiveElement(lambda, argument, callee!, receiver, bound));
                else if (RunsDuring(argument, callee) && (!lambda.Symbol.IsAsync || callee!.IsAsync))
                    RunDuring(lambda, argument, callee!, receiver, bound);
                else if (callee is null || !Contracts.Of(callee).RunsWhenRead || !HoldBack(lambda))
                    Defer(lambda, parameter, argument.Value.Type, HeldLater(argument, callee, receiver, bound));
                value = Mint(argument.Value);
            }
            else if (inPlace && CallForEach(argument, callee!, receiver, bound))
            {
                value = Mint(argument.Value);
            }
            else
            {
                NoteCopy(argument.Value);
                var outer = (_runsAtOnce, _givenTo);
                (_runsAtOnce, _givenTo) = (inPlace || (argument.Value is IDelegateCreationOperation && RunsDuring(argument, callee)), parameter);
                value = Used(argument.Value);
                if (!_state.Marks.IsEmpty && !TakesOver(callee, parameter) && !IsTestedBy(callee, parameter, value))
                    UseOf(argument.Value, value);
                if (!_state.Marks.IsEmpty)
                {
                    Handle(value);
                    TrustFlags(value, null);
                }

                (_runsAtOnce, _givenTo) = outer;
                if (callee is null || !Contracts.Of(callee).ChangesLocks)
                    LetGo(value);
                if (callee is not null && IsOfCollection(callee))
                    LetGoLock(value);
            }

            bound.Add(new BoundArgument(parameter.OriginalDefinition, argument.Value, value, location));
        }

        return bound.Count == bound.Capacity ? bound.MoveToImmutable() : bound.ToImmutable();
    }

    // What is consumed, given back or tested is dealt with by the contract.
    bool TakesOver(IMethodSymbol? callee, IParameterSymbol parameter) =>
        Contracts.Of(parameter).Protocol is { } taken && (taken.Consumes is not null || taken.IsToken)
        || (callee is not null && (Contracts.Of(callee).TestsError is not null || Contracts.Of(callee).Protocol is { IsContainmentTest: true }));
}
