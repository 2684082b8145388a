using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Builds condition terms in one spelling each, so that the same condition is the same term however it is written.</summary>
internal static class ConditionTerms
{
    public static Term IsNull(Term value) => Term.Operation(TermOperator.Equal, value, Term.Null);

    public static Term Not(Term condition)
    {
        if (condition.IsConstant && condition.Value is bool known)
            return known ? Term.False : Term.True;
        return IsNegation(condition, out var positive) ? positive : Term.Operation(TermOperator.Equal, condition, Term.False);
    }

    public static Term Equal(Term a, Term b)
    {
        if (a.IsConstant && !b.IsConstant)
            (a, b) = (b, a);
        if (a.IsConstant && b.IsConstant)
            return Equals(a.Value, b.Value) ? Term.True : Term.False;
        if (b.IsConstant && b.Value is bool known)
            return known ? a : Not(a);
        // A member that was counted up or down is tested as what it was before. Not so an argument: helpers that call each other with one less each time would never be done.
        if (b is { IsConstant: true, Value: long number } && Term.SumOf(a) is { Added: not 0 and var added } sum && sum.Term.Root.Kind is TermKind.This or TermKind.Static)
            return Equal(sum.Term, Term.Constant(number - added));
        if (!b.IsConstant && a.GetHashCode() > b.GetHashCode())
            (a, b) = (b, a);
        return a.Equals(b) ? Term.True : Term.Operation(TermOperator.Equal, a, b);
    }

    public static Term Less(Term a, Term b)
    {
        if (a.IsConstant && b.IsConstant && a.Value is long x && b.Value is long y)
            return x < y ? Term.True : Term.False;
        if (IsMoreBy(BinaryOperatorKind.Add, b, a) || IsMoreBy(BinaryOperatorKind.Subtract, a, b))
            return Term.True;
        return a.Equals(b) ? Term.False : Term.Operation(TermOperator.Less, a, b);
    }

    /// <summary>What a built-in comparison says; null for any other operator.</summary>
    public static Term? Compare(BinaryOperatorKind kind, Term left, Term right) => kind switch
    {
        BinaryOperatorKind.Equals => Equal(left, right),
        BinaryOperatorKind.NotEquals => Not(Equal(left, right)),
        BinaryOperatorKind.LessThan => Less(left, right),
        BinaryOperatorKind.GreaterThan => Less(right, left),
        BinaryOperatorKind.LessThanOrEqual => Not(Less(right, left)),
        BinaryOperatorKind.GreaterThanOrEqual => Not(Less(left, right)),
        _ => null,
    };

    /// <summary>Whether a value is another one and a positive number added or subtracted: a range that begins at one ends at the other. That it could wrap around is not looked at.</summary>
    static bool IsMoreBy(BinaryOperatorKind kind, Term value, Term other) =>
        value.IsArithmetic(kind) && value.Right is { IsConstant: true, Value: long and > 0 } && value.Left!.Equals(other);

    /// <summary>Whether a condition says that another one does not hold.</summary>
    public static bool IsNegation(Term condition, out Term positive)
    {
        positive = condition.Left!;
        return condition.IsOperator(TermOperator.Equal) && condition.Right!.IsConstant && condition.Right.Value is false;
    }
}
