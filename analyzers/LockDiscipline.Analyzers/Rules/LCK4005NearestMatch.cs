using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK4005: a nearest match is used before it was tested.</summary>
internal static class LCK4005NearestMatch
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK4005",
        RuleDescriptor.Lifetimes,
        "Nearest match taken for a hit",
        "'{0}' may not contain the address asked for: test it, and test it for null, first",
        "The result of a look-up that answers with the nearest match ([NearestMatch]) is used before it was tested for null and against the address, or for an address that has moved since.");

    public static void Check(BodyRules rules, in Breach breach, PathState state)
    {
        var (site, mark, name) = (breach.Site, breach.Mark!, breach.Name);
        rules.Findings.Judge(site, Rule, mark.At, state, () => new Finding(Rule, Places.Of(site), ImmutableArray.Create<object>(name))
        {
            Related = ImmutableArray.Create(Places.Of(mark.At)),
            RelatedIs = "looked up here",
        });
    }
}
