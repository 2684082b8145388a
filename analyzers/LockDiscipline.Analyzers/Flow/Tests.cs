using System;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What a contract's condition means on a path.</summary>
internal static class Tests
{
    /// <summary>The condition in the values of this path: members by what they hold now, getters and methods by what they last returned.</summary>
    /// <param name="root">What the roots of the contract are here; null for one that has no counterpart.</param>
    public static Term? Follow(ContractSet contracts, PathState state, Term condition, Func<Term, Term?> root)
    {
        switch (condition.Kind)
        {
            case TermKind.Operation:
                if (Follow(contracts, state, condition.Left!, root) is not { } left || Follow(contracts, state, condition.Right!, root) is not { } right)
                    return null;
                if (condition.IsOperator(TermOperator.Equal))
                    return ConditionTerms.Equal(left, right);
                if (condition.IsOperator(TermOperator.Less))
                    return ConditionTerms.Less(left, right);
                return state.Read(condition.Computed(left, right));
            case TermKind.Member when condition.Symbol is { } member:
                if (Follow(contracts, state, condition.Left!, root) is not { } owner)
                    return null;
                if (contracts.Of(member).TestsError is not { } testsError)
                    return state.Read(contracts.Path(owner, member));
                var failed = Failure.Condition(owner);
                return testsError ? failed : ConditionTerms.Not(failed);
            case TermKind.Element:
                return Follow(contracts, state, condition.Left!, root) is { } collection && Follow(contracts, state, condition.Right!, root) is { } key
                    ? state.Read(Term.Element(collection, key))
                    : null;
            default:
                return Evaluator.Follow(state, condition, root);
        }
    }

    /// <summary>The state in which the body's own contract has been tested by its callers.</summary>
    public static PathState Assume(ContractSet contracts, PathState state, MemberContract contract)
    {
        foreach (var test in contract.Protocol?.RequiresTest ?? ImmutableArray<TestClause>.Empty)
        {
            if (Follow(contracts, state, test.Condition, static root => root) is { } condition)
                state = Conditions.Assume(state, condition, true) ?? state;
        }

        return state;
    }
}
