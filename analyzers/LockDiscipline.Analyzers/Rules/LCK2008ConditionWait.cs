using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK2008: a condition is waited for without testing it again, or with a second lock in hand.</summary>
internal static class LCK2008ConditionWait
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK2008",
        RuleDescriptor.Context,
        "Condition wait misused",
        "'{0}' {1}",
        "Monitor.Wait, or another [ConditionWait], is called outside a loop that tests its condition again under the lock, or while a second lock is held, which the wait does not release.");

    public static void Check(BodyRules rules, in CallMade call, PathState state)
    {
        foreach (var clause in call.Contract.Waits)
        {
            if (call.Binding.Follow(state, clause.Path) is not { } path || state.Find(path) is not { Certainty: Certainty.Definite } held)
                continue;
            bool isTimed = IsTimed(call.Callee);
            var (site, name, text) = (call.Site, Names.Of(call.Callee, call.Site), call.Binding.Render(clause.Text, clause.Path));
            if (Other(state, path) is { } other)
                rules.Findings.Judge(site, Rule, path, state, () => Create(site, name, path, text, $"releases '{text}' while it waits, but '{other.Text}' stays held", other));
            else
                rules.Findings.Judge(site, Rule, path, state, IsRight(rules, call, held) ? null : () => Create(site, name, path, text, "is not in a loop that tests its condition again", null) with { Severity = SeverityOf(rules, site, isTimed) });
        }
    }

    // Whoever acts on whether the time ran out may wait for one pulse, and for nothing else; who only sets a condition back relies on none; and who has just started the thread
    // that pulses, with the lock in hand, misses nothing.
    static DiagnosticSeverity? SeverityOf(BodyRules rules, IOperation site, bool isTimed) =>
        (isTimed && WaitLoop.IsTest(rules.Body.Graph, site)) || WaitLoop.OnlyResets(rules.Body.Graph, site, operation => IsRelease(rules, operation)) || Starts(rules, WaitLoop.Before(rules.Body.Graph, site))
            ? DiagnosticSeverity.Info
            : null;

    // A call that runs a delegate apart, or of an object that was made of one to do so.
    static bool Starts(BodyRules rules, IOperation? before)
    {
        if (before is not IExpressionStatementOperation { Operation: IInvocationOperation { TargetMethod: { ContainingType: { } type } callee } })
            return false;
        if (rules.Contracts.Of(callee.OriginalDefinition).RunsApart)
            return true;
        foreach (var constructor in callee.IsStatic ? ImmutableArray<IMethodSymbol>.Empty : type.InstanceConstructors)
        {
            if (rules.Contracts.Of(constructor.OriginalDefinition).RunsApart)
                return true;
        }

        return false;
    }

    static Hold? Other(PathState state, Term waited)
    {
        foreach (var hold in state.Locks)
        {
            if (hold.Certainty == Certainty.Definite && !hold.Lock.Equals(waited))
                return hold;
        }

        return null;
    }

    static bool IsRight(BodyRules rules, in CallMade call, Hold held)
    {
        // It is given the condition, and tests it itself.
        foreach (var parameter in call.Callee.Parameters)
        {
            if (parameter.Type is INamedTypeSymbol { DelegateInvokeMethod.ReturnType.SpecialType: SpecialType.System_Boolean })
                return true;
        }

        if (!rules.Body.Contract.Waits.IsEmpty || WaitLoop.Retests(rules.Body.Graph, call.Site, held.At, IsTimed(call.Callee), operation => IsRelease(rules, operation)))
            return true;
        // It does nothing but wait, in its caller's section: the loop is the caller's.
        return held.Source == HoldSource.Caller && !WaitLoop.IsConditional(rules.Body.Graph, call.Site);
    }

    static bool IsTimed(IMethodSymbol wait)
    {
        foreach (var parameter in wait.Parameters)
        {
            if (parameter.Type.SpecialType == SpecialType.System_Int32 || parameter.Type.Name == nameof(System.TimeSpan))
                return true;
        }

        return false;
    }

    static bool IsRelease(BodyRules rules, IOperation operation) =>
        operation is IExpressionStatementOperation { Operation: IInvocationOperation { TargetMethod: { } callee } } && !rules.Contracts.Of(callee).Releases.IsEmpty;

    static Finding Create(IOperation site, string name, Term path, string text, string what, Hold? other) =>
        new(Rule, Places.Of(site), ImmutableArray.Create<object>(name, what))
        {
            Lock = path,
            Related = other?.At is null ? ImmutableArray<Location>.Empty : ImmutableArray.Create(Places.Of(other.At)),
            RelatedIs = "acquired here",
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, text),
        };
}
