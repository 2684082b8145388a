using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Lambdas and method groups: which of them run here, with what is held here, and which later, on their own.
internal sealed partial class Evaluator
{
    Term VisitDelegateCall(IInvocationOperation invocation)
    {
        var target = invocation.Instance;
        while (target is IConversionOperation conversion)
            target = conversion.Operand;
        if (target is IDelegateCreationOperation { Target: IFlowAnonymousFunctionOperation lambda })
        {
            BindArguments(invocation.Arguments, invocation.TargetMethod);
            RunInPlace(lambda, mayBeSkipped: false);
            return Mint(invocation);
        }

        var value = target is null ? Term.This : Visit(target);
        var arguments = BindArguments(invocation.Arguments, invocation.TargetMethod);
        var contract = Contracts.OfDelegate(invocation.TargetMethod.ContainingType);
        if (target is IParameterReferenceOperation parameter)
            contract = ClauseBinder.Merge(contract, Contracts.Of(parameter.Parameter));
        // What a delegate type says of its parameters and of what it returns.
        contract = ClauseBinder.Merge(contract, Contracts.Of(invocation.TargetMethod));
        var result = Mint(invocation);
        // The contract of a delegate type speaks in the parameters of the type; those of its Invoke are the same ones.
        var binding = BindCall(value, null, arguments, result);
        var walk = IsWalk(value, invocation.Type) ? value : null;
        if (walk is not null)
            BeginWalk(invocation, walk);
        result = Apply(invocation, invocation.TargetMethod.OriginalDefinition, contract, binding, null, result);
        EndWalk(invocation, walk, result);
        return result;
    }

    // A contract on the parameter or its type speaks first.
    bool RunsDuring(IArgumentOperation argument, IMethodSymbol? callee) =>
        callee is not null && argument.Parameter is { } parameter && Contracts.Of(parameter).IsNone && Contracts.OfDelegate(parameter.Type).IsNone
        && _host.InPlace.Runs(callee, parameter, _body, InPlaceCallees.IsAwaited(argument.Parent));

    // The locks that the callee holds whenever it invokes the delegate.
    ImmutableArray<Hold> HeldWhenInvoked(IArgumentOperation argument, IMethodSymbol callee, Term? receiver, ImmutableArray<BoundArgument>.Builder bound)
    {
        var held = ImmutableArray<Hold>.Empty;
        foreach (var invoked in _host.ReachOf(callee, _body).Invokes)
        {
            if (SymbolEqualityComparer.Default.Equals(invoked.Parameter, argument.Parameter!.OriginalDefinition))
                held = Given(BindCall(receiver, null, bound.ToImmutable(), null).Bound(invoked.Locks));
        }

        return held;
    }

    // An asynchronous callee that nobody awaits here invokes the delegate at some time: what is held here is free by then, but not what the callee holds itself.
    ImmutableArray<Hold> HeldLater(IArgumentOperation argument, IMethodSymbol? callee, Term? receiver, ImmutableArray<BoundArgument>.Builder bound) =>
        callee is { IsAsync: true } && argument.Parameter is { } parameter && Contracts.Of(parameter).IsNone && Contracts.OfDelegate(parameter.Type).IsNone
        && _host.InPlace.Runs(callee, parameter, _body, isAwaited: true)
            ? HeldWhenInvoked(argument, callee, receiver, bound).RemoveAll(static hold => hold.Lock.Root.Kind is not (TermKind.This or TermKind.Static))
            : ImmutableArray<Hold>.Empty;

    // The callee may hold locks of its own while the lambda runs.
    void RunDuring(IFlowAnonymousFunctionOperation lambda, IArgumentOperation argument, IMethodSymbol callee, Term? receiver, ImmutableArray<BoundArgument>.Builder bound)
    {
        var held = HeldWhenInvoked(argument, callee, receiver, bound).RemoveAll(hold => _state.Find(hold.Lock) is not null);
        foreach (var hold in held)
            _state = _state.Add(hold);
        RunInPlace(lambda, mayBeSkipped: !RunsAlways.Is(_host, callee, argument.Parameter!), GiveArguments(lambda, argument, callee, receiver, bound));
        foreach (var hold in held)
        {
            if (!_ended && _state.Find(hold.Lock) is { Source: HoldSource.Caller } over)
                _state = _state.Remove(over);
        }
    }

