using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK4002: a reference that is good only under a lock is stored, captured or returned.</summary>
internal static class LCK4002OutlivesLock
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK4002",
        RuleDescriptor.Lifetimes,
        "Outlives its lock",
        "'{0}' is good only under the lock under which it was obtained, and outlives it here",
        "A reference that is good only while a lock is held ([ValidUnder], [TargetGuardedBy]) is stored in a member, captured, or returned, and nothing says that it stays good.");

    public static void Check(BodyRules rules, in Breach breach, PathState state)
    {
        var (site, mark, name) = (breach.Site, breach.Mark!, breach.Name);
        rules.Findings.Judge(site, Rule, mark.At, state, () => Create(Places.Of(site), mark, name));
    }

    public static void CheckExit(BodyRules rules, in BodyLeft exit, PathState state)
    {
        if (exit.Returned is not { } returned || exit.Site is not { } site || rules.Body.Contract.Protocol is { ValidUnder.IsEmpty: false })
            return;
        foreach (var mark in state.Marks)
        {
            bool isTied = mark.Kind == MarkKind.Tied;
            if ((!isTied && mark.Kind != MarkKind.Dead) || mark.What == Evaluator.ReadFromMember || !returned.Equals(mark.Value))
                continue;
            // Whoever is required to hold the lock holds it when it gets the reference.
            if (isTied && mark.What == Evaluator.ReadOfTarget && mark.Under is { } under && state.Find(under) is { Source: HoldSource.Caller })
                continue;
            // While the caller holds the lock, a helper's result is tied for the caller as well.
            if (isTied && rules.LeavesWorkToCallers)
                continue;
            rules.Findings.Judge(site, Rule, mark.At, state, () => Create(Places.Of(site), mark, site.Syntax.ToString()));
        }
    }

    static Finding Create(Location at, Mark mark, string name) =>
        new(Rule, at, ImmutableArray.Create<object>(name)) { Related = ImmutableArray.Create(Places.Of(mark.At)), RelatedIs = "obtained here" };
}
