using System;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Restates an inherited contract in the parameters of the member that inherits it.</summary>
internal static class ParameterMap
{
    /// <param name="own">Restates a path in the members of the inheriting type.</param>
    public static MemberContract Rename(MemberContract contract, ISymbol from, ISymbol to, Func<Term, Term>? own = null)
    {
        var before = Parameters(from);
        var after = Parameters(to);
        if (before.Length != after.Length)
            return contract;
        return contract with
        {
            Requires = Rename(contract.Requires, before, after, own),
            Acquires = Rename(contract.Acquires, before, after, own),
            TryAcquires = Rename(contract.TryAcquires, before, after, own),
            Releases = Rename(contract.Releases, before, after, own),
            Drops = Rename(contract.Drops, before, after, own),
            Waits = Rename(contract.Waits, before, after, own),
            Downgrades = Rename(contract.Downgrades, before, after, own),
            Upgrades = Rename(contract.Upgrades, before, after, own),
            Excludes = Rename(contract.Excludes, before, after, own),
            Asserts = Rename(contract.Asserts, before, after, own),
            Tests = Rename(contract.Tests, before, after, own),
            Protocol = contract.Protocol is { } protocol ? Rename(protocol, before, after, own) : null,
        };
    }

    static ProtocolContract Rename(ProtocolContract protocol, ImmutableArray<IParameterSymbol> before, ImmutableArray<IParameterSymbol> after, Func<Term, Term>? own)
    {
        var assigned = ImmutableArray.CreateBuilder<AssignedClause>(protocol.AssignedWhenReturns.Length);
        foreach (var clause in protocol.AssignedWhenReturns)
            assigned.Add(clause with { Paths = Rename(clause.Paths, before, after, own) });
        return protocol with
        {
            ValidUnder = Rename(protocol.ValidUnder, before, after, own),
            RequiresTest = Rename(protocol.RequiresTest, before, after, own),
            Ensures = Rename(protocol.Ensures, before, after, own),
            AssignedWhenReturns = assigned.ToImmutable(),
            NearestTo = NameAfter(protocol.NearestTo, before, after),
        };
    }

    static ImmutableArray<TestClause> Rename(ImmutableArray<TestClause> tests, ImmutableArray<IParameterSymbol> before, ImmutableArray<IParameterSymbol> after, Func<Term, Term>? own)
    {
        var renamed = ImmutableArray.CreateBuilder<TestClause>(tests.Length);
        foreach (var test in tests)
            renamed.Add(test with { Condition = Rename(test.Condition, before, after, own) });
        return renamed.ToImmutable();
    }

    static string? NameAfter(string? name, ImmutableArray<IParameterSymbol> before, ImmutableArray<IParameterSymbol> after)
    {
        for (int i = 0; i < before.Length; i++)
        {
            if (before[i].Name == name)
                return after[i].Name;
        }

        return name;
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
        ImmutableArray<IParameterSymbol> after,
        Func<Term, Term>? own)
    {
        if (clauses.IsEmpty || (before.IsEmpty && own is null))
            return clauses;
        var renamed = ImmutableArray.CreateBuilder<LockClause>(clauses.Length);
        foreach (var clause in clauses)
            renamed.Add(clause with { Path = Rename(clause.Path, before, after, own) });
        return renamed.ToImmutable();
    }

    static Term Rename(Term term, ImmutableArray<IParameterSymbol> before, ImmutableArray<IParameterSymbol> after, Func<Term, Term>? own)
    {
        var renamed = term.Substitute(root =>
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
        renamed ??= term;
        return own is null ? renamed : own(renamed);
    }
}