    // What a chain of deferred calls returns goes, in the same expression, to one that reads it, or to a loop.
    bool IsReadHere(IOperation call, IMethodSymbol callee)
    {
        var parent = call.Parent;
        while (parent is IConversionOperation or ITranslatedQueryOperation or IParenthesizedOperation)
            parent = parent.Parent;
        if (parent is IInvocationOperation { IsImplicit: true, TargetMethod.Name: "GetEnumerator" } or IForEachLoopOperation || call.Syntax.Parent is SpreadElementSyntax)
            return true;
        var outer = parent is IArgumentOperation argument ? argument.Parent : null;
        var reader = outer switch
        {
            IInvocationOperation invocation => invocation.TargetMethod,
            IObjectCreationOperation { Constructor: { } constructor } => constructor,
            _ => null,
        };
        // What the framework is given to enumerate it enumerates before it returns, unless it says that it does not.
        return reader is { DeclaringSyntaxReferences.IsEmpty: true } && (!Contracts.Of(reader).RunsWhenRead || IsReadHere(outer!, callee));
    }

    static IFlowAnonymousFunctionOperation? Lambda(IOperation value)
    {
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        return value is IDelegateCreationOperation { Target: IFlowAnonymousFunctionOperation lambda } ? lambda : null;
    }

    Term VisitDelegate(IDelegateCreationOperation creation)
    {
        if (creation.Target is IFlowAnonymousFunctionOperation lambda)
        {
            if (!HoldBack(lambda))
                Defer(lambda, null, creation.Type);
            return Mint(creation);
        }

        if (creation.Target is IMethodReferenceOperation method)
        {
            var receiver = method.Instance is null ? Term.This : Visit(method.Instance);
            Share(receiver);
            var contract = Contracts.Of(method.Method);
            NoteGiven(creation, method, receiver, contract);
            if (!(contract.ChangesLocks && HoldBack(method.Method, receiver)))
                HandLocks(method, receiver, contract);
            TellOfGroup(creation, method, receiver, contract);
            return Mint(creation);
        }

        Used(creation.Target);
        return Mint(creation);
    }

    // A method that runs here is called here. Who calls it later holds what the delegate type says; a type that says nothing promises nothing.
    void TellOfGroup(IDelegateCreationOperation creation, IMethodReferenceOperation method, Term receiver, MemberContract contract)
    {
        if (Observer is null && _holdsBackFor is null)
            return;
        bool isPromised = !Contracts.OfDelegate(creation.Type).Requires.IsEmpty;
        var summary = NeedsOf(method.Method, contract);
        if (!_runsAtOnce && summary.Needs.IsEmpty && (contract.Requires.IsEmpty || isPromised))
            return;
        var binding = BindCall(receiver, method.Instance is { IsImplicit: false } written ? written.Syntax : null, ImmutableArray<BoundArgument>.Empty, null);
        var said = MemberContract.None with { Requires = isPromised ? ImmutableArray<LockClause>.Empty : contract.Requires };
        if (_runsAtOnce)
            said = said with { Excludes = contract.Excludes };
        var needs = new CallMade(method, method.Method, said, binding, summary) { RunsLater = !_runsAtOnce || contract.SpeaksOfLocks };
        // What is held here is of use only to a delegate that runs here.
        if (!HoldBack(needs))
            Observer?.Called(needs, _runsAtOnce ? WithHeldThere() : _state with { Locks = ImmutableArray<Hold>.Empty });
    }

    PathState WithHeldThere()
    {
        var state = _state;
        foreach (var hold in _heldThere)
        {
            if (state.Find(hold.Lock) is null)
                state = state.Add(hold);
        }

        return state;
    }

    // What a helper without a contract needs of whoever calls it.
    Summary NeedsOf(IMethodSymbol method, MemberContract contract) =>
        contract.SpeaksOfLocks || contract.Waiver is not null || method.DeclaringSyntaxReferences.IsEmpty || Visibility.IsVisible(method)
            ? Summary.None
            : Summary.None with { Needs = SummaryOf(method.OriginalDefinition).Needs };

