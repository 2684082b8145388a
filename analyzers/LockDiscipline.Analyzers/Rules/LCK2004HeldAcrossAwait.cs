using System.Collections.Immutable;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK2004: a lock that its own thread must release is held where the thread is given up.</summary>
internal static class LCK2004HeldAcrossAwait
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK2004",
        RuleDescriptor.Context,
        "Thread-bound lock held across await or yield",
        "'{0}' is held across this {1}, but only the thread that acquired it may release it",
        "An await, await foreach, await using or yield is reached while a lock is held that belongs to a thread: Monitor, Lock, SpinLock, ReaderWriterLockSlim, Mutex, or a [Lock] type that does not say ThreadBound = false.");

    public static void Check(BodyRules rules, IOperation site, PathState state)
    {
        bool isYield = site is IReturnOperation;
        Hold? bound = null;
        foreach (var hold in state.Locks)
        {
            if (!hold.Traits.ThreadBound || hold.Certainty != Certainty.Definite || IsAcquiredBy(hold, site))
                continue;
            // What enumerates holds its lock itself, from before the first round to behind the last.
            if (isYield && hold.Source == HoldSource.Caller)
                continue;
            bound = hold;
        }

        rules.Findings.Judge(site, Rule, null, state, bound is null ? null : () => Create(site, bound, isYield ? "yield" : "await"));
    }

    // Acquired by what is awaited: it is held only from then on.
    static bool IsAcquiredBy(Hold hold, IOperation site) =>
        hold.At is { } acquire && site is IAwaitOperation && acquire.Syntax.SyntaxTree == site.Syntax.SyntaxTree && site.Syntax.Span.Contains(acquire.Syntax.Span);

    static Finding Create(IOperation site, Hold hold, string what) =>
        new(Rule, Places.OfSuspension(site.Syntax), ImmutableArray.Create<object>(hold.Text, what))
        {
            Related = hold.At is null ? ImmutableArray<Location>.Empty : ImmutableArray.Create(Places.Of(hold.At)),
            RelatedIs = "acquired here",
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, hold.Text),
        };
}
