using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// Finds where a contract asks more of callers, or gives them less, than the contract of what is overridden: those who call through the base know only that one.
/// </summary>
/// <param name="own">What is stated of the override.</param>
/// <param name="above">What it would inherit, in its own parameters.</param>
/// <param name="isForeign">What is overridden belongs to the framework and has no contract, so that nobody can state one there.</param>
internal sealed class Weakening(MemberContract own, MemberContract above, bool isForeign)
{
    readonly List<string> _found = new();

    /// <summary>Each point in words, with the override for subject; empty for a contract that fits.</summary>
    public static IReadOnlyList<string> Of(MemberContract own, MemberContract above, bool isForeign)
    {
        var weakening = new Weakening(own, above, isForeign);
        if (own.SpeaksOfLocks)
            weakening.CompareLocks();
        if (own.IsGuarded)
            weakening.CompareGuards();
        if (own.Returns is { } mine && above.Returns is { } theirs && !IsSame(mine, theirs))
            weakening.Add("returns", mine);
        weakening.CompareContext();
        if (own.Protocol is { } protocol)
            weakening.CompareProtocol(protocol, above.Protocol ?? ProtocolContract.None);
        return weakening._found;
    }

    /// <summary>The same for a parameter.</summary>
    public static IReadOnlyList<string> OfParameter(string name, MemberContract own, MemberContract above)
    {
        var found = new List<string>();
        if (own.IsNone)
            return found;
        var (mine, theirs) = (own.Protocol ?? ProtocolContract.None, above.Protocol ?? ProtocolContract.None);
        if (own.NoSleep && !above.NoSleep)
            found.Add($"wants no sleep in '{name}'");
        if (mine.Consumes is not null && (mine.Consumes != theirs.Consumes || (mine.ConsumesWhen != theirs.ConsumesWhen && mine.ConsumesWhen is null)))
            found.Add($"consumes '{name}'");
        if (theirs.Consumes is not null && (mine.Consumes is null || (mine.Consumes == theirs.Consumes && mine.ConsumesWhen is not null && mine.ConsumesWhen != theirs.ConsumesWhen)))
            found.Add($"does not consume '{name}'{(mine.Consumes is null ? "" : " on every such return")}");
        if (mine.IsToken && !theirs.IsToken)
            found.Add($"wants a token in '{name}'");
        if (mine.Owned is not null && (mine.Owned != theirs.Owned || (mine.OwnedAlways && !theirs.OwnedAlways) || (mine.OwnedWhen == false && theirs.OwnedWhen != false && !theirs.OwnedAlways)))
            found.Add($"gives an owned value to '{name}'");
        foreach (var clause in mine.ValidUnder)
        {
            if (Find(theirs.ValidUnder, clause) is null)
                found.Add($"limits '{name}' to '{Text(clause)}'");
        }

        return found;
    }

    void CompareLocks()
    {
        foreach (var clause in own.Requires)
        {
            if (!IsHeldOnEntry(clause))
                Add("requires", clause);
        }

        foreach (var clause in own.Asserts)
        {
            if (!IsHeldOnEntry(clause))
                Add("asserts", clause);
        }

        foreach (var clause in own.Excludes)
        {
            if (Find(above.Excludes, clause) is null && Find(above.Acquires, clause) is null)
                Add("excludes", clause);
        }

        CompareEffects(own.Acquires, above.Acquires, above.TryAcquires, "acquires");
        CompareEffects(own.TryAcquires, above.TryAcquires, ImmutableArray<LockClause>.Empty, "tries to acquire");
        CompareEffects(own.Releases, above.Releases, ImmutableArray<LockClause>.Empty, "releases");
        CompareEffects(own.Drops, above.Drops, above.Releases, "releases for a while");
        CompareEffects(own.Downgrades, above.Downgrades, ImmutableArray<LockClause>.Empty, "downgrades");
        CompareEffects(own.Upgrades, above.Upgrades, ImmutableArray<LockClause>.Empty, "upgrades");
        CompareKept(above.Acquires, own.Acquires, ImmutableArray<LockClause>.Empty, "does not acquire");
        CompareKept(above.TryAcquires, own.TryAcquires, own.Acquires, "does not try to acquire");
        CompareKept(above.Releases, own.Releases, ImmutableArray<LockClause>.Empty, "does not release");
        CompareKept(above.Downgrades, own.Downgrades, ImmutableArray<LockClause>.Empty, "does not downgrade");
        CompareKept(above.Upgrades, own.Upgrades, ImmutableArray<LockClause>.Empty, "does not upgrade");
        CompareKept(above.Asserts, own.Asserts, own.Requires, "does not assert");
        CompareKept(above.Tests, own.Tests, ImmutableArray<LockClause>.Empty, "does not test");
    }

    // What callers see happen to their locks, and the base does not tell them.
    void CompareEffects(ImmutableArray<LockClause> mine, ImmutableArray<LockClause> theirs, ImmutableArray<LockClause> orTheirs, string verb)
    {
        foreach (var clause in mine)
        {
            // An object that its users do not know for a lock is none to them.
            bool isPrivate = above.IsNone && (isForeign || clause.Path.Kind == TermKind.This);
            if (!isPrivate && Find(theirs, clause) is null && Find(orTheirs, clause) is null)
                Add(verb, clause);
        }
    }

    // What the base promises, in that mode and on that result.
    void CompareKept(ImmutableArray<LockClause> theirs, ImmutableArray<LockClause> mine, ImmutableArray<LockClause> orMine, string verb)
    {
        foreach (var clause in theirs)
        {
            if (Find(orMine, clause) is not null)
                continue;
            if (Find(mine, clause) is not { } kept)
                Add(verb, clause);
            else if (kept.Mode is { } mode && clause.Mode is { } promised && mode != promised)
                _found.Add($"{verb} '{Text(clause)}' {(promised == LockMode.Shared ? "shared" : "exclusively")}");
            else if (kept.Result != clause.Result)
                _found.Add($"{verb} '{Text(clause)}' with that result");
        }
    }

