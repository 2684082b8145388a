using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK2006: a method is given for a delegate whose callers expect something else of it.</summary>
/// <remarks>A lambda's code is checked where it stands, against the contract of the delegate that it is given for.</remarks>
internal static class LCK2006DelegateContract
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK2006",
        RuleDescriptor.Context,
        "Delegate breaks its contract",
        "'{0}' does not fit the delegate's contract: {1}",
        "A method is given where a delegate type or parameter says [NoSleep], [RequiresLock] or [ExcludesLock], and may sleep, requires another lock, or takes, releases or excludes the lock that is held.");

    public static void Check(BodyRules rules, in MethodGiven given, PathState state)
    {
        var (site, name, lockText) = (given.Site, given.Method.Name, (string?)null);
        var problem = Sleeps(rules, given) ?? Requires(given, state, ref lockText) ?? AgainstHeld(rules, given, ref lockText);
        if (problem is not null)
            rules.Findings.Judge(site, Rule, null, state, () => Create(site, name, problem, lockText));
    }

    static string? Sleeps(BodyRules rules, in MethodGiven given)
    {
        if (!given.Expected.NoSleep || given.Contract.NoSleep)
            return null;
        var call = new CallMade(given.Site, given.Method.OriginalDefinition, given.Contract, given.Binding, Summary.None);
        var sleeps = Sleeping.Of(rules.Host, call, rules.Body, PathState.Entry);
        if (sleeps.IsEmpty)
            return null;
        var chain = sleeps[0].Chain;
        return chain.Length == 1 ? "it may sleep" : $"it may sleep in '{chain[chain.Length - 1].Name}'";
    }

    // What the method requires, the delegate has to promise; one that promises nothing at all is LCK1002.
    static string? Requires(in MethodGiven given, PathState state, ref string? text)
    {
        if (given.Expected.Requires.IsEmpty)
            return null;
        foreach (var clause in given.Contract.Requires)
        {
            var mode = clause.Mode ?? LockMode.Exclusive;
            var promised = Find(given.Expected.Requires, clause.Path);
            if (promised is not null && (promised.Mode ?? LockMode.Exclusive) >= mode)
                continue;
            if (given.RunsHere && given.Binding.Follow(state, clause.Path) is { } path && state.Holds(path, mode))
                continue;
            text = clause.Text;
            return promised is null ? $"it requires '{clause.Text}', which callers of the delegate need not hold" : $"it requires '{clause.Text}' exclusively, which callers of the delegate may hold shared";
        }

        return null;
    }

    static string? AgainstHeld(BodyRules rules, in MethodGiven given, ref string? text)
    {
        if (given.Expected.Requires.IsEmpty)
            return null;
        foreach (var clause in given.Contract.Excludes)
        {
            if (Find(given.Expected.Requires, clause.Path) is null)
                continue;
            text = clause.Text;
            return $"it must not be called with '{clause.Text}' held, as it is";
        }

        foreach (var clause in given.Contract.Releases)
        {
            if (Find(given.Expected.Requires, clause.Path) is null || Find(given.Expected.Releases, clause.Path) is not null)
                continue;
            text = clause.Text;
            return $"it releases '{clause.Text}', which callers of the delegate hold on";
        }

        if (given.Contract.SpeaksOfLocks)
            return null;
        foreach (var taken in rules.Host.ReachOf(given.Method, rules.Body).Takes)
        {
            if (taken.Traits.Reentrant != false || Find(given.Expected.Requires, taken.Lock) is null)
                continue;
            text = taken.Text;
            return $"it acquires '{taken.Text}', which is held where it is called";
        }

        return null;
    }

    static LockClause? Find(ImmutableArray<LockClause> clauses, Term path)
    {
        foreach (var clause in clauses)
        {
            if (clause.Path.Equals(path))
                return clause;
        }

        return null;
    }

    static Finding Create(IOperation site, string name, string problem, string? text) =>
        new(Rule, Places.Of(site), ImmutableArray.Create<object>(name, problem))
        {
            Properties = text is null ? ImmutableDictionary<string, string?>.Empty : ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, text),
        };
}
