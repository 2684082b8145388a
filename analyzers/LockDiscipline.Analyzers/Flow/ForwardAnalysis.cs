using System.Collections.Generic;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What a forward analysis does within one block.</summary>
internal interface IBlockTransfer<TState>
{
    /// <summary>Brings a state that arrives at a loop head into the form in which rounds compare equal.</summary>
    TState EnterLoop(BasicBlock head, TState state);

    /// <summary>Runs a block and hands every state that leaves it to <paramref name="leaving"/>.</summary>
    void Run(BasicBlock block, TState entry, ILeaving<TState> leaving);
}

/// <summary>Takes the states that leave a block.</summary>
internal interface ILeaving<TState>
{
    void Branch(bool isConditional, TState state);

    /// <summary>An exception of <paramref name="type"/> (null: unknown) leaves; <paramref name="thrown"/> is the throw, null for a call that may.</summary>
    void Throw(TState state, ITypeSymbol? type, IOperation? thrown);
}

/// <summary>Takes the states with which a body is left.</summary>
internal interface IExits<TState>
{
    /// <summary>Left normally by a branch out of <paramref name="from"/>.</summary>
    void Return(BasicBlock from, TState state);

    /// <summary>Left by an exception.</summary>
    void Throw(IOperation? thrown, TState state);
}

/// <summary>A worklist over a control-flow graph, generic in the state; knows regions and branches and nothing of locks.</summary>
/// <remarks>Not thread-safe; one instance per run.</remarks>
internal sealed class ForwardAnalysis<TState>
{
    readonly ControlFlowGraph _graph;
    readonly IFlowLattice<TState> _lattice;
    readonly IBlockTransfer<TState> _transfer;
    readonly CancellationToken _cancel;
    readonly Dictionary<(int Block, Continuation? Then), Node> _nodes = new();
    readonly List<Node> _order = new();
    readonly SortedSet<(int Block, int Sequence)> _work = new();
    int _steps;
    bool _isReplay;

    public ForwardAnalysis(ControlFlowGraph graph, IFlowLattice<TState> lattice, IBlockTransfer<TState> transfer, CancellationToken cancel)
    {
        _graph = graph;
        _lattice = lattice;
        _transfer = transfer;
        _cancel = cancel;
    }

    /// <summary>Block runs after which a body is given up; linear code needs one a block.</summary>
    public int MaxSteps => 2_000 + (40 * _graph.Blocks.Length);

    /// <summary>Whether the fixpoint was reached within <see cref="MaxSteps"/>.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>No block comes before one that leads to it: taken in their order, each runs once, on its final state.</summary>
    public static bool IsAcyclic(ControlFlowGraph graph)
    {
        foreach (var block in graph.Blocks)
        {
            if (IsLoopHead(block))
                return false;
        }

        return true;
    }

    /// <summary>Finds the fixpoint for <paramref name="entry"/>.</summary>
    /// <param name="entry">What holds where the body begins.</param>
    /// <param name="exits">For an acyclic graph: told already now how the body is left, which makes the replay needless.</param>
    public void Solve(TState entry, IExits<TState>? exits = null)
    {
        Arrive(_graph.Blocks[0], null, entry);
        while (_work.Count > 0)
        {
            _cancel.ThrowIfCancellationRequested();
            if (++_steps > MaxSteps)
                return;
            var next = _work.Min;
            _work.Remove(next);
            var node = _order[next.Sequence];
            _transfer.Run(node.Block, node.Entry, new Leaving(this, node, exits));
        }

        IsComplete = true;
    }

    /// <summary>Runs every reached block once more on the solution, in the order of the source, and reports how the body is left.</summary>
    public void Replay(IExits<TState> exits)
    {
        _isReplay = true;
        var nodes = new List<Node>(_order);
        nodes.Sort(static (a, b) => a.Block.Ordinal != b.Block.Ordinal ? a.Block.Ordinal.CompareTo(b.Block.Ordinal) : a.Sequence.CompareTo(b.Sequence));
        foreach (var node in nodes)
        {
            _cancel.ThrowIfCancellationRequested();
            _transfer.Run(node.Block, node.Entry, new Leaving(this, node, exits));
        }
    }

    void Arrive(BasicBlock block, Continuation? then, TState state)
    {
        if (_isReplay)
            return;
        if (!_nodes.TryGetValue((block.Ordinal, then), out var node))
        {
            node = new Node(block, then, _order.Count, IsLoopHead(block)) { Entry = _lattice.Bottom };
            _nodes.Add((block.Ordinal, then), node);
            _order.Add(node);
        }

        if (node.IsLoopHead)
            state = _transfer.EnterLoop(block, state);
        // What comes along the only way in takes the place of what came along it before: to join the two would take a variable
        // that changed in between, and what was read of it, for two values that have nothing to do with each other. Every cycle
        // goes through a loop head, where states are joined: that is what bounds the rounds.
        bool onlyWay = block.Predecessors is { Length: 1 } only && only[0].FinallyRegions.IsEmpty && !node.IsLoopHead;
        var joined = onlyWay ? state : _lattice.Join(node.Entry, state, block);
        if (_lattice.Same(joined, node.Entry))
            return;
        node.Entry = joined;
        _work.Add((block.Ordinal, node.Sequence));
    }

