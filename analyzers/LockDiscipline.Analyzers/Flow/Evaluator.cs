using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What becomes of a value that was evaluated.</summary>
internal enum ValueUse : byte
{
    None,

    /// <summary>A branch decides on it, or it is thrown.</summary>
    Value,

    /// <summary>A return hands it out.</summary>
    Returned,

    /// <summary>A return hands out the place that it stands in: whoever gets it may write there.</summary>
    Reference,
}

/// <summary>Evaluates operations on one path state: the transfer function of the analysis.</summary>
/// <remarks>Not thread-safe; one instance per run of a body.</remarks>
internal sealed partial class Evaluator
{
    readonly FlowHost _host;
    readonly Body _body;
    readonly Choices _choices = new();
    readonly Dictionary<CaptureId, IOperation> _captured = new();
    PathState _state = PathState.Entry;
    ILeaving<PathSet>? _leaving;
    Term? _patternInput;
    bool _ended;
    readonly List<Term> _minted = new();

    public Evaluator(FlowHost host, Body body)
    {
        _host = host;
        _body = body;
    }

    /// <summary>Told what happens; null while the fixpoint is sought.</summary>
    public FlowObserver? Observer { get; set; }

    /// <summary>An operation tree was too deep, or had too many outcomes, to be followed whole.</summary>
    public bool IsCapped => _choices.IsCapped || _tooDeep;

    bool _tooDeep;

    /// <summary>
    /// Whether the operations at hand may have been run before on the same path. Where they were not, what they produce is new, and need not
    /// be sought in the state.
    /// </summary>
    public bool MayRepeat { get; set; }

    ContractSet Contracts => _host.Contracts;

    /// <summary>Evaluates <paramref name="operation"/> on every outcome; <paramref name="results"/> gets each state that follows, with the value.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="start">The state before it.</param>
    /// <param name="use">What becomes of the value.</param>
    /// <param name="leaving">Takes the exceptions that may leave on the way.</param>
    /// <param name="results">Takes the outcomes.</param>
    public void Run(IOperation operation, PathState start, ValueUse use, ILeaving<PathSet>? leaving, List<(PathState State, Term Value)> results)
    {
        _leaving = leaving;
        _choices.Start();
        do
        {
            _minted.Clear();
            _state = LeaveFlatLocks(start, operation);
            if (!_state.Marks.IsEmpty && _state.Locks.Length < start.Locks.Length)
                EndHolds(start.Locks);
            _ended = _hasChosen = false;
            if (use == ValueUse.Returned && _body.Method is { ReturnsByRef: false, ReturnsByRefReadonly: false })
                NoteCopy(operation);
            var value = use switch
            {
                ValueUse.None => Visit(operation),
                ValueUse.Reference when Locate(operation, Access.Write) is { } place => _state.Read(place),
                _ => Used(operation),
            };
            if (use is ValueUse.Returned or ValueUse.Reference)
                Returned(operation, value);
            if ((use is ValueUse.Returned or ValueUse.Reference) && !_ended && _body.Method is { ReturnsByRef: true } or { ReturnsByRefReadonly: true })
                HandOutReference(operation);
            if (!_ended)
                results.Add((_state, value));
        }
        while (_choices.Next());
    }

    Term Visit(IOperation operation)
    {
        if (_ended)
            return Term.Null;
        try
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
        }
        catch (InsufficientExecutionStackException)
        {
            _tooDeep = true;
            return Term.Site(operation);
        }

