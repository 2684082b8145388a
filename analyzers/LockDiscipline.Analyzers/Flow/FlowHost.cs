using System.Collections.Generic;
using System.Threading;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Answers what one analysis asks beyond its own body: contracts, and summaries of callees made on demand.</summary>
/// <remarks>One instance per analysed body; not thread-safe. What is final goes to the compilation's <see cref="FlowCache"/>.</remarks>
internal sealed class FlowHost(FlowCache cache, FlowOptions options, CancellationToken cancel)
{
    /// <summary>Callees within callees; real helpers nest a handful deep.</summary>
    public const int MaxDepth = 32;

    /// <summary>Summaries made for one body; only knots of mutual recursion come near.</summary>
    public const int MaxSummaries = 400;

    // Summaries being made, with what is assumed of them meanwhile.
    readonly Dictionary<IMethodSymbol, Summary> _assumed = new(SymbolEqualityComparer.Default);
    readonly HashSet<IMethodSymbol> _relied = new(SymbolEqualityComparer.Default);
    int _made;

    public FlowCache Cache { get; } = cache;

    public ContractSet Contracts => Cache.Contracts;

    public FlowOptions Options { get; } = options;

    public CancellationToken Cancel { get; } = cancel;

    /// <summary>A callee could not be looked into because a bound was hit.</summary>
    public bool IsCapped { get; private set; }

    /// <summary>What a callee does, inferred from its code; <see cref="Summary.None"/> where there is none at hand.</summary>
    public Summary SummaryOf(IMethodSymbol callee, Body caller)
    {
        callee = callee.OriginalDefinition;
        if (Cache.Summaries.TryGetValue(callee, out var known))
            return known;
        if (!MayHaveSummary(callee))
            return Summary.None;
        if (_assumed.TryGetValue(callee, out var assumed))
        {
            _relied.Add(callee);
            return assumed;
        }

        if (_assumed.Count >= MaxDepth || _made >= MaxSummaries)
        {
            IsCapped = true;
            return Summary.None;
        }

        var graph = GraphOf(callee, caller.Graph);
        return graph is null ? Cache.Summaries.GetOrAdd(callee, Summary.None) : Make(callee, graph);
    }

    /// <summary>The kind of lock that a clause speaks of; null where the object is no lock.</summary>
    public LockTraits? TraitsOf(LockClause clause, Term path, IMethodSymbol? callee, CallBinding binding)
    {
        var type = TypeOf(clause.Path, binding, callee);
        if (Contracts.Traits(type) is null)
            return Contracts.Traits(callee?.ContainingType) ?? LockTraits.Unknown;
        return Contracts.Construction.Traits(path, type, Cache.Names.IsNamedLock(path.Symbol));
    }

    public ControlFlowGraph? GraphOf(IMethodSymbol callee, ControlFlowGraph? around)
    {
        if (callee.MethodKind == MethodKind.LocalFunction)
            return BodySource.LocalFunction(around, callee);
        return BodySource.Declaration(callee, Cancel) is { } node ? BodySource.Graph(Cache.Model(node.SyntaxTree), node, Cancel) : null;
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

    // A virtual method's own body says nothing of its overrides.
    bool MayHaveSummary(IMethodSymbol callee)
    {
        // The source of another project is not this compilation's; its contracts speak for it.
        if (!SymbolEqualityComparer.Default.Equals(callee.ContainingAssembly, Contracts.Compilation.Assembly))
            return false;
        if (callee.DeclaringSyntaxReferences.IsEmpty || callee.IsAbstract || callee.IsExtern || callee.IsImplicitlyDeclared)
            return false;
        if ((callee.IsVirtual || (callee.IsOverride && !callee.IsSealed)) && callee.ContainingType is { IsSealed: false })
            return false;
        return callee.MethodKind == MethodKind.LocalFunction || Cache.Names.MayMatter(callee, Cancel);
    }

    // The summary of a recursive function is found by assuming what the last round found, until that no longer changes.
    Summary Make(IMethodSymbol callee, ControlFlowGraph graph)
    {
        const int MaxRounds = 4;
        var summary = Summary.None;
        for (int round = 0; round < MaxRounds; round++)
        {
            _made++;
            _assumed[callee] = summary;
            var next = SummaryBuilder.Build(this, new Body(callee, graph, Contracts.Of(callee)));
            bool recursive = _relied.Remove(callee);
            bool same = SummaryBuilder.Same(next, summary);
            summary = next;
            if (!recursive || same)
                break;
        }

        _assumed.Remove(callee);
        // What relies on a summary still being made is not final.
        return _relied.Count == 0 ? Cache.Summaries.GetOrAdd(callee, summary) : summary;
    }
}
