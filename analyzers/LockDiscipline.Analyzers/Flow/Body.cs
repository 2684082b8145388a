using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>One body to be solved, with what is known of it before its code is looked at.</summary>
internal sealed class Body
{
    readonly HashSet<Term> _counters = new();
    readonly HashSet<ISymbol> _unstable = new(SymbolEqualityComparer.Default);
    readonly HashSet<ISymbol> _assignedByLambdas = new(SymbolEqualityComparer.Default);
    readonly List<Term> _changedByCalls = new();
    bool _runsLocalFunctionsAnyTime;
    // By block, in order.
    readonly List<(int Block, Term Location)> _assignments = new();
    int[]? _loops;
    readonly HashSet<(int Block, Term Location)> _assigned = new();
    readonly Dictionary<Term, int> _timesAssigned = new();
    readonly bool[] _inLoop;
    HashSet<ISymbol>? _guarded;
    RollbackScan? _rollback;
    HashSet<ISymbol>? _testedForZero;

    public Body(ISymbol owner, ControlFlowGraph graph, MemberContract contract)
    {
        Owner = owner;
        Graph = graph;
        Contract = contract;
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
                Scan(operation, block.Ordinal, false);
            if (block.BranchValue is { } value)
                Scan(value, block.Ordinal, false);
        }

        foreach (var function in graph.LocalFunctions)
            ScanLocalFunction(graph, function, false);
        foreach (var variable in _unstable)
        {
            if (!IsUnstable(variable))
                _changedByCalls.Add(Term.Parameter(variable));
        }

