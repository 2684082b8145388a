using System;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// What is true of a body's arguments wherever something happens in it: the flag that decides whether it waits, for instance.
/// </summary>
/// <remarks>Conditions on what the parameters held at entry; those are values, which no assignment changes.</remarks>
internal readonly struct Premise(ImmutableArray<(Term Condition, bool Truth)> conditions) : IEquatable<Premise>
{
    /// <summary>What was computed in more steps is no part of it: of methods that count on in each other it would tell all that each of them asked on the way.</summary>
    const int MaxDepth = 6;

    readonly ImmutableArray<(Term Condition, bool Truth)> _conditions = conditions;

    public ImmutableArray<(Term Condition, bool Truth)> Conditions => _conditions.IsDefault ? ImmutableArray<(Term, bool)>.Empty : _conditions;

    /// <summary>It happens whatever the arguments are.</summary>
    public bool IsNothing => Conditions.IsEmpty;

    /// <summary>It speaks of a result among the arguments: that is an error, or is none.</summary>
    public bool TellsOfResult
    {
        get
        {
            foreach (var (condition, _) in Conditions)
            {
                if (condition.IsOperation(Failure.Failed) && condition.Left!.Kind == TermKind.Parameter)
                    return true;
            }

            return false;
        }
    }

    public static Premise In(PathState state)
    {
        var given = ImmutableArray.CreateBuilder<(Term, bool)>();
        foreach (var fact in state.Facts.Entries)
        {
            if (fact.Key.Depth <= MaxDepth && IsOfArguments(fact.Key))
                given.Add((fact.Key, fact.Value));
        }

        return given.Count == 0 ? default : new Premise(given.ToImmutable());
    }

    /// <summary>The same, and what is true of what members held at entry.</summary>
    public static Premise WithMembers(PathState state)
    {
        var given = ImmutableArray.CreateBuilder<(Term, bool)>();
        foreach (var fact in state.Facts.Entries)
        {
            if (fact.Key.Depth <= MaxDepth && IsOfEntry(fact.Key))
                given.Add((fact.Key, fact.Value));
        }

        return given.Count == 0 ? default : new Premise(given.ToImmutable());
    }

    /// <summary>What of it speaks of arguments alone.</summary>
    public Premise OfArguments()
    {
        var rest = Conditions.RemoveAll(static condition => !IsOfArguments(condition.Condition));
        return rest.Length == Conditions.Length ? this : new Premise(rest);
    }

    /// <summary>What is known of the value that a body returns, told of <see cref="Term.Return"/>.</summary>
    public static Premise OfReturned(PathState state, Term returned)
    {
        var told = ImmutableArray.CreateBuilder<(Term, bool)>();
        foreach (var fact in state.Facts.Matching(returned.Bit))
        {
            if (IsOf(fact.Key, returned))
                told.Add((fact.Key.Replace(returned, Term.Return), fact.Value));
        }

        if (returned.Kind == TermKind.Fresh)
            told.Add((ConditionTerms.IsNull(Term.Return), false));
        return told.Count == 0 ? default : new Premise(told.ToImmutable());
    }

    /// <summary>The state where all this holds of <paramref name="result"/>.</summary>
    public PathState AssumeOf(PathState state, Term result)
    {
        foreach (var (condition, truth) in Conditions)
            state = Flow.Conditions.Assume(state, condition.Replace(Term.Return, result), truth) ?? state;
        return state;
    }

    static bool IsOf(Term condition, Term value) =>
        condition.Equals(value) || condition.IsConstant || (condition.Kind == TermKind.Operation && IsOf(condition.Left!, value) && IsOf(condition.Right!, value));

    /// <summary>The caller's state where all this holds of the arguments that it passes; null where that cannot be.</summary>
    /// <param name="state">The caller's state at the call.</param>
    /// <param name="binding">What the callee's parameters are there.</param>
    /// <param name="each">Told of each condition in the caller's terms.</param>
    public PathState? Assume(PathState state, CallBinding binding, Action<Term>? each = null)
    {
        PathState? result = state;
        foreach (var (condition, truth) in Conditions)
        {
            if (result is null || Here(result, binding, condition) is not { } here)
                continue;
            here = Flow.Conditions.Fold(here);
            each?.Invoke(here);
            result = truth && IsNullOfNonNullable(here) ? null : Flow.Conditions.Assume(result, here, truth);
        }

        return result;
    }

    // What members hold at the call, wherever in the condition they stand.
    static Term? Here(PathState state, CallBinding binding, Term condition)
    {
        if (condition.Kind != TermKind.Operation || IsOfArguments(condition))
            return binding.Follow(state, condition);
        return Here(state, binding, condition.Left!) is { } left && Here(state, binding, condition.Right!) is { } right ? condition.WithOperands(left, right) : null;
    }

    // What is declared never to be null takes no way that is meant for null.
    static bool IsNullOfNonNullable(Term condition)
    {
        if (!condition.IsOperator(TermOperator.Equal) || condition.Right is not { IsConstant: true, Value: null })
            return false;
        var annotation = condition.Left!.Symbol switch
        {
            IFieldSymbol field => field.NullableAnnotation,
            IPropertySymbol property => property.NullableAnnotation,
            _ => NullableAnnotation.None,
        };
        return annotation == NullableAnnotation.NotAnnotated;
    }

    /// <summary>The same told of other parameters.</summary>
    public Premise Renamed(Func<Term, Term?> root)
    {
        var renamed = ImmutableArray.CreateBuilder<(Term, bool)>(Conditions.Length);
        foreach (var (condition, truth) in Conditions)
        {
            if (condition.Substitute(root) is { } here)
                renamed.Add((here, truth));
        }

        return new Premise(renamed.ToImmutable());
    }

    /// <summary>What is given here and there.</summary>
    public Premise Common(Premise other)
    {
        var both = Conditions.RemoveAll(condition => !other.Conditions.Contains(condition));
        return both.Length == Conditions.Length ? this : new Premise(both);
    }

    public bool Equals(Premise other) => Conditions.Length == other.Conditions.Length && Common(other).Conditions.Length == Conditions.Length;

    public override bool Equals(object? obj) => obj is Premise other && Equals(other);

    public override int GetHashCode() => Conditions.Length;

    // The names of members stand for what they held at entry: an assignment gives a member another value, not another name to the old one.
    static bool IsOfEntry(Term term) => term.Kind switch
    {
        TermKind.This or TermKind.Static => true,
        TermKind.Member => IsOfEntry(term.Left!),
        TermKind.Operation => IsOfEntry(term.Left!) && IsOfEntry(term.Right!),
        _ => IsOfArguments(term),
    };

    /// <summary>Whether a value is one that was passed, or is made of such values and constants alone.</summary>
    public static bool IsOfArguments(Term term) => term.Kind switch
    {
        TermKind.Parameter => term.Symbol is IParameterSymbol { RefKind: RefKind.None or RefKind.In or RefKind.Ref },
        TermKind.Constant => true,
        TermKind.Operation => IsOfArguments(term.Left!) && IsOfArguments(term.Right!),
        _ => false,
    };
}
