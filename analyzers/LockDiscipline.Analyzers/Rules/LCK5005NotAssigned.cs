using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK5005: a body returns a value that promises that something was assigned, and it was not.</summary>
internal static class LCK5005NotAssigned
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK5005",
        RuleDescriptor.Protocols,
        "Exit information not filled in",
        "{0} not assigned on a path that returns {1}",
        "On a path that returns the value named by [AssignedWhenReturns], a place that the contract lists was assigned neither here nor in a callee.");

    public static void CheckExit(BodyRules rules, in BodyLeft exit, PathState state)
    {
        if (rules.Body.Contract.Protocol is not { AssignedWhenReturns: { IsEmpty: false } clauses } || exit.IsThrow || exit.Returned is not { } returned)
            return;
        foreach (var clause in clauses)
        {
            if (Conditions.Truth(state, ConditionTerms.Equal(returned, clause.Value)) != true)
                continue;
            string? missing = null;
            int count = 0;
            foreach (var path in clause.Paths)
            {
                if (Evaluator.IsAssigned(rules.Host, state, path.Path))
                    continue;
                missing = missing is null ? $"'{path.Text}'" : $"{missing}, '{path.Text}'";
                count++;
            }

            if (missing is null)
                continue;
            var place = Places.OfExit(exit.Site, rules.Body.Graph.OriginalOperation.Syntax);
            var value = (exit.Site?.Syntax ?? rules.Body.Graph.OriginalOperation.Syntax).ToString();
            var what = $"{missing} {(count == 1 ? "is" : "are")}";
            rules.Findings.Judge((object?)exit.Site ?? place, Rule, clause, state, () => new Finding(Rule, place, ImmutableArray.Create<object>(what, value)));
        }
    }
}
