using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Solves a declaration's body, and the lambdas and local functions in it, each on its own.</summary>
internal static class BodyTree
{
    /// <summary>Solves the code at <paramref name="node"/>; every body is told to an observer of its own.</summary>
    /// <param name="inSpite">The member whose own waiver counts for nothing.</param>
    /// <param name="ofConcern">Code in which there can be no finding is of no interest.</param>
    /// <returns>What all that the observers were told rests on, and what they asked for themselves; null where there is no code, or none that is to be solved.</returns>
    public static Rests? Solve(FlowHost host, SemanticModel model, SyntaxNode node, Func<Body, FlowObserver> observe, ISymbol? inSpite = null, bool ofConcern = false)
    {
        if (OwnerOf(model, node, host) is not { } owner || IsWaived(host.Contracts, owner, inSpite))
            return null;
        if (host.Cache.Graphs.Of(model, node, host.Cancel) is not { } graph)
            return null;
        var rests = new Rests(host.Cache.Names.At(node.SyntaxTree, BodySource.Position(node)));
        using var search = host.Rests.Begin(rests);
        if (ofConcern && !host.IsOfConcern(owner, graph))
            host.Rests.OnMentioned(graph);
        else
            SolveByContract(host, owner, graph, observe, inSpite);
        return rests;
    }

    /// <summary>Whether there is code at <paramref name="node"/> that would be solved if it were not nested too deep.</summary>
    public static bool IsTooDeep(FlowHost host, SemanticModel model, SyntaxNode node) =>
        BodySource.IsTooDeep(node) && OwnerOf(model, node, host) is { } owner && !IsWaived(host.Contracts, owner, inSpite: null);

    // A body of which nothing is known but its contract: others may have asked about it before.
    static void SolveByContract(FlowHost host, ISymbol owner, ControlFlowGraph graph, Func<Body, FlowObserver> observe, ISymbol? inSpite)
    {
        if (owner is IMethodSymbol method)
        {
            var solution = host.Solve(method, graph);
            Tell(host, solution.Body, observe, inSpite, solution.Tell);
        }
        else
        {
            host.Rests.OnMentioned(graph);
            Solve(host, new Body(owner, graph, host.Contracts.Of(owner)), ImmutableArray<Hold>.Empty, observe, inSpite);
        }
    }

    static void Solve(FlowHost host, Body body, ImmutableArray<Hold> handed, Func<Body, FlowObserver> observe, ISymbol? inSpite)
    {
        var entry = BodySolver.EntryOf(host, body);
        Tell(host, body, observe, inSpite, observer => BodySolver.Solve(host, body, handed.IsEmpty ? entry : entry with { Locks = entry.Locks.AddRange(handed) }, observer));
    }

    // What happens in a body, and in those within it.
    static void Tell(FlowHost host, Body body, Func<Body, FlowObserver> observe, ISymbol? inSpite, Action<FlowObserver> tell)
    {
        var observer = observe(body);
        observer.Entered(body);
        var nested = new Collector(observer);
        tell(nested);
        if (host.IsCapped)
            observer.Capped("helpers call each other too deeply");
        observer.Solved();
        foreach (var lambda in nested.Lambdas)
            Solve(host, new Body(lambda.Method, lambda.Graph, lambda.Contract) { Captured = lambda.Captured }, lambda.Handed, observe, inSpite);
        foreach (var function in body.Graph.LocalFunctions)
        {
            if (!IsWaived(host.Contracts, function, inSpite))
                SolveByContract(host, function, body.Graph.GetLocalFunctionControlFlowGraph(function), observe, inSpite);
        }
    }

    static ISymbol? OwnerOf(SemanticModel model, SyntaxNode node, FlowHost host)
    {
        switch (node)
        {
            case ArrowExpressionClauseSyntax { Parent: BasePropertyDeclarationSyntax property }:
                return (model.GetDeclaredSymbol(property, host.Cancel) as IPropertySymbol)?.GetMethod;
            case EqualsValueClauseSyntax { Parent: { } declaration }:
                return model.GetDeclaredSymbol(declaration, host.Cancel);
            case TypeDeclarationSyntax type:
                var declared = model.GetDeclaredSymbol(type, host.Cancel) as INamedTypeSymbol;
                foreach (var constructor in declared?.InstanceConstructors ?? System.Collections.Immutable.ImmutableArray<IMethodSymbol>.Empty)
                {
                    foreach (var reference in constructor.DeclaringSyntaxReferences)
                    {
                        if (reference.GetSyntax(host.Cancel) == node)
                            return constructor;
                    }
                }

                return null;
            default:
                return model.GetDeclaredSymbol(node, host.Cancel);
        }
    }

    static bool IsWaived(ContractSet contracts, ISymbol owner, ISymbol? inSpite)
    {
        for (ISymbol? symbol = owner; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            if (inSpite is not null && (SymbolEqualityComparer.Default.Equals(symbol, inSpite) || SymbolEqualityComparer.Default.Equals((symbol as IMethodSymbol)?.AssociatedSymbol, inSpite)))
                continue;
            if (contracts.Of(symbol).Waiver is not null || (symbol is IMethodSymbol { AssociatedSymbol: { } property } && contracts.Of(property).Waiver is not null))
                return true;
        }

        return false;
    }

    /// <summary>Passes everything on, and keeps the lambdas that are to be solved afterwards, each once.</summary>
    sealed class Collector(FlowObserver inner) : FlowObserver
    {
        readonly HashSet<IMethodSymbol> _seen = new(SymbolEqualityComparer.Default);

        public List<NestedBody> Lambdas { get; } = new();

        public override void Accessed(in MemberAccess access, PathState state) => inner.Accessed(access, state);

        public override void Called(in CallMade call, PathState state) => inner.Called(call, state);

        public override void Acquired(in LockAcquired acquired, PathState state) => inner.Acquired(acquired, state);

        public override void Released(in LockReleased released, PathState state) => inner.Released(released, state);

        public override void TryIgnored(IOperation site, string text, PathState state) => inner.TryIgnored(site, text, state);

        public override void Lost(in ResultLost result, PathState state) => inner.Lost(result, state);

        public override void Suspended(IOperation site, PathState state) => inner.Suspended(site, state);

        public override void Assigned(in PlaceAssigned assigned, PathState state) => inner.Assigned(assigned, state);

        public override void Copied(IOperation site, Term value, PathState state) => inner.Copied(site, value, state);

        public override void Given(in MethodGiven given, PathState state) => inner.Given(given, state);

        public override void Broken(in Breach breach, PathState state) => inner.Broken(breach, state);

        public override void Left(in BodyLeft exit, PathState state) => inner.Left(exit, state);

        public override void Capped(string what) => inner.Capped(what);

        public override void Deferred(NestedBody nested)
        {
            if (_seen.Add(nested.Method))
                Lambdas.Add(nested);
        }
    }
}
