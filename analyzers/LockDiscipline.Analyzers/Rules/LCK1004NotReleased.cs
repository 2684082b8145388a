using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK1004: a lock is still held at an exit where the contract does not say so. Stands at the acquire.</summary>
internal static class LCK1004NotReleased
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK1004",
        RuleDescriptor.Locks,
        "Lock not released on every path",
        "'{0}' is acquired here and still held where the body is left{1}",
        "A lock acquired in a body is held at a return, at the end, or at a throw of that body, and no contract says that it may be.");

    /// <summary>Judges, at one exit on one path, every acquire of the body that is held at some exit.</summary>
    public static void Check(BodyRules rules, in BodyLeft exit, PathState state, IReadOnlyCollection<IOperation> acquires)
    {
        bool counts = !exit.IsThrow || rules.Options.Exceptional == ExceptionalPaths.Calls
            || (rules.Options.Exceptional == ExceptionalPaths.Throws && exit.Site is not null);
        if (!counts)
            return;
        object site = (object?)exit.Site ?? rules.Body;
        var exitPlace = Places.OfExit(exit.Site, rules.Body.Graph.OriginalOperation.Syntax);
        bool isThrow = exit.IsThrow;
        foreach (var acquire in acquires)
        {
            var leaked = Leaked(rules, exit, state, acquire);
            bool isHandedOn = leaked is { Scope: null } && HandMade.IsHandedOn(leaked, exit.Returned);
            // What was thrown and caught on the way is as good a way out as any other.
            rules.Findings.Judge((site, exit.IsThrow), Rule, acquire, exit.IsThrow ? state : state with { Implicit = false }, leaked is null ? null : () => Create(rules, leaked, exitPlace, isThrow, isHandedOn));
        }
    }

    static Hold? Leaked(BodyRules rules, in BodyLeft exit, PathState state, IOperation acquire)
    {
        foreach (var hold in state.Locks)
        {
            if (!ReferenceEquals(hold.At, acquire) || hold.Certainty != Certainty.Definite || hold.Source is not (HoldSource.Acquired or HoldSource.Tried))
                continue;
            if (IsPromised(rules, exit, state, hold) || (hold.Scope is not null && hold.Scope.Equals(exit.Returned)))
                continue;
            if (hold.Scope is null && IsHandedOut(rules, exit))
                continue;
            if (rules.IsPrimitive || rules.IsHelpersEffect(hold.Lock) || Forwarding.IsAll(rules.Body, acquire, hold.Lock))
                continue;
            return hold;
        }

        return null;
    }

    // An object made to be disposed goes to the caller: whether it says so or not, that is what releases the lock.
    static bool IsHandedOut(BodyRules rules, in BodyLeft exit) =>
        !exit.IsThrow && exit.Returned is not (null or { IsConstant: true }) && rules.Body.Method is { } method && Disposables.AreMadeBy(method);

    static bool IsPromised(BodyRules rules, in BodyLeft exit, PathState state, Hold hold)
    {
        if (exit.IsThrow)
            return false;
        var returned = exit.Returned;
        foreach (var clause in rules.Body.Contract.Acquires)
        {
            if (IsLock(clause))
                return true;
        }

        foreach (var clause in rules.Body.Contract.TryAcquires)
        {
            bool failed = returned is { IsConstant: true, Value: null or bool or long } && (returned.Value is null || Failure.Of(state, returned) == clause.Result);
            if (!failed && IsLock(clause))
                return true;
        }

        // Held when it was entered, dropped, and taken again.
        foreach (var clause in rules.Body.Contract.Requires.AddRange(rules.Body.Contract.Drops))
        {
            if (IsLock(clause) && CountOf(state, hold.Lock) == 1)
                return true;
        }

        return false;

        Term? Root(Term root) => root.Kind == TermKind.Return ? returned : root;

        bool IsLock(LockClause clause)
        {
            // The path as it was at entry, or as it is now.
            return hold.Lock.Equals(clause.Path.Substitute(Root)) || hold.Lock.Equals(Evaluator.Follow(state, clause.Path, Root));
        }
    }

    static int CountOf(PathState state, Term path)
    {
        int count = 0;
        foreach (var hold in state.Locks)
        {
            if (hold.Lock.Equals(path))
                count += hold.Depth;
        }

        return count;
    }

    // Its users give it back, by another member of the type: nothing is wrong but that no contract says so.
    static bool IsForUsers(BodyRules rules, Hold hold) =>
        HandMade.Of(rules.Host, rules.Body, hold.Lock) is { Givers.IsEmpty: false } handMade && handMade.IsTaker(rules.Body.Owner);

    static Finding Create(BodyRules rules, Hold hold, Location exit, bool isThrow, bool isHandedOn)
    {
        var rule = hold.Scope is null ? Rule : LCK1010ScopeDropped.Rule;
        return new Finding(
            rule,
            Places.Of(hold.At!),
            hold.Scope is null ? ImmutableArray.Create<object>(hold.Text, isThrow ? " by an exception" : "") : ImmutableArray.Create<object>(hold.Text))
        {
            Lock = hold.Lock,
            IsBalance = true,
            Severity = isHandedOn || (hold.Scope is null && IsForUsers(rules, hold)) ? DiagnosticSeverity.Info : null,
            Related = ImmutableArray.Create(exit),
            RelatedIs = "still held here",
            Properties = Describe.Lock(hold.Text, hold.Mode).Remove(DiagnosticProperties.Needed),
        };
    }
}
