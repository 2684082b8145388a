using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK9004: what a helper needs of its callers' locks, or does to them, is the same for all of them and not written down. Stands at the helper's name.</summary>
/// <remarks>
/// All that the helper is to its callers is stated at once, or nothing: of a helper that states some of it, nothing more is inferred.
/// So a helper that needs a lock which one of its callers does not hold, does one thing on some paths and another on others, or
/// speaks of a lock that its declaration cannot name, is passed over.
/// </remarks>
internal static class LCK9004ContractCanBeStated
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Offer(
        "LCK9004",
        RuleDescriptor.Contracts,
        "Contract can be stated",
        "'{0}' can state {1}: its body and all its callers agree",
        "A method not visible outside the assembly needs a lock that every caller holds, or leaves one held or released on every path, and does not say so.");

    /// <summary>Judges a body that was found to leave something about locks to its callers.</summary>
    /// <param name="rules">The rules of that body.</param>
    /// <param name="needs">The locks that it needs its callers to hold.</param>
    /// <param name="exits">The ways in which it is left.</param>
    public static void Check(BodyRules rules, List<CallersNeed> needs, List<(BodyLeft Exit, PathState State)> exits)
    {
        if (rules.Body.Method is not { } method || rules.Body.IsVisible || !CanState(rules, method))
            return;
        var clauses = new List<StatedClause>();
        if (!Effects(rules, method, exits, clauses) || !Needs(rules, method, needs, clauses) || clauses.Count == 0 || !rules.Host.HasFixedCode(method))
            return;
        foreach (var clause in clauses)
        {
            if (rules.Contracts.Compilation.GetTypeByMetadataName($"{Vocabulary.Namespace}.{clause.Attribute}Attribute") is null)
                return;
        }

        rules.Findings.Judge(method, Rule, null, PathState.Entry, () => Create(rules, method, clauses));
    }

    // What callers through a base or an interface see is stated there; a function within a body needs no word of what is around it.
    static bool CanState(BodyRules rules, IMethodSymbol method)
    {
        if (rules.Body.Contract.SpeaksOfLocks || rules.IsIterator || method.IsOverride || method.IsVirtual || method.Name == "Main"
            || method.MethodKind is not (MethodKind.Ordinary or MethodKind.Constructor or MethodKind.PropertyGet or MethodKind.PropertySet)
            || PrimaryConstructors.Is(method))
        {
            return false;
        }

        foreach (var implemented in Implementations.Of(method))
        {
            if (implemented is not null)
                return false;
        }

        return true;
    }

    // The same on every path, or nothing that can be stated.
    static bool Effects(BodyRules rules, IMethodSymbol method, List<(BodyLeft Exit, PathState State)> exits, List<StatedClause> clauses)
    {
        PathState? first = null;
        bool same = true;
        foreach (var (exit, state) in exits)
        {
            if (state.Implicit || exit.IsThrow)
                continue;
            same &= first is null || SameEffect(first, state);
            first = state;
        }

        if (!same)
            return Attempt.Of(exits) is { } attempt && Adds(attempt.Taken, attempt.Result, Vocabulary.TryAcquiresLock);

        if (first is null)
            return false;
        foreach (var owed in first.Owed)
        {
            if (owed.Count > 1 || !Add(Vocabulary.ReleasesLock, owed.Lock, owed.Text, owed.Mode) || !rules.Agreement.AllHold(method, owed.Lock, owed.Mode ?? LockMode.Shared))
                return false;
        }

        foreach (var mark in first.Marks)
        {
            // Dropped, here or in a call, and taken again; what stays dropped is released.
            if (mark.Kind != MarkKind.Dropped || Find(clauses, mark.Under!) is not null)
                continue;
            var hold = HoldOf(first, mark.Under!);
            if (hold is { Source: not HoldSource.Caller } or { Mode: not LockMode.Exclusive } || !Add(Vocabulary.ReleasesTemporarily, mark.Under!, hold?.Text ?? "", null) || !rules.Agreement.AllHold(method, mark.Under!, LockMode.Exclusive))
                return false;
        }

        foreach (var hold in first.Locks)
        {
            if (hold.Source == HoldSource.Caller && Find(clauses, hold.Lock) is { Attribute: Vocabulary.ReleasesTemporarily })
                continue;
            if (!Attempt.IsOpen(hold) || !Adds(hold, result: true, Vocabulary.AcquiresLock))
                return false;
        }

        return true;

        bool Adds(Hold taken, bool result, string attribute) =>
            Add(attribute, taken.Lock, taken.Text, taken.Mode == LockMode.Shared ? LockMode.Shared : null, result) && rules.Agreement.AllRelease(method, taken.Lock, taken.Mode);

        bool Add(string attribute, Term path, string seen, LockMode? mode, bool result = true)
        {
            if (WrittenPath.Of(rules.Contracts, method, path, seen) is not { } text)
                return false;
            clauses.Add(new StatedClause(attribute, text, path, mode) { Result = result });
            return true;
        }
    }

    static bool Needs(BodyRules rules, IMethodSymbol method, List<CallersNeed> needs, List<StatedClause> clauses)
    {
        foreach (var need in needs)
        {
            var path = need.Lock;
            if (Find(clauses, path) is { Attribute: not Vocabulary.RequiresLock } effect)
            {
                // Released here, it was held before, in whatever mode that says; acquired here, it was not.
                if (effect.Attribute is Vocabulary.AcquiresLock or Vocabulary.TryAcquiresLock || (effect.Mode == LockMode.Shared && need.Mode == LockMode.Exclusive))
                    return false;
                continue;
            }

            if (WrittenPath.Of(rules.Contracts, method, path, need.Text) is not { } text)
                return false;
            int known = clauses.FindIndex(clause => clause.Lock.Equals(path));
            if (known < 0)
                clauses.Add(new StatedClause(Vocabulary.RequiresLock, text, path, need.Mode == LockMode.Shared ? LockMode.Shared : null));
            else if (need.Mode == LockMode.Exclusive)
                clauses[known] = clauses[known] with { Mode = null };
        }

        foreach (var clause in clauses)
        {
            if (clause.Attribute != Vocabulary.RequiresLock)
                continue;
            // One that takes the lock itself, too, on some way or in some call, has more to say than one attribute can.
            foreach (var taken in rules.Host.ReachOf(method, caller: null).Takes)
            {
                if (taken.Lock.Equals(clause.Lock))
                    return false;
            }

            if (!rules.Agreement.AllHold(method, clause.Lock, clause.Mode ?? LockMode.Exclusive))
                return false;
        }

        // Of a lock that has one mode only, the mode goes without saying.
        for (int i = 0; i < clauses.Count; i++)
        {
            if (clauses[i] is { Attribute: Vocabulary.RequiresLock, Mode: LockMode.Shared } clause && !rules.Contracts.HasSharedMode(clause.Lock) && rules.Agreement.AllHold(method, clause.Lock, LockMode.Exclusive))
                clauses[i] = clause with { Mode = null };
        }

        return true;
    }

    static StatedClause? Find(List<StatedClause> clauses, Term path)
    {
        foreach (var clause in clauses)
        {
            if (clause.Lock.Equals(path))
                return clause;
        }

        return null;
    }

    static Hold? HoldOf(PathState state, Term path)
    {
        foreach (var hold in state.Locks)
        {
            if (hold.Lock.Equals(path))
                return hold;
        }

        return null;
    }

    static bool SameEffect(PathState a, PathState b)
    {
        if (a.Locks.Length != b.Locks.Length || a.Owed.Length != b.Owed.Length)
            return false;
        foreach (var hold in a.Locks)
        {
            if (HoldOf(b, hold.Lock) is not { } other || other.Mode != hold.Mode || other.Depth != hold.Depth || other.Source != hold.Source)
                return false;
        }

        foreach (var owed in a.Owed)
        {
            bool found = false;
            foreach (var other in b.Owed)
                found |= other.Mode == owed.Mode && other.Count == owed.Count && other.Lock.Equals(owed.Lock);
            if (!found)
                return false;
        }

        return SameDrops(a, b) && SameDrops(b, a);
    }

    static bool SameDrops(PathState a, PathState b)
    {
        foreach (var mark in a.Marks)
        {
            bool found = mark.Kind != MarkKind.Dropped;
            foreach (var other in b.Marks)
                found |= other.Kind == MarkKind.Dropped && other.Under!.Equals(mark.Under);
            if (!found)
                return false;
        }

        return true;
    }

    static Finding Create(BodyRules rules, IMethodSymbol method, List<StatedClause> clauses)
    {
        var named = method.AssociatedSymbol ?? method;
        var written = new string[clauses.Count];
        for (int i = 0; i < written.Length; i++)
            written[i] = $"[{clauses[i].Attribute}(\"{clauses[i].Text}\"{clauses[i].Modifier})]";
        return new Finding(Rule, Places.OfName(method, rules.Body.Graph.OriginalOperation.Syntax), ImmutableArray.Create<object>(named.Name == ".ctor" ? method.ContainingType.Name : named.Name, string.Join(" ", written)))
        {
            Properties = ImmutableDictionary<string, string?>.Empty
                .Add(DiagnosticProperties.Lock, clauses[0].Text)
                .Add(DiagnosticProperties.Contract, StatedClause.Join(clauses)),
        };
    }
}
