using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK5004: a call needs a condition that was not tested on every path to it.</summary>
internal static class LCK5004TestMissing
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK5004",
        RuleDescriptor.Protocols,
        "Needed test is missing",
        "'{0}' needs '{1}', which {2}",
        "A call of a member with [RequiresTest] is reached on a path on which its condition was not tested and is not evident, or is known to be false.");

    public static void Check(BodyRules rules, in Breach breach, PathState state)
    {
        var (site, name, text, isFalse) = (breach.Site, breach.Name, breach.Mark!.What, breach.What.Length > 0);
        rules.Findings.Judge(site, Rule, text, state, () => Create(site, name, text, isFalse));
    }

    /// <summary>A helper leaves the test to its callers; one without any has to make it.</summary>
    public static void CheckExit(BodyRules rules, PathState state)
    {
        foreach (var mark in state.Marks)
        {
            if (mark.Kind == MarkKind.Untested && !rules.HasCallers)
                rules.Findings.Judge(mark.At, Rule, mark.What, state, () => Create(mark.At, LCK3001ResultIgnored.NameOf(mark.At), mark.What, isFalse: false));
        }
    }

    static Finding Create(IOperation site, string name, string text, bool isFalse) =>
        new(Rule, Places.Of(site), ImmutableArray.Create<object>(name, text, isFalse ? "does not hold here" : "was not tested on every path"))
        {
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.What, text).Add(DiagnosticProperties.Kind, isFalse ? DiagnosticProperties.Failed : null),
        };
}
