using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Answers what one analysis asks beyond its own body: contracts, and summaries of callees made on demand.</summary>
/// <remarks>One instance per analysed body; not thread-safe. What is final goes to the compilation's <see cref="FlowCache"/>.</remarks>
internal sealed partial class FlowHost(FlowCache cache, FlowOptions options, CancellationToken cancel)
{
    readonly Dictionary<IMethodSymbol, ControlFlowGraph?> _graphs = new(SymbolEqualityComparer.Default);
    readonly HashSet<FunctionNames> _asking = new();
    (IMethodSymbol? Callee, Rests? For, Reach Reach) _last;
    InPlaceCallees? _inPlace;
    bool _cameBack;
    readonly OnDemand<IMethodSymbol, Summary> _summaries = new(
        SymbolEqualityComparer.Default, cache.Summaries, SummaryBuilder.Same, SummaryBuilder.Settled, Summary.None);
    readonly OnDemand<IMethodSymbol, Summary> _tests = new(
        SymbolEqualityComparer.Default, cache.Tests, SummaryBuilder.Same, SummaryBuilder.Settled, Summary.None);
    readonly OnDemand<Called, Reach> _reaches = new(
        EqualityComparer<Called>.Default, cache.Reaches, ReachBuilder.Same, static reach => reach, Reach.Nothing);
    readonly OnDemand<IMethodSymbol, ImmutableArray<WaitedPair>> _pairs = new(
        SymbolEqualityComparer.Default, cache.Pairs, static (a, b) => a.Length == b.Length, static pairs => pairs, ImmutableArray<WaitedPair>.Empty);

    public FlowCache Cache { get; } = cache;

    /// <summary>No fact is taken to be true that rests on a member with other code.</summary>
    public bool IsStrict { get; private init; }

    /// <summary>One that asks for itself alone, and takes nothing to be as it was.</summary>
    public FlowHost Strict() => new(Cache, Options, Cancel) { IsStrict = true };

    /// <summary>On what the answers rest.</summary>
    public RestRecorder Rests { get; } = new(cache);

    /// <summary>Which callees run the delegates passed to them.</summary>
    public InPlaceCallees InPlace => _inPlace ??= new InPlaceCallees(this);

    public ContractSet Contracts => Cache.Contracts;

    public FlowOptions Options { get; } = options;

    public CancellationToken Cancel { get; } = cancel;

    /// <summary>A callee could not be looked into because a bound was hit.</summary>
    public bool IsCapped => _summaries.IsCapped || _tests.IsCapped || _reaches.IsCapped || _pairs.IsCapped;

    /// <summary>Marks a helper as being looked into; false where it is already.</summary>
    public bool BeginAsking(FunctionNames helper)
    {
        bool begins = _asking.Add(helper);
        _cameBack |= !begins;
        return begins;
    }

    public void EndAsking(FunctionNames helper) => _asking.Remove(helper);

    /// <summary>What a callee does to its caller's locks, inferred from its code; <see cref="Summary.None"/> where there is none at hand.</summary>
    /// <param name="callee">The method called.</param>
    /// <param name="caller">The body that calls it; needed for a local function.</param>
    /// <param name="isHelper">It is worth a look whatever names it mentions.</param>
    public Summary SummaryOf(IMethodSymbol callee, Body? caller, bool isHelper = false)
    {
        callee = callee.OriginalDefinition;
        if (_summaries.TryGet(callee, out var known))
        {
            Rests.On(callee);
            return known;
        }

        if (!HasFixedCode(callee))
            return Summary.None;
        var answer = Answers.Summary(this, callee);
        if (answer.Find(this) is { } packed && (packed.Length == 0 ? Summary.None : PackedSummary.Read(this, packed)) is { } kept)
            return Cache.Summaries.GetOrAdd(callee, kept);
        if (!(isHelper || IsWorthALook(callee)) || CodeOf(callee, caller?.Graph) is not { } graph)
            return Summary.None;
        return MakeSummary(callee, graph, answer);
    }

