using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Whether a result is an error, in each way in which results say so.</summary>
internal static class Failure
{
    /// <summary>What tells the condition that a result is an error from other operations.</summary>
    public const string Failed = "failed";

    /// <summary>What a result without an error counts as, however it is written.</summary>
    public static readonly Term None = Term.Constant(0);

    /// <summary>The condition that a result of a type with its own test is an error; the test of success is its negation.</summary>
    public static Term Condition(Term result) => Term.Operation(TermOperator.Other, result, Term.Null, Failed);

    /// <summary>Whether the path knows <paramref name="result"/> to be an error (true) or none (false); null where it was not tested.</summary>
    /// <remarks>By the type's own test; below zero, or other than zero, for numbers; null for references; false for flags.</remarks>
    public static bool? Of(PathState state, Term result)
    {
        if (result.IsConstant)
        {
            return result.Value switch
            {
                null => true,
                bool flag => !flag,
                long number => number != 0,
                _ => null,
            };
        }

        if (Conditions.Truth(state, Condition(result)) is { } tested)
            return tested;
        // The errors of an enumeration, and of what has no sign, may lie above zero.
        if (Conditions.Truth(state, ConditionTerms.Less(result, Term.Constant(0))) is { } below && (below || NumberTypes.IsSigned(result)))
            return below;
        if (Conditions.Truth(state, ConditionTerms.Equal(result, Term.Constant(0))) is { } zero)
            return !zero;
        if (Conditions.Truth(state, ConditionTerms.IsNull(result)) == true)
            return true;
        if (state.Facts.TryGet(result, out bool truth))
            return !truth;
        return IsNamedValue(state, result) ? false : null;
    }

    // Equal to a named value of its type whose own value is not at hand, in another assembly: whoever goes on from there takes it for success.
    static bool IsNamedValue(PathState state, Term result)
    {
        foreach (var fact in state.Facts.Matching(result.Bit))
        {
            if (fact.Value && fact.Key.IsOperator(TermOperator.Equal) && (result.Equals(fact.Key.Left) ? fact.Key.Right : result.Equals(fact.Key.Right) ? fact.Key.Left : null) is { Kind: TermKind.Static, Symbol: { } named }
                && named.DeclaringSyntaxReferences.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }
}
