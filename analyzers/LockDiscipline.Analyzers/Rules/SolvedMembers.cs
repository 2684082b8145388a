using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using LockDiscipline.Analyzers.Order;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>What the rules find in members, and the lock order that these show: each is solved once, for whoever asks first, the driver or the search for a cycle.</summary>
/// <remarks>Lives with the compilation; thread-safe.</remarks>
internal sealed class SolvedMembers
{
    readonly AnalyzerOptions _options;
    readonly ConcurrentDictionary<SyntaxNode, Solved> _solved = new();

    public SolvedMembers(AnalyzerOptions options, NameIndex names)
    {
        _options = options;
        Edges = new EdgeIndex(names, (host, node) => Of(host.Cache, node, host.Cancel).Edges);
    }

    /// <summary>The lock order that the code shows, as far as it was looked for.</summary>
    public EdgeIndex Edges { get; }

    /// <summary>The findings and edges of the code at <paramref name="node"/>.</summary>
    public Solved Of(FlowCache cache, SyntaxNode node, CancellationToken cancel) =>
        _solved.TryGetValue(node, out var known) ? known : _solved.GetOrAdd(node, Solve(HostFor(cache, node.SyntaxTree, cancel), node));

    /// <summary>Whether somebody asked already.</summary>
    public bool IsSolved(SyntaxNode node) => _solved.ContainsKey(node);

    /// <summary>What solves code of one tree, with the options for that tree.</summary>
    public FlowHost HostFor(FlowCache cache, SyntaxTree tree, CancellationToken cancel) =>
        new(cache, OptionReader.Flow(_options.AnalyzerConfigOptionsProvider.GetOptions(tree)), cancel);

    static Solved Solve(FlowHost host, SyntaxNode node)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var collectors = new List<OrderCollector>();
        var callers = new Callers(host);
        var model = host.Cache.Model(node.SyntaxTree);
        var rests = BodyTree.Solve(host, model, node, body =>
        {
            var order = new OrderCollector(host, body);
            collectors.Add(order);
            return new BodyRules(host, body, callers, order, findings.Add);
        }, ofConcern: true);
        if (rests is null && BodyTree.IsTooDeep(host, model, node))
            findings.Add(LCK9007Partial.OfTooDeep(node));
        return new Solved(findings.ToImmutable(), new FoundEdges(OrderCollector.EdgesOf(collectors), rests ?? new Rests()));
    }
}

/// <summary>The findings in one member, but for those about the lock order, and its edges of that order.</summary>
internal sealed record Solved(ImmutableArray<Finding> Findings, FoundEdges Edges);