    /// <summary>The same of a helper of which it matters what its answer says of its arguments, even if nothing in it has a contract.</summary>
    public Summary TestBy(IMethodSymbol callee, Body caller)
    {
        callee = callee.OriginalDefinition;
        if (!HasFixedCode(callee) || CodeOf(callee, caller.Graph) is not { } graph)
            return Summary.None;
        return ConcernsCallers(callee, graph)
            ? SummaryOf(callee, caller, isHelper: true)
            : _tests.Make(callee, SummaryBuilder.Least(callee), last => Look(callee, graph, Always, Summary.None, solution => SummaryBuilder.Build(this, solution, last)));
    }

    Summary MakeSummary(IMethodSymbol callee, ControlFlowGraph graph, Answers.KeptAnswer answer)
    {
        Rests.On(callee);
        return _summaries.Make(
            callee,
            SummaryBuilder.Least(callee),
            last => Look(callee, graph, ConcernsCallers, Summary.None, solution => SummaryBuilder.Build(this, solution, last)),
            summary => answer.Keep(this, ReferenceEquals(summary, Summary.None) ? Answers.None : PackedSummary.Of(this, summary)));
    }

    // Looks into the code of a method, if anything there is of concern, and notes on what the answer rests.
    T Look<T>(IMethodSymbol callee, ControlFlowGraph graph, Func<IMethodSymbol, ControlFlowGraph, bool> isOfConcern, T nothing, Func<Solution, T> look)
    {
        using var search = Rests.Begin(callee);
        if (isOfConcern(callee, graph))
            return look(Solve(callee, graph));
        Rests.OnMentioned(graph);
        return nothing;
    }

    /// <summary>What happens in the code of a method, for a caller that holds what its contract says: solved once, unless it rests on what may still change.</summary>
    /// <param name="method">The method.</param>
    /// <param name="graph">Its code.</param>
    public Solution Solve(IMethodSymbol method, ControlFlowGraph graph)
    {
        var solving = new Solving(method, Options);
        if (Cache.Solutions.TryGet(solving, out var known))
        {
            Rests.On(known.Rests);
            return known;
        }

        var rests = new Rests();
        using var search = Rests.Begin(rests);
        Rests.OnMentioned(graph);
        int open = OpenReads;
        var body = new Body(method, graph, Contracts.Of(method));
        var solution = Solution.Of(this, body, BodySolver.EntryOf(this, body), rests);
        if (open == OpenReads && !IsCapped && method.MethodKind != MethodKind.AnonymousFunction)
            Cache.Solutions.Keep(solving, solution);
        return solution;
    }

    /// <summary>How often an answer was given that may still change.</summary>
    public int OpenReads => _summaries.OpenReads + _tests.OpenReads + _reaches.OpenReads + _pairs.OpenReads;

    bool IsWorthALook(IMethodSymbol callee) => callee.MethodKind == MethodKind.LocalFunction
        || (Visibility.IsVisible(callee) ? Lending.MayBe(callee) && MayHaveEffect(callee) && Lending.Is(this, callee) : MayHaveEffect(callee));

    // By names alone a helper of a knot has no effect as long as it is being looked into itself. Its summary knows better.
    bool MayHaveEffect(IMethodSymbol callee)
    {
        bool outer = _cameBack;
        _cameBack = false;
        bool may = Cache.Helpers.MayHaveEffect(this, callee) || _cameBack;
        _cameBack = outer;
        return may;
    }

    /// <summary>Whether the summary of a method rests on nothing that is still being sought.</summary>
    public bool IsFinal(IMethodSymbol callee) => !_summaries.IsOpen(callee.OriginalDefinition);

    /// <summary>What a callee waits for, itself or through others; <see cref="Reach.Nothing"/> where its code is not at hand.</summary>
    public Reach ReachOf(IMethodSymbol callee, Body? caller)
    {
        callee = callee.OriginalDefinition;
        // Several rules ask about one call, each on behalf of the same answer.
        if (ReferenceEquals(callee, _last.Callee) && ReferenceEquals(Rests.Current, _last.For))
            return _last.Reach;
        int open = OpenReads;
        var reach = FindReachOf(callee, caller);
        if (open == OpenReads)
            _last = (callee, Rests.Current, reach);
        return reach;
    }

