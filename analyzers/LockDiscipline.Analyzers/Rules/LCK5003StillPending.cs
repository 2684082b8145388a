using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK5003: work such as a TLB flush is pending where it has to be done: at a call, at a release, at an exit.</summary>
internal static class LCK5003StillPending
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK5003",
        RuleDescriptor.Protocols,
        "Work still pending",
        "'{0}' is still pending {1}",
        "Work that a call left pending ([LeavesPending]) is not done before a call or a release that requires it ([RequiresSettled]), or before the body is left.");

    public static void Check(BodyRules rules, in Breach breach, PathState state)
    {
        var (what, mark, name, site) = (breach.What, breach.Mark!, breach.Name, breach.Site);
        rules.Findings.Judge(site, Rule, what, state, () => Create(what, mark, LostAt(mark) is { } lost ? Places.OfAssignment(lost) : Places.Of(site), $"at '{name}'"));
    }

    public static void CheckExit(BodyRules rules, in BodyLeft exit, PathState state)
    {
        foreach (var mark in state.Marks)
        {
            if (mark.Kind != MarkKind.Pending || exit.IsThrow || rules.LeavesWorkToCallers || (IsFromCaller(rules, mark) && !rules.HasCalls) || IsPromised(rules, exit, state, mark.What))
                continue;
            var site = LostAt(mark) is { } lost ? Places.OfAssignment(lost)
                : IsFromCaller(rules, mark) ? Places.OfExit(exit.Site, rules.Body.Graph.OriginalOperation.Syntax)
                : Places.Of(mark.At);
            var exitPlace = Places.OfExit(exit.Site, rules.Body.Graph.OriginalOperation.Syntax);
            rules.Findings.Judge((object?)LostAt(mark) ?? mark.At, Rule, mark.What, state, () => Create(mark.What, mark, site, "where the body is left") with
            {
                Related = ImmutableArray.Create(exitPlace),
                RelatedIs = "left here",
            });
        }
    }

    // The caller is told: by the contract, or by a returned value that stands for the flag.
    static bool IsPromised(BodyRules rules, in BodyLeft exit, PathState state, string what)
    {
        foreach (var clause in rules.Body.Contract.Protocol?.LeavesPending ?? ImmutableArray<PendingClause>.Empty)
        {
            if (clause.What != what)
                continue;
            var known = exit.Returned is { } returned ? Conditions.Truth(state, returned) : null;
            if (clause.WhenReturns is not { } when || known is null || known == when)
                return true;
        }

        return false;
    }

    static bool IsFromCaller(BodyRules rules, Mark mark) => ReferenceEquals(mark.At, rules.Body.Graph.OriginalOperation);

    static IOperation? LostAt(Mark mark) => mark.Under?.Value as IOperation;

    static Finding Create(string what, Mark mark, Location at, string where) =>
        new(Rule, at, ImmutableArray.Create<object>(what, where)) { Related = ImmutableArray.Create(Places.Of(mark.At)), RelatedIs = "left pending here" };
}
