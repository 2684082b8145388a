using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK1002: a call without the lock that the callee's contract requires. A VMA looked up without the mmap lock is the model case.</summary>
internal static class LCK1002RequiredLock
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK1002",
        RuleDescriptor.Locks,
        "Call without the required lock",
        "'{0}' requires '{1}', which is not held here{2}",
        "A method, accessor, constructor or delegate that says [RequiresLock], or a helper found to need the lock, is called where the lock is not held.");

    public static void Check(BodyRules rules, in CallMade call, PathState state)
    {
        var (site, callee) = (call.Site, call.Callee);
        var name = Names.Of(callee, site);
        foreach (var need in Requirements.Of(call, state))
        {
            if (need.Path is not { } path)
                continue;
            var (mode, text) = (need.Mode, need.Text);
            if (need.Held is { } hold)
            {
                LCK1003ExclusiveNeeded.Check(rules, site, name, need, hold, state);
                rules.Findings.JudgeHeld(site, Rule, path, state, hold, null);
            }
            else if (!rules.IsCallersConcern(path, mode, text) && !Forwarding.IsAll(rules.Body, site, path))
            {
                rules.Findings.JudgeHeld(site, Rule, path, state, null, () => Missing.Finding(Rule, site, name, path, text, mode, state) with { Severity = GivenLocks.Is(rules.Host, path) && !rules.Host.IsOfThis(callee) ? Microsoft.CodeAnalysis.DiagnosticSeverity.Info : null });
            }
        }

        foreach (var need in call.Summary.Needs)
            CheckInferred(rules, call, need, name, state);
    }

    // A helper that needs a lock which some caller of it holds: this caller must, too.
    static void CheckInferred(BodyRules rules, in CallMade call, Need need, string name, PathState state)
    {
        var site = call.Site;
        if (need.Given.Assume(state, call.Binding) is null || call.Binding.Follow(state, need.Lock) is not { } path)
            return;
        var text = call.Binding.Render(need.Text, need.Lock);
        var hold = state.Find(path);
        if (hold is not null)
            rules.Findings.JudgeHeld(site, Rule, path, state, hold, null);
        bool isMet = hold is not null && (hold.Mode >= need.Mode || hold.Certainty != Certainty.Definite);
        if (isMet || rules.IsExempt(path, state) || !rules.Callers.SomeHolds(call.Callee, need.Lock, need.Mode) || rules.IsCallersConcern(path, need.Mode, text))
            return;
        if (hold is not null)
            rules.Findings.Judge(site, LCK1003ExclusiveNeeded.Rule, path, state, () => LCK1003ExclusiveNeeded.Create(site, name, path, text, hold, state));
        else
            rules.Findings.JudgeHeld(site, Rule, path, state, null, () => Missing.Finding(Rule, site, name, path, text, need.Mode, state));
    }
}
