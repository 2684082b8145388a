using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK1005: a lock is released that is not held, or held in another mode.</summary>
internal static class LCK1005NotHeld
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK1005",
        RuleDescriptor.Locks,
        "Lock released that is not held",
        "'{0}' is released here, but {1}",
        "A lock is released on a path on which it is not held, was released already, or is held in another mode than the one released.");

    public static void Check(BodyRules rules, in LockReleased released, PathState state)
    {
        var (site, path, text, mode) = (released.Site, released.Lock, released.Text, released.Mode);
        if (released.Hold is { } hold)
        {
            rules.Findings.JudgeHeld(site, Rule, path, state, hold, null, released.Turn);
            bool wrong = !released.IsRightMode && hold.Certainty == Certainty.Definite;
            if (released.Step is { } step)
            {
                rules.Findings.Judge(site, LCK1003ExclusiveNeeded.Rule, path, state, wrong ? () => LCK1003ExclusiveNeeded.Create(site, Names.Of(step, site), path, text, hold, state) : null);
                return;
            }

            rules.Findings.Judge(site, Rule, null, state, wrong ? () => Create(site, path, text, $"held {Describe.Mode(hold.Mode)}", hold.At) : null);
            return;
        }

        if (rules.IsPrimitive || rules.IsHelpersEffect(path) || Forwarding.IsAll(rules.Body, site, path))
            return;
        IOperation? before = null;
        foreach (var release in state.Released)
        {
            if (release.Lock.Equals(path))
                before = release.At;
        }

        rules.Findings.JudgeHeld(site, Rule, path, state, null, () => before is null
            ? Create(site, path, text, "not held", null) with { Severity = IsOfUsers(rules, path) || GivenLocks.Is(rules.Host, path) ? DiagnosticSeverity.Info : null }
            : Create(site, path, text, "not held any more", before), released.Turn);
    }

    // Its users acquired it, by another member of the type: nothing is wrong but that no contract says so.
    static bool IsOfUsers(BodyRules rules, Term path) => HandMade.Of(rules.Host, rules.Body, path).MayGiveBack(rules.Body.Owner);

    static Finding Create(IOperation site, Term path, string text, string how, IOperation? related) =>
        new(Rule, Places.Of(site), ImmutableArray.Create<object>(text, how))
        {
            Lock = path,
            IsBalance = true,
            Related = related is null ? ImmutableArray<Location>.Empty : ImmutableArray.Create(Places.Of(related)),
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, text),
        };
}
