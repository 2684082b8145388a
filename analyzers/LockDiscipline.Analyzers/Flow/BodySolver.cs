using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Solves one body: runs its blocks on path sets to the fixpoint, then once more for an observer.</summary>
internal sealed class BodySolver : IBlockTransfer<PathSet>, IExits<PathSet>
{
    readonly Body _body;
    readonly ContractSet _contracts;
    readonly Evaluator _evaluator;
    readonly PathLattice _lattice;
    readonly List<(PathState State, Term Value)> _results = new();
    readonly Dictionary<int, ImmutableArray<Term>> _assigned = new();
    readonly Dictionary<int, IOperation> _rethrows = new();
    readonly ImmutableArray<PathState>.Builder _ends = ImmutableArray.CreateBuilder<PathState>();
    bool _isInPlace;
    bool _mayRepeat;
    bool _merged;

    BodySolver(FlowHost host, Body body)
    {
        _body = body;
        _contracts = host.Contracts;
        _evaluator = new Evaluator(host, body);
        _lattice = new PathLattice(new Scopes(body.Graph));
    }

    /// <summary>Solves the body from its contract and tells the observer what happens in it.</summary>
    public static void Solve(FlowHost host, Body body, PathState entry, FlowObserver observer) =>
        Run(host, body, entry, observer, isInPlace: false, mayRepeat: false);

    /// <summary>Solves a lambda that runs within another body; gives the states in which it returns.</summary>
    /// <param name="mayRepeat">The same lambda may have run before on the way to <paramref name="entry"/>.</param>
    public static ImmutableArray<PathState> RunInPlace(FlowHost host, Body body, PathState entry, FlowObserver? observer, bool mayRepeat) =>
        Run(host, body, entry, observer, isInPlace: true, mayRepeat);

    /// <summary>What holds at the entry of a body by its contract.</summary>
    public static PathState EntryOf(FlowHost host, Body body)
    {
        var state = PathState.Entry with { Store = body.Captured };
        if (body.Owner is { IsStatic: false, ContainingType: { BaseType.SpecialType: not SpecialType.System_Object } type })
        {
            // The lock of a base, by the name that this type has for it.
            foreach (var (overridden, path) in host.Contracts.OverridingGetters(type))
                state = state.Write(overridden, path);
        }

        foreach (var parameter in body.Method?.Parameters ?? ImmutableArray<IParameterSymbol>.Empty)
        {
            if (IsLent(body, parameter))
                state = state with { Lent = state.Lent.Add(Term.Parameter(parameter)) };
        }

        var contract = body.Contract;
        foreach (var clause in contract.Requires)
            state = Hold(state, clause, clause.Mode ?? LockMode.Exclusive);
        foreach (var clause in contract.Releases)
            state = Hold(state, clause, clause.Mode ?? LockMode.Exclusive);
        foreach (var clause in contract.Drops)
            state = Hold(state, clause, LockMode.Exclusive);
        foreach (var clause in contract.Downgrades)
            state = Hold(state, clause, LockMode.Exclusive);
        foreach (var clause in contract.Upgrades)
            state = Hold(state, clause, LockMode.Shared);
        if (GuardedProperty(body) is { } property)
        {
            // What the accessor does itself about the lock is its own affair.
            foreach (var clause in host.Contracts.Of(property).GuardedBy)
            {
                if (state.Find(clause.Path) is null)
                    state = state.Add(new Hold(clause.Path, LockMode.Exclusive, 1, HoldSource.Caller, Certainty.Maybe, null, null, clause.Text, LockTraits.Unknown));
            }
        }

        state = Tests.Assume(host.Contracts, state, contract);
        if (Synchronized.LockOf(body.Method) is { } own)
            state = state.Add(new Hold(own, LockMode.Exclusive, 1, HoldSource.Caller, Certainty.Definite, null, null, Synchronized.TextOf(own), LockTraits.Monitor));
        return state;

        PathState Hold(PathState before, LockClause clause, LockMode mode) =>
            before.Find(clause.Path, mode) is { } known && known.Mode == mode
                ? before
                : before.Add(new Hold(clause.Path, mode, 1, HoldSource.Caller, Certainty.Definite, null, null, clause.Text, host.TraitsOf(clause, clause.Path, body.Method, CallBinding.None) ?? LockTraits.Unknown));
    }

