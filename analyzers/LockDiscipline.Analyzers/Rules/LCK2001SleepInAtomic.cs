using System.Collections.Immutable;
using System.Text;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK2001: something that may sleep, while a spinning lock is held or in a body that must not sleep. No mutex under <c>mmu_lock</c>.</summary>
internal static class LCK2001SleepInAtomic
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK2001",
        RuleDescriptor.Context,
        "May sleep in atomic context",
        "{0} may sleep, {1}",
        "A call that can block, or the blocking acquire of a sleeping lock, is reached while a [Lock(Spinning = true)] lock is held, or in a [NoSleep] body.");

    public static void Check(BodyRules rules, in CallMade call, PathState state)
    {
        var site = call.Site;
        bool noSleep = rules.Body.Contract.NoSleep || rules.Body.RunsWithin?.Contract.NoSleep == true;
        if (!noSleep && !IsAtomic(state))
        {
            rules.Findings.Judge(site, Rule, null, state, null);
            return;
        }

        // Only where it matters: what a call can reach takes the time to look into every callee.
        foreach (var sleep in Sleeping.Of(rules.Host, call, rules.Body, state))
        {
            var spinning = Spinning(state, sleep);
            if (spinning is null && !noSleep)
                continue;
            rules.Findings.Judge(site, Rule, null, state, () => Create(site, sleep.Chain, spinning));
            return;
        }
    }

    static bool IsAtomic(PathState state)
    {
        foreach (var hold in state.Locks)
        {
            if (hold.Traits.Spinning && hold.Certainty == Certainty.Definite)
                return true;
        }

        return false;
    }

    // The first lock that is still held when it sleeps, and whose holder must not.
    static Hold? Spinning(PathState state, Sleep sleep)
    {
        foreach (var hold in state.Locks)
        {
            if (hold.Traits.Spinning && hold.Certainty == Certainty.Definite && !sleep.Without.Contains(hold.Lock))
                return hold;
        }

        return null;
    }

    static Finding Create(IOperation site, ImmutableArray<ChainLink> chain, Hold? spinning)
    {
        var words = new StringBuilder();
        var related = ImmutableArray.CreateBuilder<Location>();
        if (spinning?.At is { } acquire)
            related.Add(Places.Of(acquire));
        for (int i = 0; i < chain.Length; i++)
        {
            words.Append(i == 0 ? "'" : " -> '").Append(chain[i].Name).Append('\'');
            if (i > 0 && chain[i].Location.SourceTree == site.Syntax.SyntaxTree)
                related.Add(chain[i].Location);
        }

        var why = spinning is null ? "in a body that must not" : $"while '{spinning.Text}' is held, whose holder must not";
        return new Finding(Rule, Places.Of(site), ImmutableArray.Create<object>(words.ToString(), why))
        {
            Related = related.ToImmutable(),
            Properties = spinning is null
                ? ImmutableDictionary<string, string?>.Empty
                : ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, spinning.Text).Add(DiagnosticProperties.Held, spinning.Text),
        };
    }
}
