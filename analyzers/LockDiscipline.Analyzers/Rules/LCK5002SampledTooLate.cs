using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK5002: what is committed was fetched before the sample. Stands at the fetch.</summary>
internal static class LCK5002SampledTooLate
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK5002",
        RuleDescriptor.Protocols,
        "Sampled too late",
        "'{0}' is fetched before the sequence was sampled: a change in between goes unnoticed",
        "A [SequenceFetch] comes before the [SequenceSample], or there is none, so that the recheck cannot see a change in between.");

    public static void Check(BodyRules rules, in Breach breach, PathState state)
    {
        var (site, sequence) = (breach.Site, breach.What);
        rules.Findings.Judge(site, Rule, sequence, state, () => new Finding(Rule, Places.Of(site), ImmutableArray.Create<object>(sequence))
        {
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.What, sequence),
        });
    }
}
