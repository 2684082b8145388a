using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK5001: a sequence is committed without a recheck under a lock held since.</summary>
internal static class LCK5001CommittedUnchecked
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK5001",
        RuleDescriptor.Protocols,
        "Committed without a recheck",
        "'{0}' commits '{1}' without a recheck under a lock that is held since",
        "A [SequenceCommit] is reached on a path with no [SequenceRecheck], or with one under a lock that was dropped since.");

    public static void Check(BodyRules rules, in Breach breach, PathState state)
    {
        var (site, sequence, name) = (breach.Site, breach.What, breach.Name);
        rules.Findings.Judge(site, Rule, sequence, state, () => new Finding(Rule, Places.Of(site), ImmutableArray.Create<object>(name, sequence))
        {
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.What, sequence),
        });
    }
}