        MayPutBack = _rollback?.MayPutBack == true;
        _rollback = null;
        HasTry = Contains(graph.Root, ControlFlowRegionKind.Try);
        _inLoop = Loops(graph);
    }

    /// <summary>The method, or the field or property whose initialiser this is.</summary>
    public ISymbol Owner { get; }

    public IMethodSymbol? Method => Owner as IMethodSymbol;

    public ControlFlowGraph Graph { get; }

    public MemberContract Contract { get; }

    public bool HasTry { get; }

    /// <summary>See <see cref="RollbackScan"/>.</summary>
    public bool MayPutBack { get; }

    /// <summary>See <see cref="Evaluator.IsFlatLock"/>.</summary>
    public bool HasFlatLocks { get; private set; }

    /// <summary>What variables of the body around it hold, where they never change again.</summary>
    public TermMap<Term> Captured { get; init; } = TermMap<Term>.Empty;

    /// <summary>The body in which this lambda runs in place.</summary>
    public Body? RunsWithin { get; init; }

    /// <summary>A lambda that runs once for each element of a collection.</summary>
    public bool RunsForEach { get; init; }

    /// <summary>Whether the object at hand is under construction, or being finalised: no other thread uses it.</summary>
    public bool IsConstruction => RunsWithin is { } outer ? outer.IsConstruction : Owner switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.Destructor or MethodKind.StaticConstructor } => true,
        IMethodSymbol { IsInitOnly: true } => true,
        IFieldSymbol or IPropertySymbol => true,
        _ => false,
    };

    /// <summary>Whether a path begins at what is under construction here: at the object at hand or, while the type is being initialised, at one of its statics.</summary>
    public bool Constructs(Term root) => root.Kind switch
    {
        TermKind.This => IsConstruction,
        TermKind.Static => InitialisesTypeOf(root.Symbol),
        _ => false,
    };

    bool InitialisesTypeOf(ISymbol? member) => RunsWithin is { } outer ? outer.InitialisesTypeOf(member)
        : IsConstruction && Owner.IsStatic && SymbolEqualityComparer.Default.Equals(Owner.ContainingType?.OriginalDefinition, member?.ContainingType?.OriginalDefinition);

    /// <summary>Whether the body's code may be called by code that is not in the compilation.</summary>
    public bool IsVisible => Method is not { } method || method.MethodKind == MethodKind.AnonymousFunction || Visibility.IsVisible(method);

    /// <summary>Whether a lambda assigns the variable, or a local function that runs nobody knows when, so that its value can change at any time.</summary>
    public bool IsUnstable(ISymbol variable) => _runsLocalFunctionsAnyTime ? _unstable.Contains(variable) : _assignedByLambdas.Contains(variable);

    /// <summary>The variables that only local functions assign, each of which is only called: they change at those calls.</summary>
    public List<Term> ChangedByCalls => _changedByCalls;

    /// <summary>The variables that the body assigns, once for each place.</summary>
    public IEnumerable<(int Block, Term Location)> Assignments => _assignments;

    /// <summary>Whether the variable is counted up or down: in a loop, its value at the start says nothing of later rounds.</summary>
    public bool IsCounter(Term location) => _counters.Contains(location);

    /// <summary>Whether the variable counts how often something happened, and is asked whether it did at all.</summary>
    public bool IsCountOfEvents(Term location) => location.Symbol is { } variable && _counters.Contains(location) && _testedForZero?.Contains(variable) == true;

    /// <summary>Whether a variable is given its value in one place and keeps it.</summary>
    public bool IsAssignedOnce(Term location)
    {
        _timesAssigned.TryGetValue(location, out int count);
        return count == (location.Symbol is IParameterSymbol ? 0 : 1) && location.Symbol is not null && !_unstable.Contains(location.Symbol);
    }

    /// <summary>Whether a variable is assigned by the code of the body itself only.</summary>
    public bool IsAssignedHere(ISymbol variable) => !_unstable.Contains(variable);

    /// <summary>Whether the location holds one of several values: assigned at two places, or a parameter that is assigned at all.</summary>
    public bool IsChoice(Term location) =>
        _timesAssigned.TryGetValue(location, out int times) && (times > 1 || location.Symbol is IParameterSymbol);

    /// <summary>Whether a path can come through the block more than once.</summary>
    public bool IsInLoop(BasicBlock block) => _inLoop[block.Ordinal];

    /// <summary>Guarded members that values and conditions of this run were seen to mention.</summary>
    public HashSet<ISymbol> Guarded => RunsWithin is { } outer ? outer.Guarded : _guarded ??= new(SymbolEqualityComparer.Default);

    /// <summary>Whether <paramref name="symbol"/> is a function that this body lies within.</summary>
    public bool Encloses(ISymbol? symbol)
    {
        for (var outer = Owner; outer is IMethodSymbol; outer = outer.ContainingSymbol)
        {
            if (SymbolEqualityComparer.Default.Equals(outer, symbol))
                return true;
        }

        return false;
    }

    /// <summary>The head of the innermost loop that a block lies in; 0 for none.</summary>
    public int LoopAround(BasicBlock block)
    {
        if (_loops is null)
        {
            var loops = new int[Graph.Blocks.Length];
            foreach (var head in Graph.Blocks)
            {
                if (!IsHead(head))
                    continue;
                // Inner heads come after outer ones.
                int last = LastOf(head);
                for (int i = head.Ordinal; i <= last; i++)
                    loops[i] = head.Ordinal;
            }

            _loops = loops;
        }

        return _loops[block.Ordinal];
    }

    static bool IsHead(BasicBlock block)
    {
        foreach (var predecessor in block.Predecessors)
        {
            if (predecessor.Source.Ordinal >= block.Ordinal)
                return true;
        }

        return false;
    }

    static int LastOf(BasicBlock head)
    {
        int last = head.Ordinal;
        foreach (var predecessor in head.Predecessors)
            last = System.Math.Max(last, predecessor.Source.Ordinal);
        return last;
    }

    /// <summary>The variables assigned between a loop head and the last block that jumps back to it.</summary>
    public IEnumerable<Term> AssignedIn(BasicBlock head)
    {
        int last = LastOf(head);
        int low = 0, high = _assignments.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_assignments[middle].Block < head.Ordinal)
                low = middle + 1;
            else
                high = middle;
        }

        for (; low < _assignments.Count && _assignments[low].Block <= last; low++)
            yield return _assignments[low].Location;
    }

    /// <summary>Whether every way from a block to the end of the body leads through <paramref name="block"/>, or runs it as a <c>finally</c>.</summary>
    public bool IsSureAfter(int from, BasicBlock block)
    {
        for (var region = block.EnclosingRegion; region is not null; region = region.EnclosingRegion)
        {
            if (region.Kind == ControlFlowRegionKind.Finally)
                return true;
        }

        var seen = new bool[Graph.Blocks.Length];
        seen[block.Ordinal] = true;
        var open = new Stack<BasicBlock>();
        Go(Graph.Blocks[from]);
        while (open.Count > 0)
        {
            var at = open.Pop();
            if (at.Kind == BasicBlockKind.Exit)
                return false;
            Go(at.FallThroughSuccessor?.Destination);
            Go(at.ConditionalSuccessor?.Destination);
        }

        return true;

        void Go(BasicBlock? to)
        {
            if (to is null || seen[to.Ordinal])
                return;
            seen[to.Ordinal] = true;
            open.Push(to);
        }
    }

    // A branch backwards, and every finally handler on its way, closes a loop over all blocks in between.
    static bool[] Loops(ControlFlowGraph graph)
    {
        var inLoop = new bool[graph.Blocks.Length];
        // For the destination of branches backwards: the first block behind all of them.
        var last = new int[graph.Blocks.Length];
        foreach (var block in graph.Blocks)
        {
            Close(block.FallThroughSuccessor);
            Close(block.ConditionalSuccessor);
        }

        int end = -1;
        for (int i = 0; i < inLoop.Length; i++)
        {
            end = System.Math.Max(end, last[i]);
            inLoop[i] = i < end;
        }

        return inLoop;

        void Close(ControlFlowBranch? branch)
        {
            if (branch?.Destination is not { } destination)
                return;
            int from = branch.Source.Ordinal;
            foreach (var region in branch.FinallyRegions)
                from = System.Math.Max(from, region.LastBlockOrdinal);
            if (destination.Ordinal <= from)
                last[destination.Ordinal] = System.Math.Max(last[destination.Ordinal], from + 1);
        }
    }

    void Scan(IOperation operation, int block, bool nested)
    {
        HasFlatLocks |= Evaluator.IsFlatLock(operation, out _);
        switch (operation)
        {
            case IFlowAnonymousFunctionOperation lambda:
                ScanNested(Graph.GetAnonymousFunctionControlFlowGraph(lambda), true);
                return;
            case IMethodReferenceOperation { Method.MethodKind: MethodKind.LocalFunction }:
                _runsLocalFunctionsAnyTime = true;
                break;
            case IAssignmentOperation { Target: { } target }:
                Assigned(target, block, nested);
                (_rollback ??= new RollbackScan()).See((IAssignmentOperation)operation);
                if (operation is ICompoundAssignmentOperation { Target: ILocalReferenceOperation added })
                    _counters.Add(Term.Parameter(added.Local));
                break;
            case IIncrementOrDecrementOperation { Target: { } target }:
                Assigned(target, block, nested);
                (_rollback ??= new RollbackScan()).See((IIncrementOrDecrementOperation)operation);
                if (target is ILocalReferenceOperation counted)
                    _counters.Add(Term.Parameter(counted.Local));
                break;
            case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out, Value: { } target }:
                Assigned(target, block, nested);
                break;
            case IBinaryOperation { LeftOperand: ILocalReferenceOperation tested, RightOperand.ConstantValue: { HasValue: true, Value: 0 or 1 } }:
                (_testedForZero ??= new(SymbolEqualityComparer.Default)).Add(tested.Local);
                break;
            case IIsPatternOperation { Value: ILocalReferenceOperation matched }:
                (_testedForZero ??= new(SymbolEqualityComparer.Default)).Add(matched.Local);
                break;
            case IFlowCaptureOperation capture when !nested:
                Add(block, Term.Capture(capture.Id));
                break;
            case IDeclarationPatternOperation { DeclaredSymbol: { } declared } when !nested:
                Add(block, Term.Parameter(declared));
                break;
        }

        foreach (var child in operation.ChildOperations)
            Scan(child, block, nested);
    }

    // An asynchronous one, or an iterator, goes on after its call.
    void ScanLocalFunction(ControlFlowGraph graph, IMethodSymbol function, bool inLambda)
    {
        _runsLocalFunctionsAnyTime |= !SummaryBuilder.Least(function).NeverReturns;
        ScanNested(graph.GetLocalFunctionControlFlowGraph(function), inLambda);
    }

    void ScanNested(ControlFlowGraph graph, bool inLambda)
    {
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
                ScanIn(graph, operation, inLambda);
            if (block.BranchValue is { } value)
                ScanIn(graph, value, inLambda);
        }

        foreach (var function in graph.LocalFunctions)
            ScanLocalFunction(graph, function, inLambda);
    }

    void ScanIn(ControlFlowGraph graph, IOperation operation, bool inLambda)
    {
        switch (operation)
        {
            case IFlowAnonymousFunctionOperation lambda:
                ScanNested(graph.GetAnonymousFunctionControlFlowGraph(lambda), true);
                return;
            case IMethodReferenceOperation { Method.MethodKind: MethodKind.LocalFunction }:
                _runsLocalFunctionsAnyTime = true;
                break;
            case IInvocationOperation { TargetMethod.MethodKind: MethodKind.LocalFunction }:
                _runsLocalFunctionsAnyTime |= inLambda;
                break;
            case IAssignmentOperation { Target: { } target }:
                Assigned(target, -1, true, inLambda);
                break;
            case IIncrementOrDecrementOperation { Target: { } target }:
                Assigned(target, -1, true, inLambda);
                break;
            case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out, Value: { } target }:
                Assigned(target, -1, true, inLambda);
                break;
        }

        foreach (var child in operation.ChildOperations)
            ScanIn(graph, child, inLambda);
    }

    void Assigned(IOperation target, int block, bool nested, bool inLambda = false)
    {
        ISymbol? variable = target switch
        {
            ILocalReferenceOperation local => local.Local,
            IParameterReferenceOperation parameter => parameter.Parameter,
            IDeclarationExpressionOperation { Expression: ILocalReferenceOperation local } => local.Local,
            _ => null,
        };
        if (variable is not null && nested)
        {
            _unstable.Add(variable);
            if (inLambda)
                _assignedByLambdas.Add(variable);
        }
        else if (variable is not null)
            Add(block, Term.Parameter(variable));
        else if (target is ITupleOperation tuple)
        {
            foreach (var element in tuple.Elements)
                Assigned(element, block, nested, inLambda);
        }
    }

    void Add(int block, Term location)
    {
        if (!_assigned.Add((block, location)))
            return;
        _assignments.Add((block, location));
        _timesAssigned.TryGetValue(location, out int times);
        _timesAssigned[location] = times + 1;
    }

    static bool Contains(ControlFlowRegion region, ControlFlowRegionKind kind)
    {
        if (region.Kind == kind)
            return true;
        foreach (var nested in region.NestedRegions)
        {
            if (Contains(nested, kind))
                return true;
        }

        return false;
    }
}
