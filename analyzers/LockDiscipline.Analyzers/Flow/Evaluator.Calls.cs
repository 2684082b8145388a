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

    // What that callee holds of its own while it runs them.
    ImmutableArray<Hold> _heldThere = ImmutableArray<Hold>.Empty;

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
                : ComputedBy(contract, receiver, bound) ?? (contract.Computes ? AnswerOf(definition, receiver, bound) : null) ?? Mint(site);
        }

        var binding = BindCall(receiver, instance is { IsImplicit: false } or IFlowCaptureReferenceOperation { Syntax: ExpressionSyntax } ? instance.Syntax : null, bound, result, instance?.Type, definition);
        var walk = WalkOf(site, callee, bound);
        result = Apply(site, definition, contract, binding, instance, result);
        // What was tested of a collection is true when the call begins.
        ForgetContents(definition, contract, receiver, bound);
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
                var outer = (_runsAtOnce, _givenTo, _heldThere);
                bool runsDuring = !inPlace && argument.Value is IDelegateCreationOperation && RunsDuring(argument, callee);
                (_runsAtOnce, _givenTo) = (inPlace || runsDuring, parameter);
                _heldThere = runsDuring && Observer is not null ? HeldWhenInvoked(argument, callee!, receiver, bound) : ImmutableArray<Hold>.Empty;
                value = Used(argument.Value);
                if (!_state.Marks.IsEmpty && !TakesOver(callee, parameter) && !IsTestedBy(callee, parameter, value))
                    UseOf(argument.Value, value);
                if (!_state.Marks.IsEmpty)
                {
                    Handle(value);
                    TrustFlags(value, null);
                }

                (_runsAtOnce, _givenTo, _heldThere) = outer;
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
