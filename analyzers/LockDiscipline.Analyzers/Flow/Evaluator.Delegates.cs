using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Lambdas and method groups that a variable holds, and nothing else: they run where the variable is used, with what is held there.
internal sealed partial class Evaluator
{
    // Variables that are given a lambda, or a sequence that is read later, once, and are then invoked or read here.
    Dictionary<ILocalSymbol, List<IFlowAnonymousFunctionOperation>>? _heldBack;

    // Of those that are given a method: what it needs.
    Dictionary<ILocalSymbol, CallMade>? _heldMethods;

    // Of those that are given an operation of a lock: which, and of what object.
    Dictionary<ILocalSymbol, (IMethodSymbol Method, Term Receiver)>? _heldOperations;

    // The one that is being given its value.
    ILocalSymbol? _holdsBackFor;

    Term VisitHeld(ILocalSymbol variable, IOperation value)
    {
        var outer = _holdsBackFor;
        _holdsBackFor = variable;
        var term = Visit(value);
        _holdsBackFor = outer;
        return term;
    }

    bool HoldsBack(IOperation target, IOperation value) =>
        target is ILocalReferenceOperation { Local: var local }
        && Bare(value) switch
        {
            // A contract of the lambda or of its type says what is held, and needs no look at the uses.
            IDelegateCreationOperation { Target: IFlowAnonymousFunctionOperation lambda } creation => Contracts.OfDelegate(creation.Type).IsNone && Contracts.Of(lambda.Symbol).IsNone,
            IDelegateCreationOperation { Target: IMethodReferenceOperation method } creation =>
                Contracts.OfDelegate(creation.Type).IsNone && (!Contracts.Of(method.Method).Requires.IsEmpty || Contracts.Of(method.Method).ChangesLocks || !NeedsOf(method.Method, Contracts.Of(method.Method)).Needs.IsEmpty),
            IInvocationOperation call => Contracts.Of(call.TargetMethod).RunsWhenRead,
            _ => false,
        }
        && IsUsedHereOnly(local);

    static IOperation Bare(IOperation operation)
    {
        while (operation is IConversionOperation or ITranslatedQueryOperation)
            operation = operation is ITranslatedQueryOperation query ? query.Operation : ((IConversionOperation)operation).Operand;
        return operation;
    }

    bool HoldBack(IFlowAnonymousFunctionOperation lambda)
    {
        if (_holdsBackFor is not { } variable)
            return false;
        _heldBack ??= new(SymbolEqualityComparer.Default);
        if (!_heldBack.TryGetValue(variable, out var lambdas))
            _heldBack.Add(variable, lambdas = new());
        if (!lambdas.Contains(lambda))
            lambdas.Add(lambda);
        return true;
    }

    bool HoldBack(in CallMade method)
    {
        if (_holdsBackFor is not { } variable)
            return false;
        _heldMethods ??= new(SymbolEqualityComparer.Default);
        _heldMethods[variable] = method;
        return true;
    }

    bool HoldBack(IMethodSymbol operation, Term receiver)
    {
        if (_holdsBackFor is not { } variable || !operation.Parameters.IsEmpty)
            return false;
        _heldOperations ??= new(SymbolEqualityComparer.Default);
        _heldOperations[variable] = (operation.OriginalDefinition, receiver);
        return true;
    }

