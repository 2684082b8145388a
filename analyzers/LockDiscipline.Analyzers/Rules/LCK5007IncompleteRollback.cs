using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK5007: of several guarded members that were assigned under one lock, an error path puts some back, and not all. Stands at the exit.</summary>
/// <remarks>
/// An exit is one of an error if it throws or returns a failure. What is put back on the way to success, too, such as a flag that is set for a
/// while, is no rollback; and only what stays assigned on success counts as published: a count of errors does not.
/// </remarks>
internal static class LCK5007IncompleteRollback
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Suggestion(
        "LCK5007",
        RuleDescriptor.Protocols,
        "Rollback is incomplete",
        "'{0}' is put back where this fails, and '{1}' is not",
        "Several members that one lock guards are assigned under it, and on the error path that follows some of them get their former values back, others do not.");

    /// <summary>Judges all exits of a body together.</summary>
    public static void Check(BodyRules rules, List<(BodyLeft Exit, PathState State)> exits)
    {
        HashSet<IOperation>? published = null, putBack = null;
        bool fails = false;
        foreach (var (exit, state) in exits)
        {
            if (state.Marks.IsEmpty)
                continue;
            bool isError = IsError(rules, exit, state);
            fails |= isError;
            foreach (var mark in state.Marks)
            {
                if (!isError && mark.Kind == MarkKind.Published)
                    (published ??= new()).Add(mark.At);
                else if (!isError && mark.Kind == MarkKind.Restored)
                    (putBack ??= new()).Add(mark.At);
            }
        }

        if (published is null || !fails)
            return;
        foreach (var (exit, state) in exits)
        {
            if (!state.Marks.IsEmpty && IsError(rules, exit, state))
                Judge(rules, exit, state, published, putBack);
        }
    }

    static void Judge(BodyRules rules, in BodyLeft exit, PathState state, HashSet<IOperation> published, HashSet<IOperation>? putBack)
    {
        var place = Places.OfExit(exit.Site, rules.Body.Graph.OriginalOperation.Syntax);
        foreach (var restored in state.Marks)
        {
            if (restored.Kind != MarkKind.Restored || putBack?.Contains(restored.At) == true)
                continue;
            var left = Left(state, restored, published);
            rules.Findings.Judge((object?)exit.Site ?? rules.Body, Rule, null, state, left.IsEmpty ? null : () => new Finding(
                Rule,
                place,
                ImmutableArray.Create<object>(NameOf(restored.Value!), string.Join("', '", Names(left))))
            {
                Related = PlacesOf(left),
                RelatedIs = "assigned here",
            });
        }
    }

    static ImmutableArray<Mark> Left(PathState state, Mark restored, HashSet<IOperation> published)
    {
        var left = ImmutableArray<Mark>.Empty;
        foreach (var mark in state.Marks)
        {
            if (mark.Kind == MarkKind.Published && mark.What == restored.What && Equals(mark.Under, restored.Under) && published.Contains(mark.At))
                left = left.Add(mark);
        }

        return left;
    }

    static bool IsError(BodyRules rules, in BodyLeft exit, PathState state)
    {
        if (exit.IsThrow)
            return exit.Site is not null;
        if (exit.Returned is not { } returned || rules.Body.Method is not { } method)
            return false;
        var type = method.ReturnType is INamedTypeSymbol { Arity: 1, Name: "Task" or "ValueTask" } task ? task.TypeArguments[0] : method.ReturnType;
        // A number is an error below zero, unless its type says that any other than zero is one.
        if (returned is { IsConstant: true, Value: long number })
            return number < 0 || (number != 0 && (type.TypeKind == TypeKind.Enum || rules.Contracts.MustCheck(type) || rules.Body.Contract.MustCheck));
        if (Failure.Of(state, returned) is { } fails)
            return fails;
        return returned is { Kind: TermKind.Static, Symbol: { } member } && rules.Contracts.MustCheck(type) && !rules.Contracts.IsSuccess(member);
    }

    static ImmutableArray<Location> PlacesOf(ImmutableArray<Mark> marks)
    {
        var places = ImmutableArray.CreateBuilder<Location>(marks.Length);
        foreach (var mark in marks)
            places.Add(Places.OfAssignment(mark.At));
        return places.ToImmutable();
    }

    static string NameOf(Term place)
    {
        while (place.Kind == TermKind.Element)
            place = place.Left!;
        return place.Symbol?.Name ?? place.ToString();
    }

    static IEnumerable<string> Names(ImmutableArray<Mark> marks)
    {
        var names = new List<string>();
        foreach (var mark in marks)
        {
            if (!names.Contains(NameOf(mark.Value!)))
                names.Add(NameOf(mark.Value!));
        }

        return names;
    }
}
