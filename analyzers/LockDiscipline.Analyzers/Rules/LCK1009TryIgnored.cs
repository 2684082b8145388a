using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK1009: nobody looks whether an attempt to acquire succeeded.</summary>
internal static class LCK1009TryIgnored
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK1009",
        RuleDescriptor.Locks,
        "Result of a try-acquire ignored",
        "Whether '{0}' was acquired is not looked at",
        "The result of an attempt to acquire a lock is thrown away: what follows runs with and without the lock.");

    public static void Check(BodyRules rules, IOperation site, string text, PathState state) =>
        rules.Findings.Judge(site, Rule, text, state, () => new Finding(Rule, Places.Of(site), ImmutableArray.Create<object>(text))
        {
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, text),
        });
}
