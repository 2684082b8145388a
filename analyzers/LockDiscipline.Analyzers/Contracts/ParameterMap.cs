using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Restates an inherited contract in the parameters of the member that inherits it.</summary>
internal static class ParameterMap
{
    public static MemberContract Rename(MemberContract contract, ISymbol from, ISymbol to)
    {
        var before = Parameters(from);
        var after = Parameters(to);
        if (before.Length != after.Length)
            return contract;
        return contract with
        {
            Requires = Rename(contract.Requires, before, after),
            Acquires = Rename(contract.Acquires, before, after),
            TryAcquires = Rename(contract.TryAcquires, before, after),
            Releases = Rename(contract.Releases, before, after),
            Drops = Rename(contract.Drops, before, after),
            Downgrades = Rename(contract.Downgrades, before, after),
            Upgrades = Rename(contract.Upgrades, before, after),
            Excludes = Rename(contract.Excludes, before, after),
            Asserts = Rename(contract.Asserts, before, after),
            Tests = Rename(contract.Tests, before, after),
        };
    }

    public static ImmutableArray<IParameterSymbol> Parameters(ISymbol member) => member switch
    {
        IMethodSymbol method => method.Parameters,
        IPropertySymbol property => property.Parameters,
        INamedTypeSymbol { DelegateInvokeMethod: { } invoke } => invoke.Parameters,
        _ => ImmutableArray<IParameterSymbol>.Empty,
    };

    static ImmutableArray<LockClause> Rename(
        ImmutableArray<LockClause> clauses,
        ImmutableArray<IParameterSymbol> before,
        ImmutableArray<IParameterSymbol> after)
    {
        if (clauses.IsEmpty || before.IsEmpty)
            return clauses;
        var renamed = ImmutableArray.CreateBuilder<LockClause>(clauses.Length);
        foreach (var clause in clauses)
        {
            var path = clause.Path.Substitute(root =>
            {
                if (root.Kind != TermKind.Parameter)
                    return root;
                for (int i = 0; i < before.Length; i++)
                {
                    if (SymbolEqualityComparer.Default.Equals(root.Symbol, before[i]))
                        return Term.Parameter(after[i]);
                }

                return root;
            });
            renamed.Add(clause with { Path = path ?? clause.Path });
        }

        return renamed.ToImmutable();
    }
}
