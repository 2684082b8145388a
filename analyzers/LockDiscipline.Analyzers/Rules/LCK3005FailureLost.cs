using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK3005: an error was found, nothing was done about it, and success is returned.</summary>
internal static class LCK3005FailureLost
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK3005",
        RuleDescriptor.Results,
        "Failure reported as success",
        "'{0}' has failed here, and success is returned",
        "A path on which an error test was true returns the success value, and nothing on it stores, logs, passes on or undoes anything because of the error.");

    public static void CheckExit(BodyRules rules, in BodyLeft exit, PathState state)
    {
        if (exit.IsThrow || exit.Returned is not { } returned)
            return;
        foreach (var mark in state.Marks)
        {
            if (mark.Kind != MarkKind.Failed || IsWalk(state, mark) || !(IsSuccess(rules, returned, state, mark.At.Type) || IsResultOfOther(rules, returned, state, mark)))
                continue;
            var place = Places.OfExit(exit.Site, rules.Body.Graph.OriginalOperation.Syntax);
            rules.Findings.Judge((object?)exit.Site ?? place, Rule, mark.At, state, () => new Finding(Rule, place, ImmutableArray.Create<object>(LCK3001ResultIgnored.NameOf(mark.At)))
            {
                Related = ImmutableArray.Create(Places.Of(mark.At)),
                RelatedIs = "the call that failed",
            });
        }
    }

    /// <summary>Whether the body says that it succeeded: only of one that has errors to return.</summary>
    /// <param name="failed">The type of the result that failed: who returns the same type speaks the same language.</param>
    public static bool IsSuccess(BodyRules rules, Term returned, PathState state, ITypeSymbol? failed) =>
        Failure.Of(state, returned) == false && ErrorReturns.Has(rules.Contracts, rules.Body, failed);

    // A handler's error is told by the walk (LCK3003).
    static bool IsWalk(PathState state, Mark failed)
    {
        foreach (var mark in state.Marks)
        {
            if (mark.Kind == MarkKind.Walked && mark.Value!.Equals(failed.Value))
                return true;
        }

        return false;
    }

    // What something else brought, which may well have succeeded.
    static bool IsResultOfOther(BodyRules rules, Term returned, PathState state, Mark failed) =>
        returned is { Kind: TermKind.Site, Value: IInvocationOperation } && !returned.Equals(failed.Value!.Root)
        && Failure.Of(state, returned) is null && ErrorReturns.Has(rules.Contracts, rules.Body, failed.At.Type);
}
