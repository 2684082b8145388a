using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// Writes an answer down in a form that refers to no symbol, no tree and no operation, so that it can be kept. What <see cref="Unpacker"/> reads is what was written, in the same order.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class Packer(FlowHost host)
{
    readonly List<object?> _items = new();

    /// <summary>Something has no such form: then nothing of it is kept.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>What was written; null where something had no form.</summary>
    public object?[]? ToArray() => HasFailed ? null : _items.ToArray();

    /// <summary>Writes a number, a text, a truth or a member of an enumeration.</summary>
    public void Plain(object? value) => _items.Add(value);

    public delegate void Write<T>(T item);

    public void All<T>(ImmutableArray<T> items, Write<T> write)
    {
        Plain(items.Length);
        foreach (var item in items)
            write(item);
    }

    public void Symbol(ISymbol symbol)
    {
        if (symbol is IParameterSymbol parameter)
        {
            Plain(parameter.Ordinal);
            symbol = parameter.ContainingSymbol;
        }
        else
        {
            Plain(-1);
        }

        var id = symbol is IFieldSymbol or IPropertySymbol or IEventSymbol or INamedTypeSymbol or IMethodSymbol && symbol.IsDefinition ? host.Cache.Symbols.Of(symbol) : null;
        HasFailed |= id is null;
        Plain(id);
    }

    public void Term(Term? term)
    {
        Plain(term?.Kind);
        switch (term?.Kind)
        {
            case null or TermKind.This or TermKind.Return:
                break;
            case TermKind.Constant:
                Plain(term.Value);
                HasFailed |= term.Value is not (null or string or bool or long or ulong or double or float or decimal);
                break;
            case TermKind.Parameter or TermKind.Static:
                Symbol(term.Symbol!);
                break;
            case TermKind.Member:
                Term(term.Left);
                Plain(term.Symbol is null ? term.Value : null);
                if (term.Symbol is not null)
                    Symbol(term.Symbol);
                break;
            case TermKind.Element:
                Term(term.Left);
                Term(term.Right);
                break;
            case TermKind.Operation:
                Term(term.Left);
                Term(term.Right);
                Operator(term);
                break;
            default:
                // What one run of the body made means nothing to anybody else.
                HasFailed = true;
                break;
        }
    }

    // The parts of a conjunction stand in an order that only one compilation has.
    void Operator(Term term)
    {
        switch (term.Value)
        {
            case TermOperator op:
                Plain(op);
                HasFailed |= op is TermOperator.And or TermOperator.Or;
                break;
            case System.ValueTuple<TermOperator, object> { Item1: TermOperator.Other, Item2: string or BinaryOperatorKind } named:
                Plain(named.Item2);
                break;
            case System.ValueTuple<TermOperator, object> { Item1: TermOperator.Other, Item2: IMethodSymbol method }:
                Plain(null);
                Symbol(method);
                break;
            default:
                HasFailed = true;
                break;
        }
    }

    public void Premise(Premise premise) => All(premise.Conditions, given =>
    {
        Term(given.Condition);
        Plain(given.Truth);
    });

    public void Traits(LockTraits traits)
    {
        Plain(traits.Name);
        Plain(traits.Spinning);
        Plain(traits.Reentrant);
        Plain(traits.ThreadBound);
        Plain(traits.IsPresumed);
    }

    public void Taken(Taken taken)
    {
        Term(taken.Lock);
        Plain(taken.Mode);
        Traits(taken.Traits);
        Plain(taken.Text);
        Premise(taken.Given);
    }

    /// <summary>A lock that somebody else is to hold; where it was acquired means nothing there.</summary>
    public void Hold(Hold hold)
    {
        Term(hold.Lock);
        Plain(hold.Mode);
        Plain(hold.Depth);
        Plain(hold.Source);
        Plain(hold.Certainty);
        Plain(hold.Scope is not null);
        Plain(hold.Text);
        Traits(hold.Traits);
        Plain(hold.IsAll);
        HasFailed |= hold.Outer is not null || hold.Loop != 0;
    }

    public void Place(Location location)
    {
        var place = KeptPlace.Of(host, location);
        HasFailed |= place is null;
        Plain(place);
    }
}
