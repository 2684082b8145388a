using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Conditions that a call needs to have been tested.
internal sealed partial class Evaluator
{
    // Something was remembered, so that there may be something to forget.
    bool _remembers;

    void CheckTest(IOperation site, Term condition, string text, string name, Func<Term, Term?> root)
    {
        if (Tests.Follow(Contracts, _state, condition, root) is not { } here || Conditions.Truth(_state, here) is true)
            return;
        bool isFalse = Conditions.Truth(_state, here) == false;
        if (!isFalse && (MentionsOutside(here) || Conditions.Truth(WithAnswers(), here) == true))
            return;
        var mark = new Mark(MarkKind.Untested, text, here, null, site);
        // The callers of a helper may have tested it; where they have not, that is what is found.
        if (!isFalse && !_body.IsVisible && here.IsRooted)
            _state = _state.Add(mark);
        else
            Observer?.Broken(new Breach(BreachKind.Untested, site, isFalse ? "false" : "", mark, name), _state);
    }

    // What helpers without a contract have answered, so far as their code is a condition and no more.
    Dictionary<(IMethodSymbol, bool), ImmutableArray<(Term Condition, bool Holds)>>? _told;

    /// <summary>The state in which the answers of methods that were asked say what they mean of their arguments.</summary>
    PathState WithAnswers()
    {
        var state = _state;
        if (!_remembers)
            return state;
        foreach (var entry in _state.Store.Entries)
        {
            if (Conditions.Truth(_state, entry.Value) is not { } answer || MethodOf(entry.Key) is not { } method)
                continue;
            var receiver = entry.Key.Left;
            var values = entry.Key.IsCall ? entry.Key.Right! : Term.Null;
            foreach (var (condition, holds) in ToldBy(method, answer))
            {
                if (Tests.Follow(Contracts, state, condition, root => Asked(root, method, receiver, values)) is { } told)
                    state = Conditions.Assume(state, told, holds) ?? state;
            }
        }

        return state;
    }

    static IMethodSymbol? MethodOf(Term asked) => asked switch
    {
        { IsCall: true, Value: ValueTuple<TermOperator, object> { Item2: IMethodSymbol method } } => method,
        { Kind: TermKind.Member, Symbol: IPropertySymbol { Type.SpecialType: SpecialType.System_Boolean, GetMethod: { } getter } } => getter,
        _ => null,
    };

    ImmutableArray<(Term Condition, bool Holds)> ToldBy(IMethodSymbol method, bool answer)
    {
        _told ??= new();
        if (_told.TryGetValue((method, answer), out var known))
            return known;
        var told = ImmutableArray<(Term Condition, bool Holds)>.Empty;
        if (_host.HasFixedCode(method))
        {
            _host.Rests.OnCode(method);
            told = ToldByAnswer.Of(Contracts, method, answer);
        }

        _told.Add((method, answer), told);
        return told;
    }

    // The arguments stand one behind the other, the last one outermost.
    static Term? Asked(Term root, IMethodSymbol method, Term? receiver, Term values)
    {
        if (root.Kind == TermKind.This)
            return receiver;
        int behind = root.Symbol is IParameterSymbol parameter && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, method) ? method.Parameters.Length - 1 - parameter.Ordinal : -1;
        for (; behind > 0; behind--)
            values = values.Left ?? Term.Null;
        return behind == 0 ? values.Right : null;
    }

    // What code around this lambda has tested is not known here.
    bool MentionsOutside(Term term) =>
        IsFromOutside(term) || (term.Left is { } left && term.Kind is not (TermKind.Phi or TermKind.Stale) && (MentionsOutside(left) || (term.Right is { } right && MentionsOutside(right))));

    /// <summary>What a method answered counts for conditions that name the call.</summary>
    void Remember(IMethodSymbol callee, Term? receiver, ImmutableArray<BoundArgument> arguments, Term answer)
    {
        if (_ended || callee.ReturnType.SpecialType != SpecialType.System_Boolean || AnswerOf(callee, receiver, arguments) is not { } call)
            return;
        _remembers = true;
        _state = _state.Write(call, answer);
    }

    // `flags.HasFlag(x)` is the condition that its contract writes.
    Term? ComputedBy(MemberContract contract, Term? receiver, ImmutableArray<BoundArgument> arguments) =>
        contract.ComputedAs is { } condition ? Tests.Follow(Contracts, _state, condition, root => root.Kind == TermKind.This ? receiver : Given(arguments, root)) : null;

    static Term? Given(ImmutableArray<BoundArgument> arguments, Term root)
    {
        foreach (var argument in arguments)
        {
            if (SymbolEqualityComparer.Default.Equals(argument.Parameter, root.Symbol))
                return argument.Term;
        }

        return null;
    }

    /// <summary>The name for what a method answers when asked so; null where there is none.</summary>
    static Term? AnswerOf(IMethodSymbol callee, Term? receiver, ImmutableArray<BoundArgument> arguments)
    {
        if (callee.MethodKind != MethodKind.Ordinary || arguments.Length != callee.Parameters.Length)
            return null;
        var values = Term.Null;
        foreach (var parameter in callee.Parameters)
        {
            foreach (var argument in arguments)
            {
                if (SymbolEqualityComparer.Default.Equals(argument.Parameter, parameter))
                    values = Term.Element(values, argument.Term);
            }
        }

        var call = Term.Call(callee, receiver, values);
        return call.Depth > Term.MaxDepth ? null : call;
    }

    /// <summary>A getter that computes something counts by what it last returned.</summary>
    void Remember(Term owner, ISymbol property, Term answer)
    {
        var place = Contracts.Path(owner, property);
        if (place.Kind is not (TermKind.Member or TermKind.Static) || place.Depth > Term.MaxDepth || place.Symbol is not IPropertySymbol)
            return;
        _remembers = true;
        if (place.Left is not null && answer.Value is IPropertyReferenceOperation read && Contracts.Of(read.Property).ReadsOnly && !(_contents ??= new()).Contains(place))
            _contents.Add(place);
        _state = _state.Write(place, answer);
    }

    /// <summary>An object has changed: what its getters and methods answered before says nothing any more.</summary>
    void ForgetAnswers(Term? owner)
    {
        if (!_remembers || owner is null)
            return;
        foreach (var entry in _state.Store.Matching(owner.Bit))
        {
            bool isAnswer = entry.Key.IsCall && (entry.Key.Left!.Equals(owner) || entry.Key.Right!.Mentions(owner));
            bool isComputed = entry.Key.Kind == TermKind.Member && owner.Equals(entry.Key.Left) && entry.Value is { Kind: TermKind.Site, Value: IPropertyReferenceOperation };
            if (isAnswer || isComputed)
                _state = _state with { Store = _state.Store.Without(entry.Key) };
        }
    }
}
