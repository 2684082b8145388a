using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK4006: a release is given the token of another acquire.</summary>
internal static class LCK4006WrongToken
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK4006",
        RuleDescriptor.Lifetimes,
        "Token given to the wrong release",
        "'{0}' is not what the acquire of this lock returned",
        "The [LockToken] given to a release is a constant, was given back already, or is that of another acquire.");

    public static void Check(BodyRules rules, in Breach breach, PathState state)
    {
        var (site, mark, name) = (breach.Site, breach.Mark, breach.Name);
        rules.Findings.Judge(site, Rule, null, state, () => new Finding(Rule, Places.Of(site), ImmutableArray.Create<object>(name))
        {
            Related = mark is null ? ImmutableArray<Location>.Empty : ImmutableArray.Create(Places.Of(mark.At)),
            RelatedIs = "a token of this lock, or the one given",
        });
    }
}
