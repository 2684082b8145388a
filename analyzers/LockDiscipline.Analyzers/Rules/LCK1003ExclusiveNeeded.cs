using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK1003: the lock is held, but shared, where it is needed exclusively.</summary>
internal static class LCK1003ExclusiveNeeded
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK1003",
        RuleDescriptor.Locks,
        "Exclusive lock needed, shared one held",
        "'{0}' needs '{1}' {2}",
        "A guarded member is written, or a method that requires the exclusive mode is called, while the lock is held in shared mode only; or a step from one mode to the other is taken from the wrong one.");

    public static void Check(BodyRules rules, IOperation site, string member, in Requirement need, Hold hold, PathState state)
    {
        if (need.IsMet)
        {
            rules.Findings.Judge(site, Rule, need.Path, state, null);
            return;
        }

        var (path, text) = (need.Path, need.Text);
        rules.Findings.Judge(site, Rule, path, state, () => Create(site, member, path!, text, hold, state));
    }

    /// <summary>What needs the one mode is done in the other.</summary>
    public static Finding Create(IOperation site, string member, Term path, string text, Hold hold, PathState state) =>
        new(Rule, Places.Of(site), ImmutableArray.Create<object>(member, text, hold.Mode == LockMode.Exclusive ? "shared; it is held exclusively" : "exclusively; it is held shared"))
        {
            Lock = path,
            Related = hold.At is null ? ImmutableArray<Location>.Empty : ImmutableArray.Create(Places.Of(hold.At)),
            RelatedIs = "acquired here",
            Properties = Describe.Lock(text, LockMode.Exclusive).SetItem(DiagnosticProperties.Held, Describe.Held(state)),
        };
}
