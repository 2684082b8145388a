using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What is still known of a number where paths meet on which it is a different one: the least and the greatest, which of few between them it is not, and bits that it has.</summary>
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
    /// <returns>The facts, with those about the bounds, and about the bits that are set on both paths.</returns>
    public static TermMap<bool> Join(TermMap<bool> facts, PathState a, Term inA, PathState b, Term inB, Term joined) =>
        Bits(Limits(facts, a, inA, b, inB, joined), a, inA, b, inB, joined);

    static TermMap<bool> Limits(TermMap<bool> facts, PathState a, Term inA, PathState b, Term inB, Term joined)
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

    static TermMap<bool> Bits(TermMap<bool> facts, PathState a, Term inA, PathState b, Term inB, Term joined) => (inA.Value, inB.Value) switch
    {
        (long one, long other) when inA.IsConstant && inB.IsConstant => SetBits(facts, one & other, joined),
        (long number, _) when inA.IsConstant => BitsOf(facts, b, number, joined),
        (_, long number) when inB.IsConstant => BitsOf(facts, a, number, joined),
        _ => facts,
    };

    static TermMap<bool> SetBits(TermMap<bool> facts, long bits, Term joined)
    {
        if (bits < 0)
            return facts;
        for (long bit = 1; bits != 0; bits &= ~bit, bit <<= 1)
        {
            if ((bits & bit) != 0)
                facts = facts.With(ConditionTerms.Equal(Term.Arithmetic(BinaryOperatorKind.And, joined, Term.Constant(bit)), Term.Constant(bit)), true);
        }

        return facts;
    }

    // What one path knows of its bits, and the number of the other one has.
    static TermMap<bool> BitsOf(TermMap<bool> facts, PathState path, long number, Term joined)
    {
        foreach (var fact in path.Facts.Matching(joined.Bit))
        {
            if (fact.Value && fact.Key.IsOperator(TermOperator.Equal) && fact.Key.Left!.IsArithmetic(BinaryOperatorKind.And) && joined.Equals(fact.Key.Left.Left)
                && fact.Key.Right is { IsConstant: true, Value: long bits } && fact.Key.Right.Equals(fact.Key.Left.Right) && (number & bits) == bits)
            {
                facts = facts.With(fact.Key, true);
            }
        }

        return facts;
    }

    static (long Low, long High)? Of(PathState state, Term value, Term joined) =>
        value.IsConstant ? (value.Value is long number ? (number, number) : null) : Conditions.BoundsOf(state, joined);

    static bool IsNot(PathState state, Term value, Term joined, long number) =>
        value.IsConstant ? !Equals(value.Value, number) : Conditions.Truth(state, ConditionTerms.Equal(joined, Term.Constant(number))) == false;
}
