using System.Collections.Concurrent;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What the flow analysis of one compilation keeps: contracts, summaries, models of other trees. Thread-safe.</summary>
internal sealed class FlowCache(ContractSet contracts, NameIndex names)
{
    readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();

    public ContractSet Contracts { get; } = contracts;

    /// <summary>Which names matter in this compilation.</summary>
    public NameIndex Names { get; } = names;

    public Helpers Helpers { get; } = new(names);

    public ConcurrentDictionary<IMethodSymbol, Reach> Reaches { get; } = new(SymbolEqualityComparer.Default);

    public ConcurrentDictionary<IMethodSymbol, Summary> Summaries { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Whether a delegate passed for a parameter runs during the call: the answers so far.</summary>
    public ConcurrentDictionary<IParameterSymbol, bool> InPlace { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>How the callers of helpers stand to what these need: the answers so far.</summary>
    public ConcurrentDictionary<(ISymbol, Term, LockMode), Standing> NeedsMet { get; } = new();

    /// <summary>Which lock fields are assigned again: the answers so far.</summary>
    public ConcurrentDictionary<ISymbol, bool> Reassigned { get; } = new(SymbolEqualityComparer.Default);

    public SemanticModel Model(SyntaxTree tree) =>
        _models.TryGetValue(tree, out var model) ? model : _models.GetOrAdd(tree, Models.Of(Contracts.Compilation, tree));
}
