using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using LockDiscipline.Analyzers.Order;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Analyzers;

/// <summary>The flow analysis of a compilation for a tool that asks what code does, not what is wrong with it: all that such a tool needs to know of the engine.</summary>
/// <remarks>What was found out is kept as long as this lives. Not thread-safe.</remarks>
internal sealed class FlowSession
{
    readonly FlowCache _cache;
    readonly EdgeIndex _edges;
    readonly AnalyzerOptions _options;
    readonly CancellationToken _cancel;

    public FlowSession(Compilation compilation, AnalyzerOptions options, CancellationToken cancel)
    {
        var files = ContractFiles.Read(options, cancel);
        Contracts = new ContractSet(compilation, files);
        var names = new NameIndex(compilation, Contracts, files, cancel);
        _cache = new FlowCache(Contracts, names);
        _edges = new EdgeIndex(names, EdgeIndex.Solve);
        _options = options;
        _cancel = cancel;
    }

    /// <summary>What is stated of each member.</summary>
    public ContractSet Contracts { get; }

    /// <summary>Solves the code of a declaration, and of the lambdas and local functions in it; every body is told to an observer of its own.</summary>
    public void Solve(SyntaxNode node, Func<Body, FlowObserver> observe) => BodyTree.Solve(HostOf(node.SyntaxTree), _cache.Model(node.SyntaxTree), node, observe);

    /// <summary>What the contract of a body's owner says that its callers hold.</summary>
    public ImmutableArray<Hold> HeldOnEntry(Body body, SyntaxTree tree) => BodySolver.EntryOf(HostOf(tree), body).Locks;

    /// <summary>The order in which the whole compilation takes locks, by path and position.</summary>
    public ImmutableArray<LockEdge> Order()
    {
        var edges = ImmutableArray.CreateBuilder<LockEdge>();
        foreach (var tree in Contracts.Compilation.SyntaxTrees)
        {
            foreach (var function in _cache.Names.In(tree))
            {
                _cancel.ThrowIfCancellationRequested();
                if (!_cache.Names.MayMatter(function))
                    continue;
                var host = HostOf(tree);
                if (_cache.Helpers.IsCandidate(host, function))
                    edges.AddRange(_edges.Of(host, tree, function).Edges);
            }
        }

        edges.Sort();
        return edges.ToImmutable();
    }

    /// <summary>Those of some edges that are part of a cycle in which threads can wait for each other.</summary>
    public HashSet<LockEdge> InCycles(ImmutableArray<LockEdge> edges)
    {
        var found = new HashSet<LockEdge>();
        if (edges.IsEmpty)
            return found;
        var search = new CycleSearch(HostOf(edges[0].Site.SyntaxTree), _edges);
        search.Prepare(edges);
        foreach (var edge in edges)
            found.UnionWith(search.Shortest(edge));
        return found;
    }

    /// <summary>What holds wherever the body of an edge is called, for who compares edges of several compilations.</summary>
    public Entry EntryOf(LockEdge edge) => new EntryGates(HostOf(edge.Site.SyntaxTree), _edges.Entries).Of(edge.Owner);

    /// <summary>The order that contracts on the members of a type state.</summary>
    public ImmutableArray<Declared> DeclaredBy(INamedTypeSymbol type) => _cache.Declared.Of(type);

    FlowHost HostOf(SyntaxTree tree) => new(_cache, OptionReader.Flow(_options.AnalyzerConfigOptionsProvider.GetOptions(tree)), _cancel);
}
