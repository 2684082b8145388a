using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK3003: a walk that has to stop at the first error calls its handler again, or ends in success.</summary>
internal static class LCK3003WalkGoesOn
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK3003",
        RuleDescriptor.Results,
        "Walk goes on after a failure",
        "'{0}' may have failed before: {1}",
        "A method that has to stop at the first error of what it calls ([StopsAtFirstError]) calls it again, or returns success, where the last call failed or was not tested.");

    public static void Check(BodyRules rules, in Breach breach, PathState state)
    {
        var (site, mark, name) = (breach.Site, breach.Mark!, breach.Name);
        rules.WalkedOn.Add(mark.At);
        rules.Findings.Judge(site, Rule, null, state, () => Create(Places.Of(site), mark, name, "it is called again"));
    }

    public static void CheckExit(BodyRules rules, in BodyLeft exit, PathState state)
    {
        if (exit.IsThrow || exit.Returned is not { } returned)
            return;
        foreach (var mark in state.Marks)
        {
            // Told at the further call.
            if (mark.Kind != MarkKind.Walked || rules.WalkedOn.Contains(mark.At) || Failure.Of(state, mark.Value!) == false || mark.Value!.Equals(returned) || !LCK3005FailureLost.IsSuccess(rules, returned, state, mark.At.Type))
                continue;
            var place = Places.OfExit(exit.Site, rules.Body.Graph.OriginalOperation.Syntax);
            rules.Findings.Judge((object?)exit.Site ?? place, Rule, null, state, () => Create(place, mark, mark.Under!.Symbol!.Name, "success is returned"));
        }
    }

    static Finding Create(Location place, Mark mark, string name, string how) =>
        new(Rule, place, ImmutableArray.Create<object>(name, how)) { Related = ImmutableArray.Create(Places.Of(mark.At)), RelatedIs = "called here" };
}
