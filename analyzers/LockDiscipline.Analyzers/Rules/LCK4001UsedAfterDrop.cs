using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK4001: a reference is used after the hold of the lock that keeps it good has ended.</summary>
internal static class LCK4001UsedAfterDrop
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK4001",
        RuleDescriptor.Lifetimes,
        "Used after its lock was dropped",
        "'{0}' is used here, but the lock under which it was obtained has been dropped since",
        "A reference that is good only while a lock is continuously held ([ValidUnder], or read from a guarded member) is used after that hold ended, even if the lock was taken again.");

    public static void Check(BodyRules rules, in Breach breach, PathState state)
    {
        var (site, mark, name) = (breach.Site, breach.Mark!, breach.Name);
        var dropped = Dropped(state, mark.Under!);
        rules.Findings.Judge(site, Rule, mark.At, state, () => new Finding(Rule, Places.Of(site), ImmutableArray.Create<object>(name))
        {
            Related = dropped is null ? ImmutableArray.Create(Places.Of(mark.At)) : ImmutableArray.Create(Places.Of(mark.At), Places.Of(dropped)),
            RelatedIs = "obtained or dropped here",
        });
    }

    static IOperation? Dropped(PathState state, Term path)
    {
        foreach (var release in state.Released)
        {
            if (release.Lock.Equals(path))
                return release.At;
        }

        return null;
    }
}