        if (operation.ConstantValue.HasValue && operation is not IAssignmentOperation)
            return Term.Constant(operation.ConstantValue.Value);
        var value = VisitCore(operation);
        return value.Depth > Term.MaxDepth ? Mint(operation) : value;
    }

    Term VisitCore(IOperation operation)
    {
        switch (operation)
        {
            case IExpressionStatementOperation statement when IsFlatLock(statement, out var flat):
                return EnterFlatLock(statement, flat);
            case IExpressionStatementOperation statement:
                return VisitStatement(statement.Operation);
            case ILocalReferenceOperation local:
                RunHeldBack(local);
                return ReadPlace(operation);
            case IParameterReferenceOperation or IFieldReferenceOperation or IArrayElementReferenceOperation or IInlineArrayAccessOperation { Argument.Type.SpecialType: SpecialType.System_Int32 }
                or IEventReferenceOperation or IFlowCaptureReferenceOperation:
                return ReadPlace(operation);
            case IPropertyReferenceOperation property:
                return VisitGetter(property);
            case IImplicitIndexerReferenceOperation indexer:
                return VisitImplicitIndexer(indexer, null);
            case IConstructorBodyOperation:
                CallBaseConstructor(operation);
                return Term.Null;
            case ITypeOfOperation type:
                return Term.Static(type.TypeOperand);
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.PatternInput }:
                return _patternInput ?? Mint(operation);
            case IInstanceReferenceOperation:
                return Term.This;
            case IFlowCaptureOperation capture:
                return VisitCapture(capture);
            case IInvocationOperation invocation:
                return VisitInvocation(invocation);
            case IObjectCreationOperation creation:
                return VisitCreation(creation);
            case ISimpleAssignmentOperation assignment:
                return VisitAssignment(assignment);
            case ICompoundAssignmentOperation compound:
                return VisitCompound(compound);
            case IIncrementOrDecrementOperation increment:
                return VisitIncrement(increment);
            case IDeconstructionAssignmentOperation deconstruction:
                return VisitDeconstruction(deconstruction);
            case IEventAssignmentOperation subscription:
                Used(subscription.HandlerValue);
                Subscribe(subscription);
                WritePlace(subscription.EventReference, Mint(operation), subscription);
                return Term.Null;
            case IConversionOperation conversion:
                return VisitConversion(conversion);
            case IUnaryOperation unary:
                return VisitUnary(unary);
            case IBinaryOperation binary:
                return VisitBinary(binary);
            case IIsNullOperation isNull:
                return ConditionTerms.Equal(Used(isNull.Operand), Term.Null);
            case IIsPatternOperation pattern:
                return Matches(pattern.Pattern, Used(pattern.Value), operation);
            case IIsTypeOperation isType:
                var tested = Used(isType.ValueOperand);
                return !isType.IsNegated && IsCertain(TypeOf(tested) ?? isType.ValueOperand.Type, isType.TypeOperand) && isType.ValueOperand.Type is { IsReferenceType: true } or { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T }
                    ? ConditionTerms.Not(ConditionTerms.IsNull(tested))
                    : IsOf(tested, isType.TypeOperand, isType.IsNegated);
            case IAwaitOperation await:
                var outer = _heldBeforeAwait;
                _heldBeforeAwait = _state.Locks;
                var awaited = Visit(await.Operation);
                Suspend(await);
                CallAwaiter(await, awaited);
                Raise();
                _heldBeforeAwait = outer;
                return awaited;
            case IReturnOperation { Kind: OperationKind.YieldReturn, ReturnedValue: { } yielded }:
                PutAway(Used(yielded));
                Suspend(operation);
                return Term.Null;
            case IDelegateCreationOperation creation:
                return VisitDelegate(creation);
            case IFlowAnonymousFunctionOperation lambda:
                Defer(lambda, null);
                return Mint(operation);
            case IDeclarationExpressionOperation declaration:
                return Visit(declaration.Expression);
            case IParenthesizedOperation parenthesized:
                return Visit(parenthesized.Operand);
            case ICaughtExceptionOperation or IDefaultValueOperation:
                return operation is IDefaultValueOperation { Type: { } defaulted } ? DefaultOf(operation, defaulted) : Mint(operation);
            case IInterpolationOperation interpolation:
                UseOf(interpolation.Expression, Used(interpolation.Expression));
                return Mint(operation);
            default:
                // Part of a tuple, an array, a collection: others may have it from here on.
                if (operation is ITupleOperation tuple)
                    return VisitTuple(tuple);
                if (operation is IArrayCreationOperation { Initializer.ElementValues: { Length: <= MaxListed } listed })
                    return VisitListed(operation, listed);
                foreach (var child in operation.ChildOperations)
                    PutAway(Used(child));
                return Mint(operation);
        }
    }

    /// <summary>Evaluates what is then tested, passed on or otherwise used.</summary>
    Term Used(IOperation operation)
    {
        var value = Visit(operation);
        Discharge(operation, value);
        return value;
    }

    /// <summary>A new value for what an operation produces; the value that it produced the last time around is another one.</summary>
    Term Mint(IOperation operation) => Mint(Term.Site(operation));

    Term Mint(Term term)
    {
        if (MayRepeat || _minted.Contains(term))
            _state = _state.Rename(term, Term.Stale(term));
        else
            _minted.Add(term);
        return term;
    }

    CallBinding BindCall(Term? receiver, SyntaxNode? written, ImmutableArray<BoundArgument> arguments, Term? result, ITypeSymbol? receiverType = null, ISymbol? callee = null) =>
        new(receiver, written, arguments, result) { ReceiverType = receiverType, Extended = ExtensionBlocks.ParameterOf(callee), Within = _body.Owner.ContainingType, IsLocal = callee is IMethodSymbol { MethodKind: MethodKind.LocalFunction } };

    // What was held before the expression that is being awaited.
    ImmutableArray<Hold> _heldBeforeAwait;

    /// <summary>Takes note that an exception may leave from here.</summary>
    // Where awaiting an acquire throws, in the call, in what wraps its task, or when it has ended, nothing was acquired.
    void Raise() => Raise(!_heldBeforeAwait.IsDefault && _state.Locks.Length > _heldBeforeAwait.Length ? _heldBeforeAwait : _state.Locks);

    void Raise(ImmutableArray<Hold> held)
    {
        if (_leaving is null || _ended || !(_body.HasTry || _host.Options.CountsCalls))
            return;
        // The exception takes the place of results that were not tested yet.
        var state = _state.Implicit && _state.Unchecked.IsEmpty ? _state : _state with { Implicit = true, Unchecked = ImmutableArray<Unchecked>.Empty };
        if (state.Locks != held)
            state = state with { Locks = held };
        _leaving.Throw(new PathSet(ImmutableArray.Create(state), false), null, null);
    }

    /// <summary>Where the place is kept that a capture stands for.</summary>
    public static Term CapturedPlace(Term capture) => Term.Element(capture, PlaceOf);

    Term VisitCapture(IFlowCaptureOperation capture)
    {
        _captured[capture.Id] = capture.Value;
        var location = Term.Capture(capture.Id);
        // A captured variable or member may be assigned through the capture: keep which place it is.
        var value = IsPlace(capture.Value) && !capture.Value.ConstantValue.HasValue ? VisitPlaceOnce(capture.Value, location) : Visit(capture.Value);
        // Chosen by `a ? b : c`, a result goes where the choice goes.
        if (capture.Value is ILocalReferenceOperation { Syntax.Parent: Microsoft.CodeAnalysis.CSharp.Syntax.ConditionalExpressionSyntax })
            LiftResult(value);
        MoveResult(value, location);
        _state = _state.Write(location, value);
        NoteChoice(location, value, capture.Value.Type);
        if (capture.Value.Syntax.Parent is Microsoft.CodeAnalysis.CSharp.Syntax.ConditionalExpressionSyntax)
            KeepChosenApart(location, value);
        return value;
    }

    Term VisitConversion(IConversionOperation conversion)
    {
        if (conversion.OperatorMethod is { } method)
            return CallOperator(conversion, method, Used(conversion.Operand), conversion.Operand, null, null);
        // An expression tree is data: nobody runs it here.
        if (conversion.Operand is IFlowAnonymousFunctionOperation)
            return Mint(conversion);
        if (conversion.Type is { IsReferenceType: true })
            NoteCopy(conversion.Operand);
        // The same object, or the same number in another type: a lock stays a lock, a flag stays a flag.
        return Visit(conversion.Operand);
    }

    Term VisitUnary(IUnaryOperation unary)
    {
        if (unary.OperatorMethod is { } method)
            return CallOperator(unary, method, Used(unary.Operand), unary.Operand, null, null);
        var operand = Used(unary.Operand);
        // The last but one of a list is the last but one, however often it is asked for.
        return unary.OperatorKind switch
        {
            UnaryOperatorKind.Not => ConditionTerms.Not(operand),
            UnaryOperatorKind.Hat => Term.Operation(TermOperator.Other, operand, Term.Null, FromEnd),
            _ => Mint(unary),
        };
    }

    Term VisitBinary(IBinaryOperation binary)
    {
        if (IsMerge(binary.OperatorKind, binary.OperatorMethod, binary.Type))
            return VisitMerge(binary);
        var left = Used(binary.LeftOperand);
        var right = Used(binary.RightOperand);
        if (!_state.Marks.IsEmpty && NearestTests.IsComparison(binary))
            TestNearest(left, right);
        var called = binary.OperatorMethod is { } method ? CallOperator(binary, method, left, binary.LeftOperand, right, binary.RightOperand) : null;
        return Compare(binary.OperatorKind, left, right) ?? (IsSum(binary) ? null : called) ?? Computed(binary, left, right);
    }

    // An address and a length: the operator of a type for quantities adds as that of the numbers does.
    bool IsSum(IBinaryOperation binary) =>
        binary.OperatorMethod is not null
        && binary.OperatorKind is BinaryOperatorKind.Add or BinaryOperatorKind.Subtract
        && binary.Type is { IsValueType: true } type
        && SymbolEqualityComparer.Default.Equals(type, binary.LeftOperand.Type)
        && Contracts.Of(binary.OperatorMethod.OriginalDefinition).IsNone;

    // The same of the same operands, so that an index computed twice is one index.
    Term Computed(IBinaryOperation binary, Term left, Term right) =>
        (binary.OperatorMethod is null || IsSum(binary)) && binary.Type is { IsValueType: true } or { SpecialType: SpecialType.System_String }
            ? Term.Arithmetic(binary.OperatorKind, left, right)
            : Mint(binary);

    static Term? Compare(BinaryOperatorKind kind, Term left, Term right) => kind switch
    {
        BinaryOperatorKind.ConditionalAnd => Term.Operation(TermOperator.And, left, right),
        BinaryOperatorKind.ConditionalOr => Term.Operation(TermOperator.Or, left, right),
        _ => ConditionTerms.Compare(kind, left, right),
    };
}