    Reach FindReachOf(IMethodSymbol callee, Body? caller)
    {
        if (HasFixedCode(callee))
            return ReachOfCode(callee, caller);
        var called = new Called(callee, IsDispatched: true);
        Rests.On(callee);
        if (_reaches.TryGet(called, out var known))
            return known;
        var targets = TargetsOf(callee);
        return targets.IsEmpty ? Reach.Nothing : _reaches.Make(called, Reach.Nothing, _ => ReachOfTargets(callee, targets, caller));
    }

    bool MayReach(IMethodSymbol callee) =>
        (callee.MethodKind == MethodKind.LocalFunction || Cache.Names.MayMatter(callee, Cancel)) && Contracts.Of(callee).Waiver is null;

    /// <summary>The locks that a helper is given and takes one within the other, whose order is its callers'.</summary>
    public ImmutableArray<WaitedPair> PairsOf(IMethodSymbol callee, Body? caller)
    {
        callee = callee.OriginalDefinition;
        if (_pairs.TryGet(callee, out var known))
        {
            Rests.On(callee);
            return known;
        }

        if (!OrderCollector.MayTakePairs(callee) || !HasFixedCode(callee) || !IsWorthALook(callee))
            return ImmutableArray<WaitedPair>.Empty;
        Rests.On(callee);
        var answer = Answers.Pairs(this, callee);
        if (answer.Find(this) is { } packed && (packed.Length == 0 ? ImmutableArray<WaitedPair>.Empty : PackedPairs.Read(this, packed)) is { } kept)
            return Cache.Pairs.GetOrAdd(callee, kept);
        return _pairs.Make(
            callee,
            ImmutableArray<WaitedPair>.Empty,
            _ => CodeOf(callee, caller?.Graph) is { } graph ? Look(callee, graph, Always, ImmutableArray<WaitedPair>.Empty, solution => OrderCollector.PairsIn(this, solution)) : ImmutableArray<WaitedPair>.Empty,
            pairs => answer.Keep(this, pairs.IsEmpty ? Answers.None : PackedPairs.Of(this, pairs)));
    }

    /// <summary>What the code of that method does, whatever else a call of it may run.</summary>
    public Reach ReachOfBody(IMethodSymbol method) => ReachOfCode(method.OriginalDefinition, caller: null);

    // The same of a method that may be within the caller.
    Reach ReachOfCode(IMethodSymbol method, Body? caller)
    {
        var called = new Called(method, IsDispatched: false);
        Rests.On(method);
        if (_reaches.TryGet(called, out var known))
            return known;
        var answer = Answers.Reach(this, method);
        if (answer.Find(this) is { } packed && (packed.Length == 0 ? Reach.Nothing : PackedReach.Read(this, packed)) is { } kept)
            return Cache.Reaches.GetOrAdd(called, kept);
        return MayReach(method) ? MakeReach(called, caller, answer) : Cache.Reaches.GetOrAdd(called, Reach.Nothing);
    }

    Reach MakeReach(Called called, Body? caller, Answers.KeptAnswer answer)
    {
        var method = called.Method;
        return _reaches.Make(
            called,
            Reach.Nothing,
            _ => CodeOf(method, caller?.Graph) is { } graph ? Look(method, graph, MayWait, Reach.Nothing, solution => ReachBuilder.Build(this, solution)) : Reach.Nothing,
            reach => answer.Keep(this, Answers.Pack(this, method, reach)));
    }

    // Any of them may run: what one of them may do, the call may do.
    Reach ReachOfTargets(IMethodSymbol callee, ImmutableArray<IMethodSymbol> targets, Body? caller)
    {
        using var search = Rests.Begin(callee);
        var all = new ReachUnion(callee.Parameters);
        foreach (var target in targets)
        {
            if (Contracts.Of(target).MaySleep)
                all.AddSleep(new Sleep(ImmutableArray<ChainLink>.Empty, ImmutableArray<Term>.Empty, default));
            else
                all.Add(ReachOfCode(target, caller), target.Parameters);
        }

        return all.ToReach();
    }

    ImmutableArray<IMethodSymbol> TargetsOf(IMethodSymbol callee)
    {
        if (!IsOfThis(callee))
            return ImmutableArray<IMethodSymbol>.Empty;
        return Cache.Targets.Of(this, callee, Targets.Of);
    }

