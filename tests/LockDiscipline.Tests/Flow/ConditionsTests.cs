using FsCheck.Fluent;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;

namespace LockDiscipline.Tests.Flow;

/// <summary>What a path knows of conditions is true of every assignment of numbers that took that path.</summary>
public sealed class ConditionsTests
{
    static readonly FsCheck.Gen<Term> s_number = Gen.OneOf(
        Gen.Elements(Generators.Variables.ToArray()), Gen.Elements(Generators.Variables.ToArray()), Gen.Choose(-1, 3).Select(n => Term.Constant(n)));

    static readonly FsCheck.Gen<Term> s_condition = Gen.Sized(size => Condition(Math.Min(size / 8, 3)));

    static FsCheck.Gen<Term> Condition(int depth)
    {
        var equal = from a in s_number from b in s_number select ConditionTerms.Equal(a, b);
        var less = from a in s_number from b in s_number select ConditionTerms.Less(a, b);
        if (depth == 0)
            return Gen.OneOf(equal, less);
        var smaller = Condition(depth - 1);
        return Gen.OneOf(
            equal,
            less,
            smaller.Select(ConditionTerms.Not),
            from a in smaller from b in smaller select Term.Operation(TermOperator.And, a, b),
            from a in smaller from b in smaller select Term.Operation(TermOperator.Or, a, b));
    }

    static readonly FsCheck.Gen<(int[] Numbers, List<Term> Tested, Term Asked)> s_path =
        from numbers in Gen.ArrayOf(Gen.Choose(-1, 3), 4)
        from tested in Generators.Few(s_condition, 5)
        from asked in s_condition
        select (numbers, tested, asked);

    [Fact]
    public void BranchTakenByAnAssignment_IsNotRefused() => Law.Holds(s_path, path => Follow(path.Numbers, path.Tested) is not null);

    [Fact]
    public void WhatAPathKnows_IsTrueOfTheAssignmentThatTookIt() => Law.Holds(s_path, path =>
        Follow(path.Numbers, path.Tested) is not { } state || Conditions.Truth(state, path.Asked) is not { } known || known == Evaluate(path.Asked, path.Numbers));

    [Fact]
    public void WhatWasAssumed_IsKnown() => Law.Holds(s_path, path =>
    {
        if (Follow(path.Numbers, path.Tested) is not { } state)
            return false;
        bool actual = Evaluate(path.Asked, path.Numbers);
        return Conditions.Assume(state, path.Asked, actual) is { } after && Conditions.Truth(after, path.Asked) == actual;
    });

    [Fact]
    public void OneBranchAtLeast_IsPossible() => Law.Holds(s_path, path =>
        Follow(path.Numbers, path.Tested) is not { } state
        || Conditions.Assume(state, path.Asked, true) is not null || Conditions.Assume(state, path.Asked, false) is not null);

    [Fact]
    public void DoubleNegation_IsTheCondition() => Law.Holds(s_condition, condition => ConditionTerms.Not(ConditionTerms.Not(condition)).Equals(condition));

    [Fact]
    public void Builders_MeanWhatTheySay() => Law.Holds(from a in s_number from b in s_number from numbers in Gen.ArrayOf(Gen.Choose(-1, 3), 4) select (a, b, numbers), t =>
        Evaluate(ConditionTerms.Equal(t.a, t.b), t.numbers) == (Value(t.a, t.numbers) == Value(t.b, t.numbers))
        && Evaluate(ConditionTerms.Less(t.a, t.b), t.numbers) == (Value(t.a, t.numbers) < Value(t.b, t.numbers))
        && ConditionTerms.Equal(t.a, t.b).Equals(ConditionTerms.Equal(t.b, t.a)));

    [Fact]
    public void NullAsACondition_TellsNothing()
    {
        // What is left of `x?.IsReady` where there is no x.
        var asked = Term.OpaqueMember(Term.This, "asked");
        var state = PathState.Entry with { Facts = TermMap<bool>.Empty.With(Disjunctions.Both(asked, Term.Null), false) };

        var after = Conditions.Assume(state, asked, true);

        Assert.NotNull(after);
        Assert.True(Conditions.Truth(after, asked));
        Assert.Null(Conditions.Truth(after, Term.Null));
    }

    static PathState? Follow(int[] numbers, List<Term> tested)
    {
        PathState? state = PathState.Entry;
        foreach (var condition in tested)
            state = state is null ? null : Conditions.Assume(state, condition, Evaluate(condition, numbers));
        return state;
    }

    static bool Evaluate(Term condition, int[] numbers)
    {
        if (condition.IsConstant)
            return (bool)condition.Value!;
        var (a, b) = (condition.Left!, condition.Right!);
        return (TermOperator)condition.Value! switch
        {
            TermOperator.And => Evaluate(a, numbers) && Evaluate(b, numbers),
            TermOperator.Or => Evaluate(a, numbers) || Evaluate(b, numbers),
            TermOperator.Less => Value(a, numbers) < Value(b, numbers),
            _ when b.IsConstant && b.Value is bool truth => Evaluate(a, numbers) == truth,
            _ => Value(a, numbers) == Value(b, numbers),
        };
    }

    static long Value(Term number, int[] numbers) => number.IsConstant ? (long)number.Value! : numbers[Generators.Variables.IndexOf(number)];
}
