using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Lambdas that a call runs once for each element of a collection: loops without a loop statement.
internal sealed partial class Evaluator
{
    /// <summary>
    /// A method of the framework that runs a delegate without result in place, and has a collection of what the delegate takes, runs it
    /// for every element: the parameter of the lambda is one. Null for any other.
    /// </summary>
    Term? GiveElement(IFlowAnonymousFunctionOperation lambda, IArgumentOperation argument, IMethodSymbol callee, Term? receiver, ImmutableArray<BoundArgument>.Builder bound)
    {
        if (lambda.Symbol is not { ReturnsVoid: true, IsAsync: false, Parameters: { Length: 1 } parameters } || parameters[0].RefKind != RefKind.None)
            return null;
        return CollectionOf(parameters[0].Type, callee, receiver, bound) is { } collection ? GiveElement(parameters[0], collection, argument) : null;
    }

    // What the callee has a collection of: its receiver, or what it was given before the delegate.
    static Term? CollectionOf(ITypeSymbol type, IMethodSymbol callee, Term? receiver, ImmutableArray<BoundArgument>.Builder bound)
    {
        if (receiver is not null && IsCollectionOf(callee.ContainingType, type))
            return receiver;
        foreach (var other in bound)
        {
            if (IsCollectionOf(Bare(other.Value).Type, type))
                return other.Term;
        }

        return null;
    }

    // A method with a contract that is called for each element, given by its name.
    bool _callsForEach;

    /// <summary>The same of a method that is named instead of a lambda: it is called for every element.</summary>
    bool CallForEach(IArgumentOperation argument, IMethodSymbol callee, Term? receiver, ImmutableArray<BoundArgument>.Builder bound)
    {
        if (argument.Value is not IDelegateCreationOperation { Target: IMethodReferenceOperation { Method: { ReturnsVoid: true, IsStatic: true, Parameters.Length: 1 } method } }
            || argument.Parameter!.Type is not INamedTypeSymbol { DelegateInvokeMethod.Parameters: { Length: 1 } given }
            || Contracts.Of(method.OriginalDefinition) is not { ChangesLocks: true } contract
            || CollectionOf(given[0].Type, callee, receiver, bound) is not { } collection)
        {
            return false;
        }

        var before = _state;
        var element = ElementOf(collection, Mint(Term.Site(argument)));
        var definition = method.OriginalDefinition;
        var passed = ImmutableArray.Create(new BoundArgument(definition.Parameters[0], argument.Value, element, null));
        _callsForEach = true;
        Apply(argument.Value, definition, contract, BindCall(null, null, passed, null, null, definition), null, Term.Null);
        _callsForEach = false;
        bool isForAll = false;
        if (!_ended)
            _state = ForAll(before, ImmutableArray.Create(_state), element, ref isForAll)[0];
        return true;
    }

    Term GiveElement(IParameterSymbol parameter, Term collection, IArgumentOperation argument)
    {
        var element = ElementOf(collection, Mint(Term.Site(argument)));
        _state = _state.Write(Term.Parameter(parameter), element);
        return element;
    }

    // Which element is released cannot be told: it may be one that was acquired by its own index, as the first of a row is.
    void BlurElements(Term released)
    {
        foreach (var hold in _state.Locks)
        {
            if (hold.Certainty == Certainty.Definite && LockEffects.MayBeSame(hold.Lock, released))
                _state = _state.Change(hold, hold with { Certainty = Certainty.Maybe });
        }
    }

    // Whether a variable holds it.
    bool IsKept(Term value)
    {
        foreach (var entry in _state.Store.Matching(value.Bit))
        {
            if (entry.Key.Kind == TermKind.Parameter && entry.Value.Equals(value))
                return true;
        }

        return false;
    }

    static bool IsCollectionOf(ITypeSymbol? collection, ITypeSymbol element)
    {
        if (collection is IArrayTypeSymbol array)
            return SymbolEqualityComparer.Default.Equals(array.ElementType, element);
        if (collection is null)
            return false;
        if (collection is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Collections_Generic_IEnumerable_T } itself)
            return SymbolEqualityComparer.Default.Equals(itself.TypeArguments[0], element);
        foreach (var contract in collection.AllInterfaces)
        {
            if (contract.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T && SymbolEqualityComparer.Default.Equals(contract.TypeArguments[0], element))
                return true;
        }

        return false;
    }

    /// <summary>The states behind such a call: what the lambda did with the lock of its element is done with that of every one, also where there are none.</summary>
    /// <param name="before">The state before the call.</param>
    /// <param name="ends">The states in which the lambda returns.</param>
    /// <param name="element">The element that it was given.</param>
    /// <param name="isForAll">Set where a lock was taken or released.</param>
    ImmutableArray<PathState> ForAll(PathState before, ImmutableArray<PathState> ends, Term element, ref bool isForAll)
    {
        for (int i = 0; i < ends.Length; i++)
        {
            var end = ends[i];
            foreach (var hold in end.Locks)
            {
                if (hold.IsAll || hold.Source is not (HoldSource.Acquired or HoldSource.Tried) || !hold.Lock.Mentions(element))
                    continue;
                var all = hold with { IsAll = true };
                end = end.Change(hold, all);
                Note(_lockedInLoops, all.Lock);
                LoopLocks.NoteTaken(LoopLocks.NoLoop, all);
                isForAll = true;
            }

            foreach (var hold in before.Locks)
                isForAll |= hold.IsAll && end.Find(hold.Lock) is null;
            ends = ends.SetItem(i, end);
        }

        return ends;
    }
}