    void CompareGuards()
    {
        foreach (var clause in own.GuardedBy)
        {
            if (Find(above.GuardedBy, clause) is null && Find(above.Requires, clause) is null)
                Add("is guarded by", clause);
        }

        bool readsFreely = false;
        foreach (var clause in above.GuardedBy)
            readsFreely |= Find(own.GuardedByAny, clause) is not null;
        foreach (var clause in own.GuardedByAny)
        {
            if (Find(above.GuardedByAny, clause) is null && Find(above.GuardedBy, clause) is null)
                Add("is guarded by", clause);
        }

        if (own.GuardedByAny.IsEmpty || readsFreely)
            return;
        foreach (var clause in above.GuardedByAny)
        {
            if (Find(own.GuardedByAny, clause) is null)
                Add("is not guarded by", clause);
        }
    }

    void CompareContext()
    {
        if (isForeign)
            return;
        if (own.MaySleep && !above.MaySleep && own.Drops.IsEmpty && own.WaitsFor.IsEmpty)
            _found.Add("may sleep");
        foreach (var clause in own.WaitsFor)
        {
            if (Find(above.WaitsFor, clause) is null)
                Add("waits for", clause);
        }
    }

    void CompareProtocol(ProtocolContract mine, ProtocolContract theirs)
    {
        foreach (var clause in mine.ValidUnder)
        {
            if (Find(theirs.ValidUnder, clause) is null)
                Add("returns what is valid only under", clause);
        }

        foreach (var test in mine.RequiresTest)
        {
            bool isKnown = false;
            foreach (var other in theirs.RequiresTest)
                isKnown |= other.Condition.Equals(test.Condition) || other.Text == test.Text;
            if (!isKnown)
                _found.Add($"requires the test '{test.Text}'");
        }

        foreach (var what in mine.RequiresSettled)
        {
            if (!theirs.RequiresSettled.Contains(what))
                _found.Add($"requires '{what}' to be settled");
        }

        foreach (var settled in theirs.Settles)
        {
            if (mine.MaySettle(settled.What) && !mine.IsSureToSettle(settled.What) && !mine.Settles.Contains(settled))
                _found.Add($"does not settle '{settled.What}' on every such return");
        }

        foreach (var pending in mine.LeavesPending)
        {
            if (!theirs.LeavesPending.Contains(pending) && !theirs.LeavesPending.Contains(pending with { WhenReturns = null }))
                _found.Add($"leaves '{pending.What}' pending");
        }

        foreach (var step in mine.Sequence)
        {
            if (step.Step == SequenceStep.Commit && !theirs.Sequence.Contains(step))
                _found.Add($"commits '{step.Name}'");
        }

        if (mine.NearestTo is not null && theirs.NearestTo is null)
            _found.Add("returns the nearest match only");
        if (mine.Owned is not null && mine.Owned != theirs.Owned)
            _found.Add($"returns a value of kind '{mine.Owned}' that has to be given back");
    }

    // What the base has callers hold, for whatever reason.
    bool IsHeldOnEntry(LockClause clause)
    {
        foreach (var other in above.Requires.AddRange(above.Asserts))
        {
            if (IsSame(other, clause) && (other.Mode ?? LockMode.Exclusive) >= (clause.Mode ?? LockMode.Exclusive))
                return true;
        }

        return Find(above.Releases, clause) is not null || Find(above.Drops, clause) is not null
            || Find(above.Downgrades, clause) is not null || Find(above.Upgrades, clause) is not null;
    }

    void Add(string verb, LockClause clause) => _found.Add($"{verb} '{Text(clause)}'{(clause.Mode == LockMode.Exclusive && IsInBoth(clause) ? " exclusively" : "")}");

    // The same lock, and it is the mode that differs.
    bool IsInBoth(LockClause clause) => Find(own.Requires, clause) is not null && Find(above.Requires, clause) is not null;

    static string Text(LockClause clause) => clause.Text.Length == 0 ? "this" : clause.Text;

    static LockClause? Find(ImmutableArray<LockClause> clauses, LockClause wanted)
    {
        foreach (var clause in clauses)
        {
            if (IsSame(clause, wanted))
                return clause;
        }

        return null;
    }

    static bool IsSame(LockClause a, LockClause b)
    {
        if (a.Path.Equals(b.Path))
            return true;
        // Two fields of one name are two locks; a property that is overridden, or a member that is not imported, is told by its name.
        if (a.Path.Symbol is IFieldSymbol first && b.Path.Symbol is IFieldSymbol second)
            return a.Path.Kind == b.Path.Kind && SymbolEqualityComparer.Default.Equals(first.OriginalDefinition, second.OriginalDefinition) && Tail(a).Equals(Tail(b), StringComparison.Ordinal);
        return a.Path.Root.Kind == b.Path.Root.Kind && a.Text.Length > 0
            && (a.Path.Root.Kind == TermKind.Parameter ? a.Path.Root.Equals(b.Path.Root) && Tail(a) == Tail(b) : a.Text == b.Text);
    }

    // Parameters may have other names.
    static string Tail(LockClause clause)
    {
        int dot = clause.Path.Root.Kind == TermKind.Parameter ? clause.Text.IndexOf('.') : -1;
        return dot < 0 && clause.Path.Root.Kind == TermKind.Parameter ? "" : clause.Text.Substring(dot + 1);
    }
}