    void RunHeldBack(ILocalReferenceOperation use)
    {
        if (_heldOperations is not null && use.Parent is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } && _heldOperations.TryGetValue(use.Local, out var operation))
            Apply(use.Parent, operation.Method, Contracts.Of(operation.Method), BindCall(operation.Receiver, null, ImmutableArray<BoundArgument>.Empty, null), null, Term.Null);
        // Told where the method was given for the delegate, and of the uses that lack something only: what is held at one is none of the others' concern.
        if (Observer is not null && _heldMethods is not null && _heldMethods.TryGetValue(use.Local, out var method) && !HasWhatItNeeds(method))
            Observer.Called(method, _state);
        if (_heldBack is null || !_heldBack.TryGetValue(use.Local, out var lambdas))
            return;
        bool isCalled = use.Parent is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke };
        foreach (var lambda in lambdas)
        {
            if (!_ended)
                RunInPlace(lambda, mayBeSkipped: !isCalled || !(ReferenceEquals(lambda, lambdas[0]) || IsBesideDeclaration(lambda.Syntax, use.Local)));
        }
    }

    bool HasWhatItNeeds(in CallMade method)
    {
        foreach (var need in Requirements.Of(method, _state))
        {
            if (!need.IsMet)
                return false;
        }

        foreach (var need in method.Summary.Needs)
        {
            if (method.Binding.Follow(_state, need.Lock) is { } path && _state.Find(path) is null)
                return false;
        }

        return true;
    }

    // Assigned once, but for delegates that are added, and used; each use invokes it, or gives it to what runs or reads it before it returns.
    bool IsUsedHereOnly(ILocalSymbol variable)
    {
        bool isOnce = _body.IsAssignedOnce(Term.Parameter(variable));
        if (!isOnce && variable.Type.TypeKind != TypeKind.Delegate)
            return false;
        bool any = false;
        bool isAddedTo = false;
        bool isAssigned = false;
        foreach (var operation in _body.Graph.OriginalOperation.Descendants())
        {
            if (operation is not ILocalReferenceOperation use || !SymbolEqualityComparer.Default.Equals(use.Local, variable))
                continue;
            if (IsAddition(use, variable))
            {
                isAddedTo = true;
                continue;
            }

            if (!IsUsedHere(use))
                return false;
            isAssigned |= use.Parent is ISimpleAssignmentOperation;
            any |= use.Parent is not ISimpleAssignmentOperation;
        }

        return any && (isAddedTo ? !isAssigned && _body.IsAssignedHere(variable) : isOnce);
    }

    // `run += Work;` beside the declaration, or elsewhere with what leaves the locks alone: whether that was added is followed no further.
    bool IsAddition(ILocalReferenceOperation use, ILocalSymbol variable) =>
        use.Parent is ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } addition && ReferenceEquals(addition.Target, use)
        && Bare(addition.Value) is IDelegateCreationOperation added && !(added.Target is IMethodReferenceOperation method && Contracts.Of(method.Method).ChangesLocks)
        && (IsBesideDeclaration(addition.Syntax, variable) || (added.Target is IAnonymousFunctionOperation lambda && !ChangesLocks(lambda)));

    // Whoever comes past the one comes past the other.
    bool IsBesideDeclaration(SyntaxNode added, ILocalSymbol variable) =>
        variable.DeclaringSyntaxReferences is { Length: 1 } declared && declared[0].GetSyntax(_host.Cancel) is { Parent.Parent.Parent: BlockSyntax block }
        && added.FirstAncestorOrSelf<StatementSyntax>(static statement => statement.Parent is not AnonymousFunctionExpressionSyntax && statement is ExpressionStatementSyntax)?.Parent == block;

    bool ChangesLocks(IAnonymousFunctionOperation lambda)
    {
        foreach (var operation in lambda.Descendants())
        {
            if (operation is IInvocationOperation call && (Contracts.Of(call.TargetMethod).ChangesLocks || !_host.SummaryOf(call.TargetMethod, _body).Outcomes.IsEmpty))
                return true;
        }

        return false;
    }

    bool IsUsedHere(ILocalReferenceOperation use)
    {
        IOperation value = use;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        bool runs = value.Parent switch
        {
            ISimpleAssignmentOperation assignment => ReferenceEquals(assignment.Target, value),
            IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } => true,
            // `held?.Invoke()`
            IConditionalAccessOperation access => ReferenceEquals(access.Operation, value)
                && access.WhenNotNull is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: IConditionalAccessInstanceOperation },
            IForEachLoopOperation loop => ReferenceEquals(loop.Collection, value),
            IArgumentOperation { Parent: IInvocationOperation call } => Reads(call),
            _ => false,
        };
        if (!runs)
            return false;
        for (var outer = value.Parent; outer is not null && !ReferenceEquals(outer, _body.Graph.OriginalOperation); outer = outer.Parent)
        {
            if (outer is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return false;
        }

        return true;

        bool Reads(IInvocationOperation call)
        {
            var contract = Contracts.Of(call.TargetMethod);
            return contract.RunsInPlace || (contract.RunsWhenRead ? IsReadHere(call, call.TargetMethod) : use.Type is not { TypeKind: TypeKind.Delegate } && call.TargetMethod.DeclaringSyntaxReferences.IsEmpty);
        }
    }
}