    /// <summary>Whether callers are told if the body keeps the argument: those of a helper are, whose code is theirs to rely on.</summary>
    public static bool IsLent(Body body, IParameterSymbol parameter) =>
        parameter.Type.IsReferenceType && body.Method is { MethodKind: not MethodKind.AnonymousFunction } && !body.IsVisible;

    // Whoever reads or writes a guarded property holds its locks. Where it has a field of its own, the guard is that field's.
    static IPropertySymbol? GuardedProperty(Body body)
    {
        if (body.Method is not { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet, AssociatedSymbol: IPropertySymbol property })
            return null;
        foreach (var member in property.ContainingType.GetMembers())
        {
            if (member is IFieldSymbol { AssociatedSymbol: { } owner } && SymbolEqualityComparer.Default.Equals(owner, property))
                return null;
        }

        return property;
    }

    static ImmutableArray<PathState> Run(FlowHost host, Body body, PathState entry, FlowObserver? observer, bool isInPlace, bool mayRepeat)
    {
        var solver = new BodySolver(host, body) { _isInPlace = isInPlace, _mayRepeat = mayRepeat };
        var start = new PathSet(isInPlace ? ImmutableArray.Create(entry) : WithFlags(host, body, entry), false);
        var analysis = new ForwardAnalysis<PathSet>(body.Graph, solver._lattice, solver, host.Cancel);
        if (ForwardAnalysis<PathSet>.IsAcyclic(body.Graph))
        {
            solver._evaluator.Observer = observer;
            analysis.Solve(start, solver);
            return solver.Ends(observer, analysis.IsComplete, entry);
        }

        analysis.Solve(start);
        if (analysis.IsComplete && solver._evaluator.LoopLocks.Settle())
        {
            analysis = new ForwardAnalysis<PathSet>(body.Graph, solver._lattice, solver, host.Cancel);
            analysis.Solve(start);
        }

        if (analysis.IsComplete)
        {
            solver._evaluator.Observer = observer;
            analysis.Replay(solver);
        }

        return solver.Ends(observer, analysis.IsComplete, entry);
    }

    // States short of the fixpoint prove nothing: then that is said, and nothing else.
    ImmutableArray<PathState> Ends(FlowObserver? observer, bool isComplete, PathState entry)
    {
        if (!isComplete)
            observer?.Capped("it takes too many steps to analyse");
        else if (_merged || _evaluator.IsCapped)
            observer?.Capped(_merged ? $"more than {PathLattice.MaxPaths} combinations of held locks meet at one point" : "an expression is too deep or has too many outcomes");
        return isComplete ? _ends.ToImmutable() : ImmutableArray.Create(entry);
    }

    // A flag that the body takes over from its caller says whether something is pending: one path for each.
    static ImmutableArray<PathState> WithFlags(FlowHost host, Body body, PathState entry)
    {
        var paths = ImmutableArray.Create(entry);
        if (body.Contract.Protocol is not { OnParameters: true })
            return paths;
        foreach (var parameter in body.Method!.Parameters)
        {
            if (host.Contracts.Of(parameter).Protocol?.TakesPending is not { } what)
                continue;
            var flag = Term.Parameter(parameter);
            var split = ImmutableArray.CreateBuilder<PathState>();
            foreach (var path in paths)
            {
                split.Add(path.Write(flag, Term.True).Add(new Mark(MarkKind.Pending, what, flag, null, body.Graph.OriginalOperation)));
                split.Add(path.Write(flag, Term.False));
            }

            paths = split.ToImmutable();
        }

        return paths;
    }

    public PathSet EnterLoop(BasicBlock head, PathSet set)
    {
        if (!_assigned.TryGetValue(head.Ordinal, out var locations))
            _assigned.Add(head.Ordinal, locations = _body.AssignedIn(head).ToImmutableArray());
        var paths = set.Paths;
        for (int i = 0; i < paths.Length; i++)
        {
            var path = Evaluator.WithoutFormerElements(LostFailures.NextRound(_body, EnterLocks(head, paths[i]), head));
            foreach (var location in locations)
                path = NameForRound(Evaluator.WithoutChoice(path, location), location, head);
            if (!ReferenceEquals(path, paths[i]))
                paths = paths.SetItem(i, path);
        }

        return paths == set.Paths ? set : new PathSet(paths, set.IsCapped);
    }

