using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// What a collection answers stays the same until somebody may have changed what it contains.
internal sealed partial class Evaluator
{
    // Outside of loops only: a loop may wait for another thread to change it.
    Term? AnsweredBefore(Term owner, IPropertySymbol property, MemberContract contract) =>
        _remembers && contract.ReadsOnly && !MayRepeat && _state.Store.TryGet(Contracts.Path(owner, property), out var answer) && answer.Kind == TermKind.Site ? answer : null;

    void ForgetContents(IMethodSymbol callee, MemberContract contract, Term? receiver, ImmutableArray<BoundArgument> arguments)
    {
        if (!_remembers || contract.ReadsOnly)
            return;
        bool hasSource = !callee.DeclaringSyntaxReferences.IsEmpty;
        foreach (var entry in _state.Store.Entries)
        {
            if (!IsContentsAnswer(entry.Key, entry.Value))
                continue;
            var collection = entry.Key.Left!;
            bool isGiven = collection.Equals(receiver);
            foreach (var argument in arguments)
                isGiven |= argument.Term.Equals(collection);
            if (isGiven || (hasSource && collection.Symbol is { } member && Names(callee, member)))
                _state = _state with { Store = _state.Store.Without(entry.Key) };
        }
    }

    /// <summary>Once its lock is free, or the thread has let go of the processor, any thread may have changed it.</summary>
    /// <param name="freed">The lock; null where anything may have happened.</param>
    void ForgetContents(Term? freed)
    {
        if (!_remembers)
            return;
        foreach (var entry in _state.Store.Entries)
        {
            if (IsContentsAnswer(entry.Key, entry.Value) && entry.Key.Root.Kind != TermKind.Fresh && (freed is null || Guards(freed, entry.Key.Left!)))
                _state = _state with { Store = _state.Store.Without(entry.Key) };
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

    bool IsContentsAnswer(Term place, Term answer) =>
        place is { Kind: TermKind.Member, Symbol: IPropertySymbol property } && answer is { Kind: TermKind.Site, Value: IPropertyReferenceOperation } && Contracts.Of(property).ReadsOnly;

    // By its text: what a helper calls in turn is not looked at.
    bool Names(IMethodSymbol callee, ISymbol member)
    {
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
