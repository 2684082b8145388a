using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What is still known of a number where paths meet on which it is a different one: the least and the greatest, and which of few between them it is not.</summary>
/// <remarks>
/// In a machine whose state says what is held, <c>case 0: Enter(); state = 1; break; case 1: ... state = 2; break; case 2: Exit();</c>, the states with the lock meet at the head of
/// the loop. That none of them is 0 is what keeps the lock from being acquired again. Constants of the code bound them, so there are finitely many.
/// </remarks>
internal static class Bounds
{
    /// <summary>Between bounds further apart than this nothing is said of single numbers.</summary>
    const int MaxGap = 16;

    /// <param name="facts">What holds on both paths.</param>
    /// <param name="a">One path.</param>
    /// <param name="inA">The number there, before it was renamed.</param>
    /// <param name="b">The other path.</param>
    /// <param name="inB">The number there.</param>
    /// <param name="joined">Its name from here on, which has taken the place of the numbers that are no constants.</param>
    /// <returns>The facts, with those about the bounds.</returns>
    public static TermMap<bool> Join(TermMap<bool> facts, PathState a, Term inA, PathState b, Term inB, Term joined)
    {
        if (Of(a, inA, joined) is not (var low, var high) || Of(b, inB, joined) is not (var otherLow, var otherHigh))
            return facts;
        var (least, greatest) = (System.Math.Min(low, otherLow), System.Math.Max(high, otherHigh));
        facts = facts.With(Term.Operation(TermOperator.Less, joined, Term.Constant(least)), false)
            .With(Term.Operation(TermOperator.Less, Term.Constant(greatest), joined), false);
        // Between the least and the greatest of all numbers the difference is beyond what a number holds.
        bool isNear = unchecked((ulong)greatest - (ulong)least) <= MaxGap;
        for (long number = least + 1; isNear && number < greatest; number++)
        {
            if (IsNot(a, inA, joined, number) && IsNot(b, inB, joined, number))
                facts = facts.With(ConditionTerms.Equal(joined, Term.Constant(number)), false);
        }

        return facts;
    }

    static (long Low, long High)? Of(PathState state, Term value, Term joined) =>
        value.IsConstant ? (value.Value is long number ? (number, number) : null) : Conditions.BoundsOf(state, joined);

    static bool IsNot(PathState state, Term value, Term joined, long number) =>
        value.IsConstant ? !Equals(value.Value, number) : Conditions.Truth(state, ConditionTerms.Equal(joined, Term.Constant(number))) == false;
}