    PathState EnterLocks(BasicBlock head, PathState path)
    {
        var loops = _evaluator.LoopLocks;
        if (loops.IsKnown)
            return loops.Enter(head.Ordinal, path);
        foreach (var hold in path.Locks)
        {
            if (hold.Loop == head.Ordinal)
                loops.NoteTaken(head.Ordinal, hold);
        }

        return path;
    }

    // A variable that changes from round to round is known, at the head of the loop, by the variable and the loop alone: then
    // a round that does to the next object what the last one did to its own is the same round again. Constants and short
    // paths keep their names: there are finitely many, and flags must stay correlated with locks.
    PathState NameForRound(PathState path, Term location, BasicBlock head)
    {
        if (location.Kind == TermKind.Capture)
            return path.Store.TryGet(location, out _) ? path with { Store = path.Store.Without(location).Without(Evaluator.CapturedPlace(location)) } : path;
        var value = path.Read(location);
        bool counts = _body.IsCounter(location) && (!value.IsConstant || value.Value is long);
        var name = Term.Phi(head, location);
        if (value.Equals(name))
            return path;
        // What it held at this head in an earlier round may still be locked, or in another variable: it has the name no longer, whatever the variable holds now.
        path = path.Rename(name, Term.Stale(name));
        if ((value.IsConstant && !counts) || (!value.IsConstant && !counts && value.IsRooted && value.Depth <= 3) || IsElement(value) || (value.Kind == TermKind.Phi && ReferenceEquals(value.Value, head)))
            return path;
        value = path.Read(location);
        return (value.IsConstant || (counts && value.IsRooted) ? path : path.Rename(value, name)).Write(location, name);
    }

    // An element of a collection, or part of one: known by the collection and the round.
    static bool IsElement(Term value)
    {
        while (value.Kind == TermKind.Member && value.Depth > 2)
            value = value.Left!;
        return value.Kind == TermKind.Element;
    }

    public void Run(BasicBlock block, PathSet entry, ILeaving<PathSet> leaving)
    {
        _merged |= entry.IsCapped;
        _evaluator.Loop = _body.LoopAround(block);
        _evaluator.MayRepeat = _mayRepeat || _body.IsInLoop(block);
        var paths = LostFailures.Acts(block) ? LostFailures.Enter(_body, block, entry) : entry;
        if (block.Kind == BasicBlockKind.Entry && _body.Graph.OriginalOperation is IConstructorBodyOperation { Initializer: null } constructor)
        {
            _results.Clear();
            foreach (var path in paths.Paths)
                _evaluator.Run(constructor, path, ValueUse.None, leaving, _results);
            paths = Collect(constructor, entry.IsCapped);
        }

        foreach (var operation in block.Operations)
        {
            _results.Clear();
            foreach (var path in paths.Paths)
                _evaluator.Run(operation, path, ValueUse.None, leaving, _results);
            if (_results.Count == 0)
                return;
            paths = Collect(operation, entry.IsCapped);
        }

        if (block.BranchValue is not { } value)
        {
            if (block.FallThroughSuccessor?.Semantics is ControlFlowBranchSemantics.Rethrow)
                leaving.Throw(paths, null, RethrowAt(block));
            else
                leaving.Branch(false, paths);
            return;
        }

        _results.Clear();
        var use = block.FallThroughSuccessor?.Semantics is not ControlFlowBranchSemantics.Return ? ValueUse.Value
            : _body.Method is { ReturnsByRef: true } ? ValueUse.Reference
            : ValueUse.Returned;
        foreach (var path in paths.Paths)
            _evaluator.Run(value, path, use, leaving, _results);
        if (block.ConditionKind != ControlFlowConditionKind.None)
        {
            Decide(block, entry.IsCapped, leaving);
        }
        else if (block.FallThroughSuccessor?.Semantics is ControlFlowBranchSemantics.Throw)
        {
            var type = value is Microsoft.CodeAnalysis.Operations.IConversionOperation conversion ? conversion.Operand.Type : value.Type;
            leaving.Throw(Collect(value, entry.IsCapped), type, value);
        }
        else
        {
            for (int i = 0; i < _results.Count; i++)
                _results[i] = (_results[i].State.Write(Term.Return, _results[i].Value), Term.Null);
            leaving.Branch(false, Collect(value, entry.IsCapped));
        }
    }