    static bool IsLoopHead(BasicBlock block)
    {
        foreach (var predecessor in block.Predecessors)
        {
            if (predecessor.Source.Ordinal >= block.Ordinal)
                return true;
        }

        return false;
    }

    void Follow(Node node, bool isConditional, TState state, IExits<TState>? exits)
    {
        var branch = isConditional ? node.Block.ConditionalSuccessor : node.Block.FallThroughSuccessor;
        if (branch is null)
            return;
        switch (branch.Semantics)
        {
            case ControlFlowBranchSemantics.Regular:
            case ControlFlowBranchSemantics.Return:
                Advance(new Continuation(node.Block, isConditional, 0, null, null, node.Then), state, exits);
                break;
            case ControlFlowBranchSemantics.StructuredExceptionHandling when node.Then is { } then && IsIn(node.Block, ControlFlowRegionKind.Finally):
                if (then.Region is null)
                    Advance(then with { Step = then.Step + 1 }, state, exits);
                else
                    Unwind(then.Region.EnclosingRegion, then.Outer, state, null, then.Thrown, exits);
                break;
        }
    }

    // Takes a branch to the next finally handler on its way, or to its end.
    void Advance(Continuation then, TState state, IExits<TState>? exits)
    {
        var branch = then.Branch;
        if (then.Step < branch.FinallyRegions.Length)
        {
            Arrive(_graph.Blocks[branch.FinallyRegions[then.Step].FirstBlockOrdinal], then, state);
        }
        else if (branch.Destination is { } destination)
        {
            if (destination.Kind == BasicBlockKind.Exit)
                exits?.Return(then.Source!, state);
            else
                Arrive(destination, then.Outer, state);
        }
    }

    // Takes an exception outwards from a region to the handlers that may catch it.
    void Unwind(ControlFlowRegion? region, Continuation? then, TState state, ITypeSymbol? type, IOperation? thrown, IExits<TState>? exits)
    {
        // The root region of a lambda lies within the regions of the body around it, which are none of its own.
        for (; region is not null and not { Kind: ControlFlowRegionKind.Root }; region = region.EnclosingRegion)
        {
            if (region.Kind == ControlFlowRegionKind.Finally)
            {
                // An exception that leaves a finally handler takes the place of what was on its way.
                then = then?.Outer;
            }
            else if (region.Kind == ControlFlowRegionKind.Try)
            {
                var statement = region.EnclosingRegion!;
                foreach (var handler in statement.NestedRegions)
                {
                    if (ReferenceEquals(handler, region))
                        continue;
                    if (handler.Kind == ControlFlowRegionKind.Finally)
                    {
                        Arrive(_graph.Blocks[handler.FirstBlockOrdinal], new Continuation(null, false, 0, statement, thrown, then), state);
                        return;
                    }

                    var match = Catches(handler, type);
                    if (match != false)
                        Arrive(_graph.Blocks[handler.FirstBlockOrdinal], then, state);
                    if (match == true)
                        return;
                }
            }
        }

        exits?.Throw(thrown, state);
    }

    // True: surely; false: never; null: perhaps.
    static bool? Catches(ControlFlowRegion handler, ITypeSymbol? thrown)
    {
        var caught = handler.ExceptionType;
        bool all = caught is null or { SpecialType: SpecialType.System_Object } || caught is { Name: "Exception", ContainingNamespace.Name: "System" };
        bool filtered = handler.Kind == ControlFlowRegionKind.FilterAndHandler;
        if (all)
            return filtered ? null : true;
        if (thrown is null)
            return null;
        if (IsOrDerivesFrom(thrown, caught!))
            return filtered ? null : true;
        return IsOrDerivesFrom(caught!, thrown) ? null : false;
    }

    static bool IsOrDerivesFrom(ITypeSymbol type, ITypeSymbol ancestor)
    {
        for (ITypeSymbol? level = type; level is not null; level = level.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(level, ancestor))
                return true;
        }

        return false;
    }

    static bool IsIn(BasicBlock block, ControlFlowRegionKind kind)
    {
        for (var region = block.EnclosingRegion; region is not null; region = region.EnclosingRegion)
        {
            if (region.Kind == kind)
                return true;
            if (region.Kind is ControlFlowRegionKind.Filter or ControlFlowRegionKind.Try or ControlFlowRegionKind.Root)
                return false;
        }

        return false;
    }

    sealed class Node(BasicBlock block, Continuation? then, int sequence, bool isLoopHead)
    {
        public BasicBlock Block { get; } = block;

        public Continuation? Then { get; } = then;

        public int Sequence { get; } = sequence;

        public bool IsLoopHead { get; } = isLoopHead;

        public TState Entry { get; set; } = default!;
    }

    sealed class Leaving(ForwardAnalysis<TState> analysis, Node node, IExits<TState>? exits) : ILeaving<TState>
    {
        public void Branch(bool isConditional, TState state) => analysis.Follow(node, isConditional, state, exits);

        public void Throw(TState state, ITypeSymbol? type, IOperation? thrown) =>
            analysis.Unwind(node.Block.EnclosingRegion, node.Then, state, type, thrown, exits);
    }
}