    void Defer(IFlowAnonymousFunctionOperation lambda, IParameterSymbol? parameter, ITypeSymbol? type = null, ImmutableArray<Hold> heldLater = default)
    {
        // What it captures it may test, store and share at any time.
        foreach (var result in _state.Unchecked)
        {
            if (result.Location is not null)
                _state = _state with { Unchecked = _state.Unchecked.Remove(result) };
        }

        _state = _state with { Owned = ImmutableArray<Term>.Empty, Lent = ImmutableArray<Term>.Empty };
        LetGoCaptured(lambda);
        var handed = HandLocks(lambda, parameter);
        if (Observer is null)
            return;
        var contract = Contracts.Of(lambda.Symbol);
        var stated = Contracts.OfDelegate(type);
        if (type is INamedTypeSymbol { OriginalDefinition: { } definition } && !stated.IsNone)
            contract = ClauseBinder.Merge(contract, ParameterMap.Rename(stated, definition, lambda.Symbol));
        if (parameter is not null && Contracts.Of(parameter).NoSleep)
            contract = contract with { NoSleep = true };
        Observer.Deferred(new NestedBody(lambda.Symbol, _body.Graph.GetAnonymousFunctionControlFlowGraph(lambda), contract, Fixed(), heldLater.IsDefault ? handed : handed.AddRange(heldLater)));
    }

    // What variables hold that are assigned once: it is still true when the lambda runs.
    TermMap<Term> Fixed()
    {
        var kept = TermMap<Term>.Empty;
        foreach (var entry in _state.Store.Entries)
        {
            if (entry.Key.Kind == TermKind.Parameter && entry.Value.IsRooted && _body.IsAssignedOnce(entry.Key))
                kept = kept.With(entry.Key, entry.Value);
        }

        return kept;
    }

    // Whoever takes a lambda that does what is owed is trusted to run it.
    static PathState WithoutDone(PathState skipped, ImmutableArray<PathState> ends)
    {
        foreach (var mark in skipped.Marks)
        {
            bool isLeft = mark.Kind is not (MarkKind.Owned or MarkKind.Pending) || ends.IsEmpty;
            foreach (var end in ends)
                isLeft = isLeft || end.Marks.Contains(mark);
            if (!isLeft)
                skipped = skipped.Remove(mark);
        }

        foreach (var hold in skipped.Locks)
        {
            bool isLeft = ends.IsEmpty || hold.Certainty != Certainty.Definite;
            foreach (var end in ends)
                isLeft = isLeft || end.Find(hold.Lock) is not null;
            if (!isLeft)
                skipped = skipped.Change(hold, hold with { Certainty = Certainty.Maybe });
        }

        return skipped;
    }

    // What a lambda gives to whoever runs it, to be disposed, that one gives on: in a list, for instance, or as its own result.
    bool HandsOutScopes(IFlowAnonymousFunctionOperation lambda, ref ImmutableArray<PathState> ends)
    {
        if (lambda.Symbol.ReturnsVoid || Brought(lambda.Symbol) is not INamedTypeSymbol given || !(Contracts.IsScope(given) || Disposables.Is(given)))
            return false;
        bool any = false;
        for (int i = 0; i < ends.Length; i++)
        {
            foreach (var hold in ends[i].Locks)
            {
                if (hold is not { Scope: not null, Source: HoldSource.Acquired or HoldSource.Tried } || _state.Find(hold.Lock) is not null)
                    continue;
                any = true;
                if (hold.Certainty == Certainty.Definite)
                    ends = ends.SetItem(i, ends[i].Change(hold, hold with { Certainty = Certainty.Maybe }));
            }
        }

        return any;
    }

    // The lambda runs here, with what is held here; with an element of a collection, if one is named, for each of which it runs.
    void RunInPlace(IFlowAnonymousFunctionOperation lambda, bool mayBeSkipped, Term? element = null)
    {
        var graph = _body.Graph.GetAnonymousFunctionControlFlowGraph(lambda);
        var body = new Body(lambda.Symbol, graph, Contracts.Of(lambda.Symbol)) { Captured = _body.Captured, RunsWithin = _body, RunsForEach = element is not null };
        var run = Term.Site(lambda);
        var ends = BodySolver.RunInPlace(_host, body, _state, Observer, MayRepeat || _minted.Contains(run));
        _minted.Add(run);
        bool isForAll = false;
        if (element is not null)
            ends = ForAll(_state, ends, element, ref isForAll);
        bool handsOut = HandsOutScopes(lambda, ref ends);
        if (mayBeSkipped && !isForAll && !handsOut)
            ends = ends.Add(WithoutDone(_state, ends));
        if (ends.IsEmpty)
        {
            _ended = true;
            return;
        }

        var before = _state;
        _state = ends[_choices.Choose(ends.Length)];
        if (!_state.Marks.IsEmpty && !lambda.Symbol.ReturnsVoid)
            TrustAnswer(lambda, before);
    }
}
