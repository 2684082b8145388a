using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK4004: an owned value goes to the wrong consumer, goes there twice, or is used afterwards.</summary>
internal static class LCK4004ReleasedWrongly
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK4004",
        RuleDescriptor.Lifetimes,
        "Released wrongly, twice, or used afterwards",
        "'{0}' {1}",
        "An owned value goes to a consumer of another kind, goes to its consumer a second time, or is used after that.");

    public static void Check(BodyRules rules, in Breach breach, PathState state)
    {
        var (site, mark, name) = (breach.Site, breach.Mark!, breach.Name);
        var kind = breach.Kind switch { BreachKind.WrongConsumer => DiagnosticProperties.WrongKind, BreachKind.ConsumedTwice => DiagnosticProperties.Twice, _ => null };
        var what = breach.Kind switch
        {
            BreachKind.WrongConsumer => $"takes '{breach.What}', and is given '{mark.What}'",
            BreachKind.ConsumedTwice => "is given what has been released already",
            _ => "is used here after it was released",
        };
        rules.Findings.Judge(site, Rule, mark.At, state, () => new Finding(Rule, Places.Of(site), ImmutableArray.Create<object>(name, what))
        {
            Related = ImmutableArray.Create(Places.Of(mark.At)),
            RelatedIs = mark.Kind == MarkKind.Consumed ? "released here" : "obtained here",
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.What, mark.What).Add(DiagnosticProperties.Kind, kind),
        });
    }
}
