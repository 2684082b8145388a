using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK5006: what was read under an earlier hold of the lock comes back as the new value: what others wrote in between is lost.</summary>
internal static class LCK5006StaleWriteBack
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK5006",
        RuleDescriptor.Protocols,
        "Stale value written back",
        "'{0}' gets a value computed from what was read of it before its lock was released",
        "A guarded member is written with a value that comes from what was read of it under an earlier hold of its lock, and that was not compared with what it holds now.");

    public static void Check(BodyRules rules, in Breach breach, PathState state)
    {
        var (site, name) = (breach.Site, breach.Name);
        rules.Findings.Judge(site, Rule, null, state, () => new Finding(Rule, Places.OfAssignment(site), ImmutableArray.Create<object>(name)));
    }
}
