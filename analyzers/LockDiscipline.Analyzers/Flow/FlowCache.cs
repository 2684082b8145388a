using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What the flow analysis of one compilation keeps: contracts, summaries, models of other trees. Thread-safe.</summary>
/// <param name="contracts">The contracts of the compilation.</param>
/// <param name="names">Its names.</param>
internal sealed class FlowCache(ContractSet contracts, NameIndex names)
{
    readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();
    readonly ConcurrentDictionary<IMethodSymbol, FunctionNames?> _functions = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<ITypeSymbol, bool> _readSections = new(SymbolEqualityComparer.Default);

    public ContractSet Contracts { get; } = contracts;

    /// <summary>What members and types have to do with locks.</summary>
    public Concerns Concerns { get; } = new(contracts);

    /// <summary>What in bodies can be of concern, by where they stand: the answers so far.</summary>
    public ConcurrentDictionary<SyntaxNode, Concerned> Concerned { get; } = new();

    /// <summary>The ids of members and types, and what they mean here.</summary>
    public SymbolIds Symbols { get; } = new(contracts.Compilation);

    /// <summary>Which names matter in this compilation.</summary>
    public NameIndex Names { get; } = names;

    public Helpers Helpers { get; } = new(names);

    public ConcurrentDictionary<Called, Reach> Reaches { get; } = new();

    /// <summary>The locks that helpers are given and take one within the other: the answers so far.</summary>
    public ConcurrentDictionary<IMethodSymbol, ImmutableArray<WaitedPair>> Pairs { get; } = new(SymbolEqualityComparer.Default);

    public ConcurrentDictionary<IMethodSymbol, Summary> Summaries { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Which parameters their methods keep: the answers so far.</summary>
    public Asked<IParameterSymbol, bool> Kept { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>What methods themselves do with their parameters: the answers so far.</summary>
    public Asked<IParameterSymbol, Handling> Handlings { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>What methods do with the objects that they are called on: the answers so far.</summary>
    public Asked<IMethodSymbol, ReceiverHandling> Receivers { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>What calls of interface and virtual members can run: the answers so far.</summary>
    public Asked<IMethodSymbol, ImmutableArray<IMethodSymbol>> Targets { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>What is known of the code that overrides or implements members: the answers so far.</summary>
    public Asked<IMethodSymbol, KnownCode> KnownCode { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The lock order that contracts state.</summary>
    public DeclaredOrder Declared { get; } = new(contracts);

    /// <summary>Whether a delegate passed for a parameter runs during the call: the answers so far.</summary>
    public ConcurrentDictionary<IParameterSymbol, bool> InPlace { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>How the callers of helpers stand to what these need: the answers so far.</summary>
    public ConcurrentDictionary<(ISymbol, Term, LockMode), Standing> NeedsMet { get; } = new();

    /// <summary>Whether all callers of helpers agree with them: the answers so far.</summary>
    public ConcurrentDictionary<AccordQuestion, Accord> Accords { get; } = new();

    /// <summary>Whether every acquire of a lock type is shared, so that taking it waits for nobody.</summary>
    public bool HasReadersOnly(ITypeSymbol type) => _readSections.TryGetValue(type, out bool known) ? known : _readSections.GetOrAdd(type, Contracts.IsReadSection(type));

    /// <summary>How lock fields are assigned after their object is made: the answers so far.</summary>
    public Asked<ISymbol, LaterWrites> LaterWrites { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Which locks a type leaves to its users to hold and to give back: the answers so far.</summary>
    public Asked<ISymbol, HandMade> HandMade { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The members by which objects of a type know each other both ways: the answers so far.</summary>
    public Asked<ISymbol, Lineage> Lineages { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The member with the code of a method; null where that is not of this compilation.</summary>
    public FunctionNames? FunctionOf(IMethodSymbol method)
    {
        if (_functions.TryGetValue(method, out var known))
            return known;
        FunctionNames? function = null;
        foreach (var reference in (method.PartialImplementationPart ?? method).DeclaringSyntaxReferences)
            function ??= Contracts.Compilation.ContainsSyntaxTree(reference.SyntaxTree) ? Names.At(reference.SyntaxTree, reference.Span.Start) : null;
        return _functions.GetOrAdd(method, function);
    }

    /// <summary>Whether callers are told the same of a method as of what stood in its place before: the answers so far.</summary>
    public ConcurrentDictionary<(FunctionNames Before, FunctionNames Now), bool> SameAnswers { get; } = new();

    /// <summary>What answers about the code of members rest on.</summary>
    public ConcurrentDictionary<FunctionNames, Rests> Rests { get; } = new();

    /// <summary>What answers about the callers of methods rest on.</summary>
    public ConcurrentDictionary<IMethodSymbol, Rests> CallersRests { get; } = new(SymbolEqualityComparer.Default);

    public Mentioned Mentioned { get; } = new(names, contracts.Compilation.Assembly);

    public Graphs Graphs { get; } = new();

    /// <summary>What happens in bodies, as far as it rests on nothing that may still change.</summary>
    public Lately<Solving, Solution> Solutions { get; } = new();

    /// <summary>What helpers say of their arguments, whatever stands in them: the answers so far.</summary>
    public ConcurrentDictionary<IMethodSymbol, Summary> Tests { get; } = new(SymbolEqualityComparer.Default);

    public SemanticModel Model(SyntaxTree tree) =>
        _models.TryGetValue(tree, out var model) ? model : _models.GetOrAdd(tree, Models.Of(Contracts.Compilation, tree));
}
