using System;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Says what a path knows of conditions, and what follows from one that it learns.</summary>
internal static class Conditions
{
    /// <summary>A condition in which arguments have taken the place of parameters, in the one spelling that it then has.</summary>
    public static Term Fold(Term condition)
    {
        if (condition.Kind != TermKind.Operation)
            return condition;
        var (a, b) = (Fold(condition.Left!), Fold(condition.Right!));
        if (condition.IsOperator(TermOperator.Equal))
            return ConditionTerms.Equal(a, b);
        if (condition.IsOperator(TermOperator.Less))
            return ConditionTerms.Less(a, b);
        return condition.IsOperator(TermOperator.And) || condition.IsOperator(TermOperator.Or)
            ? Term.Operation(condition.IsOperator(TermOperator.And) ? TermOperator.And : TermOperator.Or, a, b)
            : condition.Computed(a, b);
    }

    /// <summary>Whether a condition holds on this path; null where it is not known.</summary>
    public static bool? Truth(PathState state, Term condition)
    {
        if (condition.IsConstant)
            return condition.Value as bool?;
        if (state.Facts.TryGet(condition, out bool known))
            return known;
        if (ConditionTerms.IsNegation(condition, out var positive))
            return !Truth(state, positive);
        if (condition.Kind != TermKind.Operation)
            return null;
        var (a, b) = (condition.Left!, condition.Right!);
        if (condition.IsOperator(TermOperator.And) || condition.IsOperator(TermOperator.Or))
        {
            bool dominant = condition.IsOperator(TermOperator.Or);
            var (left, right) = (Truth(state, a), Truth(state, b));
            if (left == dominant || right == dominant)
                return dominant;
            if (left is not null && right is not null)
                return !dominant;
            // Which of the two it is, the paths that met did not agree on.
            return state.Facts.TryGet(dominant ? Disjunctions.Both(ConditionTerms.Not(a), ConditionTerms.Not(b)) : Disjunctions.Both(a, b), out bool both) && !both ? dominant : null;
        }

        if (condition.IsOperator(TermOperator.Equal))
        {
            if (b.IsConstant && b.Value is null && a.Kind is TermKind.Fresh or TermKind.This)
                return false;
            if (b.IsConstant)
                return KnownValue(state, a) is { } value ? Equals(value.Value, b.Value) : b.Value is long number ? Range.Of(state, a).IsEqual(number) : null;
            return state.Facts.TryGet(Term.Operation(TermOperator.Less, a, b), out bool less) && less
                || state.Facts.TryGet(Term.Operation(TermOperator.Less, b, a), out less) && less
                ? false
                : null;
        }

        if (condition.IsOperator(TermOperator.Less))
        {
            if (b.IsConstant && b.Value is long above)
                return Range.Of(state, a).IsLess(above) ?? (Basis(state, a) is var (number, added) ? Truth(state, ConditionTerms.Less(number, Term.Constant(above - added))) : null);
            if (a.IsConstant && a.Value is long below)
                return Range.Of(state, b).IsGreater(below) ?? (Basis(state, b) is var (number, added) ? Truth(state, ConditionTerms.Less(Term.Constant(below - added), number)) : null);
            if (state.Facts.TryGet(Term.Operation(TermOperator.Less, b, a), out bool reverse) && reverse)
                return false;
        }

        return null;
    }

    /// <summary>The state on the branch where the condition is <paramref name="truth"/>; null where that cannot be.</summary>
    public static PathState? Assume(PathState state, Term condition, bool truth)
    {
        if (Truth(state, condition) is { } known)
            return known == truth ? state : null;
        // `null`, where `x?.IsReady` has no answer, is neither true nor false.
        if (condition.IsConstant)
            return state;
        if (ConditionTerms.IsNegation(condition, out var positive))
            return Assume(state, positive, !truth);
        if (condition.IsOperator(TermOperator.And) && truth || condition.IsOperator(TermOperator.Or) && !truth)
        {
            return Assume(state, condition.Left!, truth) is { } left ? Assume(left, condition.Right!, truth) : null;
        }

        state = state with { Facts = state.Facts.With(condition, truth) };
        // One of several numbers, none of which is zero.
        if (truth && condition.IsOperator(TermOperator.Or) && Subject(condition) is { IsConstant: false } subject && IsOneOf(condition, subject))
            state = state with { Facts = state.Facts.With(ConditionTerms.Equal(subject, Term.Constant(0)), false) };
        return Conclude(state, condition);
    }

    // What the first comparison is about.
    static Term Subject(Term condition)
    {
        while (condition.IsOperator(TermOperator.Or) || condition.IsOperator(TermOperator.Equal))
            condition = condition.Left!;
        return condition;
    }

