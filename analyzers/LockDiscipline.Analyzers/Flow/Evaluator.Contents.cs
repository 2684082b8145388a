using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// What a collection answers stays the same until somebody may have changed what it contains.
internal sealed partial class Evaluator
{
    // Where collections' answers are kept; on a path, those that its store has.
    List<Term>? _contents;

    // Which helpers name which members: the answers so far.
    Dictionary<(ISymbol Callee, string Member), bool>? _names;

    // Outside of loops only: a loop may wait for another thread to change it.
    Term? AnsweredBefore(Term owner, IPropertySymbol property, MemberContract contract) =>
        _contents is not null && contract.ReadsOnly && !MayRepeat && _state.Store.TryGet(Contracts.Path(owner, property), out var answer) && answer.Kind == TermKind.Site ? answer : null;

    void ForgetContents(IMethodSymbol callee, MemberContract contract, Term? receiver, ImmutableArray<BoundArgument> arguments)
    {
        if (_contents is null || contract.ReadsOnly)
            return;
        bool hasSource = !callee.DeclaringSyntaxReferences.IsEmpty;
        foreach (var place in _contents)
        {
            if (!_state.Store.TryGet(place, out _))
                continue;
            var collection = place.Left!;
            bool isGiven = collection.Equals(receiver);
            foreach (var argument in arguments)
                isGiven |= argument.Term.Equals(collection);
            if (isGiven || (hasSource && collection.Symbol is { } member && Names(callee, member)))
                _state = _state with { Store = _state.Store.Without(place) };
        }
    }

    /// <summary>Once its lock is free, or the thread has let go of the processor, any thread may have changed it.</summary>
    /// <param name="freed">The lock; null where anything may have happened.</param>
    void ForgetContents(Term? freed)
    {
        if (_contents is null)
            return;
        foreach (var place in _contents)
        {
            if (_state.Store.TryGet(place, out _) && place.Root.Kind != TermKind.Fresh && (freed is null || Guards(freed, place.Left!)))
                _state = _state with { Store = _state.Store.Without(place) };
        }
    }

    bool Guards(Term path, Term collection)
    {
        if (collection.Symbol is not { } member)
            return false;
        var binding = new CallBinding(collection.Left, null, ImmutableArray<BoundArgument>.Empty, null);
        var contract = Contracts.Of(member);
        foreach (var clause in contract.GuardedBy.AddRange(contract.GuardedByAny).AddRange(contract.TargetGuardedBy))
        {
            if (path.Equals(binding.Follow(_state, clause.Path)))
                return true;
        }

        return false;
    }

    // By its text: what a helper calls in turn is not looked at.
    bool Names(IMethodSymbol callee, ISymbol member)
    {
        _names ??= new();
        if (!_names.TryGetValue((callee, member.Name), out bool known))
            _names.Add((callee, member.Name), known = IsNamedIn(callee, member));
        return known;
    }

    bool IsNamedIn(IMethodSymbol callee, ISymbol member)
    {
        _host.Rests.OnCode(callee);
        foreach (var reference in callee.DeclaringSyntaxReferences)
        {
            foreach (var token in reference.GetSyntax(_host.Cancel).DescendantTokens())
            {
                if (token.ValueText == member.Name)
                    return true;
            }
        }

        return false;
    }
}