    IOperation RethrowAt(BasicBlock block)
    {
        if (!_rethrows.TryGetValue(block.Ordinal, out var at))
            _rethrows.Add(block.Ordinal, at = Rethrows.At(_body.Graph, block) ?? (block.Operations.IsEmpty ? _body.Graph.OriginalOperation : block.Operations[block.Operations.Length - 1]));
        return at;
    }

    void Decide(BasicBlock block, bool capped, ILeaving<PathSet> leaving)
    {
        var taken = ImmutableArray.CreateBuilder<PathState>();
        var fallen = ImmutableArray.CreateBuilder<PathState>();
        bool takenWhen = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
        bool isAsWritten = LostFailures.IsTrueAsWritten(block.BranchValue!, takenWhen);
        foreach (var (state, condition) in _results)
        {
            _evaluator.NoteGuarded(condition);
            if (Conditions.Assume(state, condition, takenWhen) is { } yes)
                taken.Add(_evaluator.Identify(Decided(state, condition, SkippedTests.Drop(_contracts, state, yes, condition, block.BranchValue!, takenWhen), isAsWritten ? block.FallThroughSuccessor : null), block.BranchValue!, condition, takenWhen));
            if (Conditions.Assume(state, condition, !takenWhen) is { } no)
                fallen.Add(_evaluator.Identify(Decided(state, condition, SkippedTests.Drop(_contracts, state, no, condition, block.BranchValue!, !takenWhen), isAsWritten ? null : block.ConditionalSuccessor), block.BranchValue!, condition, !takenWhen));
        }

        if (taken.Count > 0)
            leaving.Branch(true, new PathSet(taken.ToImmutable(), capped));
        if (fallen.Count > 0)
            leaving.Branch(false, new PathSet(fallen.ToImmutable(), capped));
    }

    // What the branch has told of results and of what is owned.
    PathState Decided(PathState before, Term condition, PathState after, ControlFlowBranch? other)
    {
        after = Evaluator.WithoutSettled(Evaluator.WithoutUnowned(_contracts, after));
        return other?.Destination is { } elsewhere ? LostFailures.Find(_contracts, before, after, condition, elsewhere) : after;
    }

    PathSet Collect(IOperation place, bool capped)
    {
        var builder = ImmutableArray.CreateBuilder<PathState>(_results.Count);
        foreach (var (state, _) in _results)
            builder.Add(state);
        var set = new PathSet(builder.MoveToImmutable(), capped);
        return set.Paths.Length <= PathLattice.MaxPaths ? set : _lattice.Join(new PathSet(ImmutableArray.Create(set.Paths[0]), capped), set, place);
    }

    void IExits<PathSet>.Return(BasicBlock from, PathSet set)
    {
        var site = from.BranchValue;
        foreach (var state in set.Paths)
        {
            var returned = state.Store.TryGet(Term.Return, out var value) ? value : null;
            var after = _evaluator.AtEnd(state with { Store = state.Store.Without(Term.Return) });
            _ends.Add(_isInPlace && returned is not null ? Evaluator.WithoutOwned(after, returned) : after);
            if (_isInPlace || _evaluator.Observer is not { } observer)
                continue;
            Lose(observer, state, site, returned);
            observer.Left(new BodyLeft(site, returned, false) { From = from.Ordinal }, after);
        }
    }

    void Lose(FlowObserver observer, PathState state, IOperation? site, Term? returned)
    {
        foreach (var result in state.Unchecked)
        {
            if (!ErrorReturns.Tells(_contracts, _body, state, site, returned, result.Call.Type) && !ErrorReturns.KeepsFirst(_body, state, result.Call.Type))
                observer.Lost(new ResultLost(result.Call, result.Call, LostResult.NeverTested), state);
        }
    }

    void IExits<PathSet>.Throw(IOperation? thrown, PathSet set)
    {
        if (_isInPlace || _evaluator.Observer is not { } observer)
            return;
        foreach (var state in set.Paths)
            observer.Left(new BodyLeft(thrown, null, true), _evaluator.AtEnd(state));
    }
}
