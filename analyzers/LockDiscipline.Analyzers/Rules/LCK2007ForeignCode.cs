using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK2007: code that others wrote is run while a lock is held: events, delegates, overridable members, continuations.</summary>
internal static class LCK2007ForeignCode
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Suggestion(
        "LCK2007",
        RuleDescriptor.Context,
        "Foreign code called under a lock",
        "{0} is called while '{1}' is held: nobody knows which locks it takes, or how long it runs",
        "An event, a delegate from outside, or an overridable member of another object is called under a lock, or a task is completed whose continuations run in line.");

    public static void Check(BodyRules rules, in CallMade call, PathState state)
    {
        if (state.Locks.IsEmpty || rules.IsPrimitive)
            return;
        Hold? inner = null;
        foreach (var hold in state.Locks)
        {
            if (hold.Certainty == Certainty.Definite)
                inner = hold;
        }

        if (inner is null || WhatIsForeign(rules, call, state) is not { } what)
            return;
        var (site, name) = (call.Site, NameOf(call));
        if (call.Callee.MethodKind != MethodKind.DelegateInvoke && !IsFirst(rules, (name, call.Binding.Receiver, inner.At), site))
            return;
        rules.Findings.Judge(site, Rule, null, state, () => Create(site, $"{what} '{name}'", inner));
    }

    static bool IsFirst(BodyRules rules, (string Member, Term? Receiver, IOperation? Acquire) call, IOperation site)
    {
        if (rules.OverridableCalls.TryGetValue(call, out var first))
            return first == site;
        rules.OverridableCalls.Add(call, site);
        return true;
    }

    static string? WhatIsForeign(BodyRules rules, in CallMade call, PathState state)
    {
        if (call.Contract.ContinuesUnless is { } otherwise)
            return ContinuesInLine(rules, call.Binding.Receiver, otherwise, state) ? "The completion" : null;
        if (!call.Contract.IsNone || rules.Contracts.IsScope(call.Callee.ContainingType))
            return null;
        if (call.Site is IInvocationOperation { TargetMethod.ReturnType: var returned } && rules.Contracts.MustCheck(returned))
            return null;
        return call.Callee.MethodKind == MethodKind.DelegateInvoke ? Delegate(rules, call.Binding.Receiver)
            : IsOverridable(rules, call, state) && IsForeign(rules, call) ? "The overridable"
            : null;
    }

    // What is invoked is the event or delegate, not its Invoke method.
    static string NameOf(in CallMade call) =>
        call.Callee.MethodKind == MethodKind.DelegateInvoke && call.Binding.Receiver is { Symbol: IEventSymbol or IFieldSymbol or IPropertySymbol or IParameterSymbol } invoked
            ? invoked.Symbol.Name
            : Names.Of(call.Callee, call.Site);

    static bool ContinuesInLine(BodyRules rules, Term? receiver, string otherwise, PathState state) =>
        receiver is not null && !state.Owned.Contains(receiver)
        && ConstructorCondition.Parse(otherwise) is { } condition && rules.Contracts.Construction.Holds(receiver, condition) == false;

    // A delegate that this body made, or that a helper was given by its own kind, is no foreign code.
    static string? Delegate(BodyRules rules, Term? value)
    {
        switch (value?.Symbol)
        {
            case IEventSymbol:
                return "The event";
            case IFieldSymbol field:
                return IsOwn(field) ? null : "The delegate";
            case IPropertySymbol:
                return "The delegate";
            case IParameterSymbol:
                return value.Root.Kind != TermKind.Fresh && rules.HasCallers ? null : "The delegate";
        }

        return value switch
        {
            { Kind: TermKind.Element, Left: { } collection } when collection.Symbol is not ILocalSymbol && collection.IsRooted => "The delegate",
            { Kind: TermKind.Site, Value: IInvocationOperation } => "The delegate",
            _ => null,
        };
    }

    // `static readonly Func<int, int> s_half = x => x / 2;`
    static bool IsOwn(IFieldSymbol field)
    {
        if (!field.IsReadOnly)
            return false;
        foreach (var reference in field.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax { Initializer: not null })
                return true;
        }

        return false;
    }

    static bool IsOverridable(BodyRules rules, in CallMade call, PathState state)
    {
        if (call.Site is not IInvocationOperation { IsVirtual: true } || call.Binding.Receiver is not { } receiver || receiver.Kind is TermKind.This or TermKind.Fresh)
            return false;
        // Whoever locks an object in order to use it means to use it under its lock.
        if (state.Owned.Contains(receiver) || state.Find(receiver) is not null || call.Binding.ReceiverType is { IsSealed: true } or { IsValueType: true })
            return false;
        var callee = call.Callee;
        // What only this assembly can override is its own code.
        if (callee.DeclaredAccessibility is Accessibility.Internal or Accessibility.ProtectedAndInternal)
            return false;
        if (callee.IsStatic || callee.ContainingType.IsSealed || (callee.IsOverride && callee.IsSealed))
            return false;
        if (callee.ContainingType.TypeKind != TypeKind.Interface && !(callee.IsVirtual || callee.IsAbstract || callee.IsOverride))
            return false;
        for (IMethodSymbol? level = callee; level is not null; level = level.OverriddenMethod)
        {
            if (rules.Contracts.IsFramework(level))
                return false;
            foreach (var implemented in Implementations.Of(level))
            {
                if (rules.Contracts.IsFramework(implemented))
                    return false;
            }
        }

        return true;
    }

    // Code that is known here is foreign only to whoever is told something by it, not asked: by one of several listeners, by what the caller
    // passed, or by what takes a lock as far as one can see. That of a hidden type is all known, and followed by the rules on sleeping and order.
    static bool IsForeign(BodyRules rules, in CallMade call)
    {
        var known = Targets.KnownCodeOf(rules.Host, call.Callee);
        if (known == KnownCode.None)
            return true;
        if (!Visibility.IsVisible(call.Callee) || !IsUnused(call.Site))
            return false;
        return known == KnownCode.Locks || call.Binding.Receiver switch
        {
            { Kind: TermKind.Element } => true,
            { Kind: TermKind.Parameter, Symbol: IParameterSymbol } => !rules.HasCallers,
            _ => false,
        };
    }

    static bool IsUnused(IOperation call)
    {
        var parent = call.Parent;
        while (parent is IAwaitOperation or IConversionOperation)
            parent = parent.Parent;
        return parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation };
    }

    static Finding Create(IOperation site, string what, Hold hold) =>
        new(Rule, Places.Of(site), ImmutableArray.Create<object>(what, hold.Text))
        {
            Related = hold.At is null ? ImmutableArray<Location>.Empty : ImmutableArray.Create(Places.Of(hold.At)),
            RelatedIs = "acquired here",
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, hold.Text),
        };
}