    /// <summary>The same of a lambda, whose code is at hand.</summary>
    public Reach ReachOf(IMethodSymbol lambda, ControlFlowGraph graph)
    {
        var called = new Called(lambda, IsDispatched: false);
        Rests.On(lambda);
        return _reaches.TryGet(called, out var known) ? known : _reaches.Make(called, Reach.Nothing, _ => Look(lambda, graph, Always, Reach.Nothing, solution => ReachBuilder.Build(this, solution)));
    }

    /// <summary>The kind of lock that a clause speaks of; null where the object is no lock.</summary>
    /// <param name="within">The type whose code is at hand.</param>
    public LockTraits? TraitsOf(LockClause clause, Term path, IMethodSymbol? callee, CallBinding binding, INamedTypeSymbol? within = null)
    {
        var type = TypeOf(clause.Path, binding, callee);
        if (Contracts.Traits(type) is null)
            return Contracts.Traits(callee?.ContainingType) ?? LockTraits.Unknown;
        return TraitsOf(path, type, within);
    }

    /// <summary>The kind of lock at a path of that type; null where the object is no lock.</summary>
    public LockTraits? TraitsOf(Term path, ITypeSymbol? type, INamedTypeSymbol? within)
    {
        if (type is not null && Contracts.Construction.IsAsked(type))
        {
            if (path.Symbol is { } member)
                Rests.OnMentioning(member.ContainingType, member.Name);
            else
                Rests.OnCodeOf(within);
        }

        return Contracts.Construction.Traits(path, type, Cache.Names.IsNamedLock(path.Symbol), within);
    }

    /// <summary>The graph of a method's code, for who reads that himself.</summary>
    public ControlFlowGraph? GraphOf(IMethodSymbol callee, ControlFlowGraph? around)
    {
        Rests.OnCode(callee);
        return CodeOf(callee, around);
    }

    // A recursive callee is looked into in several rounds; its graph stays the same.
    ControlFlowGraph? CodeOf(IMethodSymbol callee, ControlFlowGraph? around)
    {
        if (callee.MethodKind == MethodKind.LocalFunction)
            return BodySource.LocalFunction(around, callee);
        if (!_graphs.TryGetValue(callee, out var graph))
        {
            graph = IsOfThis(callee) && BodySource.Declaration(callee, Cancel) is { } node ? Cache.Graphs.Of(Cache.Model(node.SyntaxTree), node, Cancel) : null;
            _graphs.Add(callee, graph);
        }

        return graph;
    }

    static ITypeSymbol? TypeOf(Term path, CallBinding binding, IMethodSymbol? callee)
    {
        switch (path.Kind)
        {
            case TermKind.This:
                return binding.ReceiverType ?? callee?.ContainingType;
            case TermKind.Parameter:
                foreach (var argument in binding.Arguments)
                {
                    if (!SymbolEqualityComparer.Default.Equals(argument.Parameter, path.Symbol))
                        continue;
                    var value = argument.Value;
                    while (value is Microsoft.CodeAnalysis.Operations.IConversionOperation conversion)
                        value = conversion.Operand;
                    return value.Type;
                }

                return (path.Symbol as IParameterSymbol)?.Type;
            default:
                return path.Symbol switch
                {
                    IFieldSymbol field => field.Type,
                    IPropertySymbol property => property.Type,
                    _ => null,
                };
        }
    }

    /// <summary>Whether a method is of this compilation: the source of another project is not this one's; its contracts speak for it.</summary>
    public bool IsOfThis(IMethodSymbol callee) => SymbolEqualityComparer.Default.Equals(callee.ContainingAssembly, Contracts.Compilation.Assembly);

    /// <summary>Whether the code of a method is at hand and is what a call runs: a virtual method's own body says nothing of its overrides.</summary>
    public bool HasFixedCode(IMethodSymbol callee)
    {
        if (!IsOfThis(callee))
            return false;
        if (callee.DeclaringSyntaxReferences.IsEmpty || callee.IsAbstract || callee.IsExtern || callee.IsImplicitlyDeclared)
            return false;
        return !((callee.IsVirtual || (callee.IsOverride && !callee.IsSealed)) && callee.ContainingType is { IsSealed: false });
    }
}
