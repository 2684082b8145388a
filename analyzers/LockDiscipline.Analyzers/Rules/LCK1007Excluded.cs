using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK1007: a call while a lock is held that the callee's contract excludes.</summary>
internal static class LCK1007Excluded
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK1007",
        RuleDescriptor.Locks,
        "Must not be called with this lock held",
        "'{0}' must not be called with '{1}' held",
        "A method that says [ExcludesLock] is called on a path that holds that lock.");

    public static void Check(BodyRules rules, in CallMade call, PathState state)
    {
        var site = call.Site;
        foreach (var clause in call.Contract.Excludes)
        {
            if (call.Binding.Follow(state, clause.Path) is not { } path)
                continue;
            var hold = state.Find(path);
            bool wrong = hold is { Certainty: Certainty.Definite };
            if (wrong && call.Contract.LockedVariant is { } variant)
            {
                // It takes the lock itself, and says what to call by those who hold it.
                var again = call.Binding.Render(clause.Text, clause.Path);
                rules.Findings.Judge(site, LCK1006AcquiredAgain.Rule, path, state, () => LCK1006AcquiredAgain.Create(site, path, again, hold!, variant));
                continue;
            }

            var (name, text) = (Names.Of(call.Callee, site), call.Binding.Render(clause.Text, clause.Path));
            rules.Findings.Judge(site, Rule, path, state, wrong ? () => Create(site, name, path, text, hold!) : null);
        }

        // A callee that takes the lock itself is told of as such (LCK1006).
        if (!rules.Host.Cache.Names.HasExclusions || state.Locks.IsEmpty || call.Contract.SpeaksOfLocks)
            return;
        var reach = rules.Host.ReachOf(call.Callee, rules.Body);
        foreach (var exclusion in reach.Excludes)
        {
            if (call.Binding.Follow(state, exclusion.Lock) is not { } path || Takes(reach, exclusion.Lock))
                continue;
            var (name, text, hold) = (Names.Of(call.Callee, site), call.Binding.Render(exclusion.Text, exclusion.Lock), state.Find(path));
            bool isMeant = exclusion.Given.Assume(state, call.Binding) is not null;
            rules.Findings.Judge(site, Rule, path, state, isMeant && hold is { Certainty: Certainty.Definite } ? () => Create(site, name, path, text, hold) : null);
        }
    }

    static bool Takes(Reach reach, Term path)
    {
        foreach (var taken in reach.Takes)
        {
            if (taken.Lock.Equals(path))
                return true;
        }

        return false;
    }

    static Finding Create(IOperation site, string name, Term path, string text, Hold hold) =>
        new(Rule, Places.Of(site), ImmutableArray.Create<object>(name, text))
        {
            Lock = path,
            Related = hold.At is null ? ImmutableArray<Location>.Empty : ImmutableArray.Create(Places.Of(hold.At)),
            RelatedIs = "acquired here",
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, text),
        };
}
