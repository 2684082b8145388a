using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK9003: a body does not do what its own contract says. Stands at the method's name.</summary>
/// <remarks>
/// What a lock or scope type says of itself is taken on trust: its state is its own affair. So is a body without any effect, which is
/// a stand-in for code that is elsewhere.
/// </remarks>
internal static class LCK9003BrokenContract
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK9003",
        RuleDescriptor.Contracts,
        "Body breaks its own contract",
        "'{0}' says that it {1} '{2}', {3}",
        "A method states that it acquires, releases, requires, asserts or returns a lock, and on some path its body does something else.");

    /// <summary>Judges one exit on one path.</summary>
    public static void Check(BodyRules rules, in BodyLeft exit, PathState state)
    {
        if (rules.Body.Method is not { } method || state.Implicit)
            return;
        var contract = rules.Body.Contract;
        if (exit.IsThrow)
        {
            // The caller lets go of it as the exception passes.
            if (exit.Site is null || rules.Options.Exceptional == ExceptionalPaths.None)
                return;
            CheckKept(rules, method, contract.Requires, "requires", exit, state);
            CheckKept(rules, method, contract.Drops, "gives back", exit, state);
            return;
        }

        CheckKept(rules, method, contract.Requires, "requires", exit, state);
        CheckKept(rules, method, contract.Drops, "gives back", exit, state);
        CheckReturned(rules, method, contract.Returns, exit, state);
        if (!rules.HasEffects || rules.HandsLocksOn)
            return;
        foreach (var clause in contract.Acquires)
            CheckHeld(rules, method, clause, "acquires", clause.Mode ?? LockMode.Exclusive, exit, state);
        foreach (var clause in contract.Downgrades)
            CheckHeld(rules, method, clause, "downgrades", LockMode.Shared, exit, state);
        foreach (var clause in contract.Upgrades)
            CheckHeld(rules, method, clause, "upgrades", LockMode.Exclusive, exit, state);
        foreach (var clause in contract.TryAcquires)
        {
            if (Succeeds(clause, exit.Returned, state) == true)
                CheckHeld(rules, method, clause, "tries to acquire", clause.Mode ?? LockMode.Exclusive, exit, state);
        }

        foreach (var clause in contract.Releases)
        {
            bool isTwoWay = contract.Acquires.Contains(clause);
            if (!isTwoWay && !IsTrusted(rules, clause))
                Judge(rules, method, clause, "releases", "but it is still held on some path", Held(clause, exit, state) is { Source: HoldSource.Caller, Certainty: Certainty.Definite }, state);
        }

        foreach (var clause in contract.Asserts)
            CheckTested(rules, method, clause, "asserts", exit, state);
        foreach (var clause in contract.Tests)
        {
            if (Succeeds(clause, exit.Returned, state) == true)
                CheckTested(rules, method, clause, "tests", exit, state);
        }
    }

    /// <summary>Judges, over all exits, whether the work is done that the contract says is done.</summary>
    /// <remarks>
    /// A body that settles nothing by a call does it by itself, as far as can be seen. One that does so on some paths and not on others may know that nothing is
    /// pending, by a member or an answer that it looked at; a flag that its callers pass says nothing of that.
    /// </remarks>
    public static void CheckSettles(BodyRules rules, List<(BodyLeft Exit, PathState State)> exits)
    {
        if (rules.Body.Method is not { } method || rules.Body.Contract.Protocol is not { Settles: { IsEmpty: false } settles })
            return;
        foreach (var (what, when) in settles)
        {
            bool isSettled = false;
            foreach (var (exit, state) in exits)
                isSettled |= !exit.IsThrow && Settles(state, what);
            if (!isSettled)
                continue;
            foreach (var (exit, state) in exits)
            {
                bool? failed = exit.Returned is { } returned ? Failure.Of(state, returned) : method.ReturnsVoid ? false : null;
                if (exit.IsThrow || state.Implicit || (when is null ? failed == true : failed != !when))
                    continue;
                bool isWrong = !Settles(state, what) && !MayKnow(rules, state);
                rules.Findings.Judge(method, Rule, what, state, isWrong ? () => Create(rules, method, null, "settles", what, "but leaves it pending on some path") : null);
            }
        }
    }

    static bool Settles(PathState state, string what)
    {
        foreach (var mark in state.Marks)
        {
            if (mark.Kind == MarkKind.Settled && mark.What == what)
                return true;
        }

        return false;
    }

    // Anything that was looked at but plain flags among the parameters that were set: one that was not may be that of the pending work.
    static bool MayKnow(BodyRules rules, PathState state)
    {
        bool any = false;
        foreach (var fact in state.Facts.Entries)
        {
            any = true;
            if (!fact.Value || fact.Key is not { Kind: TermKind.Parameter, Symbol: IParameterSymbol { Type.SpecialType: SpecialType.System_Boolean } flag } || rules.Contracts.Of(flag).Protocol is { TakesPending: not null })
                return true;
        }

        return !any;
    }

    /// <summary>Takes note of a call that may do what the contract says in a way that cannot be followed.</summary>
    public static void Note(BodyRules rules, in CallMade call)
    {
        if (rules.HandsLocksOn || !rules.Body.Contract.SpeaksOfLocks || (call.Callee.MethodKind == MethodKind.Constructor && call.Site is IInvocationOperation))
            return;
        rules.HasEffects |= call.Callee.MethodKind != MethodKind.Constructor || call.Contract.SpeaksOfLocks;
        if (call.Contract.SpeaksOfLocks || !call.Summary.Outcomes.IsEmpty || call.Callee.MethodKind is MethodKind.PropertyGet)
            return;
        rules.HandsLocksOn = call.Callee.MethodKind == MethodKind.DelegateInvoke || IsUnknown(call) || Gets(rules.Body.Contract, call);
    }

    static bool IsUnknown(in CallMade call) =>
        call.Binding.Receiver is { Kind: TermKind.This } && (call.Callee.IsAbstract || call.Callee.IsVirtual || call.Callee.IsOverride || call.Callee.DeclaringSyntaxReferences.IsEmpty);

    static bool Gets(MemberContract contract, in CallMade call)
    {
        foreach (var clause in contract.Acquires.AddRange(contract.TryAcquires).AddRange(contract.Releases).AddRange(contract.Downgrades).AddRange(contract.Upgrades))
        {
            if (call.Binding.Receiver is { Kind: not TermKind.This } receiver && (receiver.Mentions(clause.Path) || clause.Path.Mentions(receiver)))
                return true;
            foreach (var argument in call.Binding.Arguments)
            {
                if (argument.Term.Mentions(clause.Path) || (argument.Term.Kind != TermKind.This && clause.Path.Mentions(argument.Term)))
                    return true;
            }
        }

        return false;
    }

    // What is held on entry has to be held on exit.
    static void CheckKept(BodyRules rules, IMethodSymbol method, ImmutableArray<LockClause> clauses, string verb, in BodyLeft exit, PathState state)
    {
        foreach (var clause in clauses)
        {
            bool changes = false;
            foreach (var other in rules.Body.Contract.Releases)
                changes |= other.Path.Equals(clause.Path);
            if (!changes && !IsTrusted(rules, clause))
                Judge(rules, method, clause, verb, "but leaves it released on some path", Held(clause, exit, state) is null && IsReleased(state, clause), state);
        }
    }

    static void CheckHeld(BodyRules rules, IMethodSymbol method, LockClause clause, string verb, LockMode mode, in BodyLeft exit, PathState state)
    {
        if (IsTrusted(rules, clause))
            return;
        var hold = Held(clause, exit, state);
        bool isRight = hold is not null && (hold.Mode == mode || hold.Certainty != Certainty.Definite);
        Judge(rules, method, clause, verb, hold is null ? "but does not hold it on some path" : $"but holds it {Describe.Mode(hold.Mode)}", !isRight, state);
    }

    // Who tests a lock in a way that cannot be followed is believed; who tests another one is not.
    static void CheckTested(BodyRules rules, IMethodSymbol method, LockClause clause, string verb, in BodyLeft exit, PathState state)
    {
        if (IsTrusted(rules, clause))
            return;
        bool other = false;
        foreach (var hold in state.Locks)
            other |= hold.Source == HoldSource.Asserted;
        Judge(rules, method, clause, verb, "but looks at another lock", other && Held(clause, exit, state) is null, state);
    }

    static void CheckReturned(BodyRules rules, IMethodSymbol method, LockClause? clause, in BodyLeft exit, PathState state)
    {
        if (clause is null || exit.Returned is not { Kind: TermKind.This or TermKind.Member or TermKind.Static or TermKind.Fresh } returned || clause.Path.Root.Kind == TermKind.Return)
            return;
        bool isSame = returned.Equals(clause.Path) || returned.Equals(Evaluator.Follow(state, clause.Path, static root => root)) || clause.Path.Symbol is null && clause.Path.Kind == TermKind.Member;
        Judge(rules, method, clause, "returns", "but returns another lock", !isSame, state);
    }

    static Hold? Held(LockClause clause, in BodyLeft exit, PathState state)
    {
        var returned = exit.Returned;
        Term? Root(Term root) => root.Kind == TermKind.Return ? returned : root;
        // The path as it was at entry, or as it is now.
        return (clause.Path.Substitute(Root) is { } before ? state.Find(before, clause.Mode) : null)
            ?? (Evaluator.Follow(state, clause.Path, Root) is { } now ? state.Find(now, clause.Mode) : null);
    }

    static bool IsReleased(PathState state, LockClause clause)
    {
        foreach (var release in state.Released)
        {
            if (release.Lock.Equals(clause.Path) || release.Lock.Equals(Evaluator.Follow(state, clause.Path, static root => root)))
                return true;
        }

        return false;
    }

    // True: what is returned says yes; null: that cannot be told.
    static bool? Succeeds(LockClause clause, Term? returned, PathState state)
    {
        if (returned is null)
            return null;
        if (returned.IsConstant)
            return returned.Value is bool or long ? Failure.Of(state, returned) == !clause.Result : returned.Value is not null;
        if (returned.Kind == TermKind.Fresh)
            return true;
        return Conditions.Truth(state, returned) is { } known ? known == clause.Result
            : Conditions.Truth(state, ConditionTerms.IsNull(returned)) is { } isNull ? !isNull
            : Failure.Of(state, returned) is { } failed ? failed == !clause.Result
            : null;
    }

    static bool IsTrusted(BodyRules rules, LockClause clause) =>
        clause.Path.Kind == TermKind.This && rules.Body.Method?.ContainingType is { } type && (rules.Contracts.Traits(type) is not null || rules.Contracts.IsScope(type));

    static void Judge(BodyRules rules, IMethodSymbol method, LockClause clause, string verb, string how, bool isWrong, PathState state)
    {
        var text = clause.Text.Length == 0 ? "this" : clause.Text;
        bool isKnown = state.IsReported(clause.Path);
        rules.Findings.Judge(method, Rule, (clause.Path, verb), state, isWrong && !isKnown ? () => Create(rules, method, clause.Path, verb, text, how) : null);
    }

    public static Finding Create(BodyRules rules, IMethodSymbol method, Term? path, string verb, string text, string how)
    {
        var named = method.AssociatedSymbol ?? method;
        return new Finding(Rule, Places.OfName(method, rules.Body.Graph.OriginalOperation.Syntax), ImmutableArray.Create<object>(named.Name.Length == 0 ? "lambda" : named.Name, verb, text, how))
        {
            Lock = path,
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, text),
        };
    }
}
