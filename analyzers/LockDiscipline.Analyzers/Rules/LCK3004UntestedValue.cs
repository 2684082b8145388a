using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK3004: a member that only a success has is read where success is not established, or established not to be.</summary>
internal static class LCK3004UntestedValue
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK3004",
        RuleDescriptor.Results,
        "Value used before its error test",
        "'{0}' is read where the result {1}",
        "A member of a result that is there only after success ([OnSuccess]) is read on a path on which the result was not tested, or is an error.");

    static readonly ImmutableDictionary<string, string?> s_failed =
        ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Kind, DiagnosticProperties.Failed);

    public static void Check(BodyRules rules, in Breach breach, PathState state)
    {
        var (site, name, hasFailed) = (breach.Site, breach.Name, breach.What.Length > 0);
        // Whoever calls a helper may have tested what it hands over.
        if (!hasFailed && breach.Mark!.Value!.Root.Kind is TermKind.Parameter or TermKind.This && rules.HasCallers)
            return;
        rules.Findings.Judge(site, Rule, null, state, () => new Finding(Rule, Places.Of(site), ImmutableArray.Create<object>(name, hasFailed ? "is an error" : "was not tested"))
        {
            Properties = hasFailed ? s_failed : ImmutableDictionary<string, string?>.Empty,
        });
    }
}
