using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK1006: a lock that is not reentrant is acquired by a path that holds it, directly or in a callee.</summary>
internal static class LCK1006AcquiredAgain
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK1006",
        RuleDescriptor.Locks,
        "Lock acquired again",
        "'{0}' is acquired while this path holds it already{1}",
        "A lock that its holder cannot take twice is acquired again on the same path, which then waits for itself.");

    public static void Check(BodyRules rules, in LockAcquired acquired, PathState state)
    {
        if (acquired.IsTry)
            return;
        var (site, path, text, conflict) = (acquired.Site, acquired.Lock, acquired.Text, acquired.Conflict);
        if (conflict is null)
        {
            rules.Findings.Judge(site, Rule, path, state, null);
            return;
        }

        if (ReferenceEquals(conflict.At, site))
        {
            rules.Findings.Judge(site, LCK1008HeldOnOnePath.Rule, path, state, () => LCK1008HeldOnOnePath.InLoop(conflict));
            return;
        }

        var variant = rules.Contracts.Of(acquired.Callee).LockedVariant;
        rules.Findings.Judge(site, Rule, path, state, () => Create(site, path, text, conflict, variant));
    }

    /// <summary>The callee takes a lock that is held here.</summary>
    public static void Check(BodyRules rules, in CallMade call, PathState state)
    {
        var site = call.Site;
        if (call.Contract.SpeaksOfLocks || !HoldsExcluding(state))
        {
            foreach (var path in rules.TakenInCallee(site))
                rules.Findings.Judge(site, Rule, path, state, null);
            return;
        }

        foreach (var taken in rules.Host.ReachOf(call.Callee, rules.Body).Takes)
        {
            if (call.Binding.Follow(state, taken.Lock) is not { } path)
                continue;
            var conflict = taken.Given.Assume(state, call.Binding) is null ? null : LockEffects.Conflict(state, path, taken.Mode, taken.Traits, null);
            rules.NoteTaken(site, path);
            var text = call.Binding.Render(taken.Text, taken.Lock);
            var variant = call.Contract.LockedVariant;
            rules.Findings.Judge(site, Rule, path, state, conflict is null ? null : () => Create(site, path, text, conflict, variant));
        }
    }

    // A lock is held that excludes itself in some mode: only then can a callee's acquire be a second one.
    static bool HoldsExcluding(PathState state)
    {
        foreach (var hold in state.Locks)
        {
            if (hold.Certainty == Certainty.Definite && (hold.Traits.Reentrant == false || hold.Mode == LockMode.Shared))
                return true;
        }

        return false;
    }

    /// <summary>The callee's stated contract excludes a lock for which there is a variant that wants it held.</summary>
    public static Finding Create(IOperation site, Term path, string text, Hold conflict, string? variant) =>
        new(Rule, Places.Of(site), ImmutableArray.Create<object>(text, variant is null ? "" : $"; call '{variant}' instead"))
        {
            Lock = path,
            IsBalance = true,
            Related = conflict.At is null ? ImmutableArray<Location>.Empty : ImmutableArray.Create(Places.Of(conflict.At)),
            RelatedIs = "acquired here",
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, text).Add(DiagnosticProperties.LockedVariant, variant),
        };
}
