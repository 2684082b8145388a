using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK3002: an error result is assigned again, or merged with another, before it was tested: <c>ret |= handler(...)</c>; or although it was found to be an error.</summary>
internal static class LCK3002ResultOverwritten
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK3002",
        RuleDescriptor.Results,
        "Error result overwritten",
        "The result of '{0}' is lost here before it was dealt with",
        "A variable that holds an unchecked [MustCheck] result, or one that was found to be an error, is assigned another value, or merged with one by |=, &= or +=.");

    static readonly ImmutableDictionary<string, string?> s_error =
        ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Kind, DiagnosticProperties.Failed);

    public static void Check(BodyRules rules, in ResultLost lost, PathState state)
    {
        bool isError = lost.How == LostResult.ErrorOverwritten;
        if (lost.How != LostResult.Overwritten && !(isError && ErrorReturns.Has(rules.Contracts, rules.Body, lost.Call.Type)))
            return;
        var (site, call) = (lost.Site, lost.Call);
        rules.Findings.Judge(site, Rule, null, state, () => new Finding(Rule, Places.OfAssignment(site), ImmutableArray.Create<object>(LCK3001ResultIgnored.NameOf(call)))
        {
            Related = ImmutableArray.Create(Places.Of(call)),
            RelatedIs = "the result that is lost",
            Properties = isError ? s_error : ImmutableDictionary<string, string?>.Empty,
        });
    }
}