    /// <summary>Whether the condition says that a number is one of some, none of them zero.</summary>
    public static bool IsOneOf(Term condition, Term subject) =>
        condition.IsOperator(TermOperator.Or)
            ? IsOneOf(condition.Left!, subject) && IsOneOf(condition.Right!, subject)
            : condition.IsOperator(TermOperator.Equal) && condition.Left!.Equals(subject) && condition.Right!.IsConstant && condition.Right.Value is long number && number != 0;

    // Where one part of a false conjunction (a true disjunction) is known not to be why, the other part is.
    static PathState? Conclude(PathState state, Term learnt)
    {
        foreach (var fact in state.Facts.Matching(learnt.Bit))
        {
            if (!fact.Key.IsOperator(fact.Value ? TermOperator.Or : TermOperator.And))
                continue;
            var (left, right) = (Truth(state, fact.Key.Left!), Truth(state, fact.Key.Right!));
            if (left is null == right is null || (left ?? right) == fact.Value)
                continue;
            if (Assume(state, left is null ? fact.Key.Left! : fact.Key.Right!, fact.Value) is not { } further)
                return null;
            state = further;
        }

        return state;
    }

    /// <summary>The constant that a value is known to be; null where it is not known.</summary>
    public static Term? KnownValue(PathState state, Term term)
    {
        if (term.IsConstant)
            return term;
        foreach (var fact in state.Facts.Matching(TermMask.True | term.Bit))
        {
            if (fact.Value && fact.Key.IsOperator(TermOperator.Equal) && fact.Key.Right!.IsConstant && fact.Key.Left!.Equals(term))
                return fact.Key.Right;
        }

        return Term.SumOf(term) is { Added: not 0 and var added } sum && KnownValue(state, sum.Term) is { Value: long from } ? Term.Constant(from + added) : null;
    }

    // The number itself where it is known, or what it was computed from by adding a known one. That it could wrap around is not looked at. What
    // a helper computes of an argument that is a constant is left alone: helpers that call each other with one less each time look at a few rounds only.
    static (Term Number, long Added)? Basis(PathState state, Term term) =>
        Term.SumOf(term) is { Added: not 0, Term.IsConstant: true } ? null
        : KnownValue(state, term) is { Value: long } known ? (known, 0)
        : Term.SumOf(term) is { Added: not 0 and > int.MinValue and < int.MaxValue } sum ? sum
        : null;

    /// <summary>The least and the greatest number that a value can be; null where either is not known.</summary>
    public static (long Low, long High)? BoundsOf(PathState state, Term term) => Range.Of(state, term).Ends;

    /// <summary>What the facts say of an integer: an interval without its excluded ends.</summary>
    readonly struct Range(long low, long high)
    {
        public static Range Of(PathState state, Term term)
        {
            long low = IsNeverNegative(term) ? 0 : long.MinValue, high = long.MaxValue;
            foreach (var fact in state.Facts.Matching(TermMask.Less | term.Bit))
            {
                var key = fact.Key;
                if (!key.IsOperator(TermOperator.Less))
                    continue;
                if (key.Left!.Equals(term) && key.Right!.Value is long right && key.Right.IsConstant)
                    (low, high) = fact.Value ? (low, Math.Min(high, right - 1)) : (Math.Max(low, right), high);
                else if (key.Right!.Equals(term) && key.Left.Value is long left && key.Left.IsConstant)
                    (low, high) = fact.Value ? (Math.Max(low, left + 1), high) : (low, Math.Min(high, left));
            }

            while (low <= high && low != long.MinValue && IsExcluded(state, term, low))
                low++;
            while (low <= high && high != long.MaxValue && IsExcluded(state, term, high))
                high--;
            return new Range(low, high);
        }

        // Unsigned numbers, and what the language itself takes for the length of a collection where it matches list patterns.
        static bool IsNeverNegative(Term term)
        {
            var type = NumberTypes.Of(term);
            return NumberTypes.IsUnsigned(type)
                || (type?.SpecialType == SpecialType.System_Int32 && (term.Kind == TermKind.Site ? (term.Value as IPropertyReferenceOperation)?.Property : term.Symbol) is IPropertySymbol { Name: "Count" or "Length", IsIndexer: false });
        }

        static bool IsExcluded(PathState state, Term term, long value) =>
            state.Facts.TryGet(Term.Operation(TermOperator.Equal, term, Term.Constant(value)), out bool equal) && !equal;

        public (long, long)? Ends => low == long.MinValue || high == long.MaxValue || low > high ? null : (low, high);

        public bool? IsEqual(long value) => value < low || value > high ? false : low == high ? true : null;

        public bool? IsLess(long bound) => high < bound ? true : low >= bound ? false : null;

        public bool? IsGreater(long bound) => low > bound ? true : high <= bound ? false : null;
    }
}
