using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Locks that nobody acquired by name: made in possession of their maker, or waited for among several.
internal sealed partial class Evaluator
{
    // The type whose members waited for some of what they were given: which, only the run knows.
    INamedTypeSymbol? _waitedForSome;

    // new Mutex(initiallyOwned: true): with a name, the system decides whether that comes true, and who makes one often keeps it until the process ends.
    void GrantToMaker(IOperation site, IMethodSymbol constructor, Term made)
    {
        if (site is not IObjectCreationOperation creation || Contracts.Traits(constructor.ContainingType) is not { } traits
            || Contracts.Construction.HeldWhen(constructor.ContainingType) is not { } condition || condition.Holds(creation) == false)
        {
            return;
        }

        _state = LockEffects.Acquire(_state, new Hold(made, LockMode.Exclusive, 1, HoldSource.Acquired, Certainty.Maybe, site, null, creation.Syntax.ToString(), traits));
    }

    void NoteWaitForSome(IMethodSymbol callee, MemberContract contract)
    {
        if (contract.AcquiresSome)
            _waitedForSome = callee.ContainingType;
    }

    /// <summary>Whether what is released without having been acquired may be in the body's possession all the same.</summary>
    bool MayBeGranted(IMethodSymbol releaser, Term path)
    {
        if (WasReleased(path))
            return false;
        for (var type = releaser.ContainingType; type is not null && _waitedForSome is not null; type = type.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(type, _waitedForSome))
                return true;
        }

        if (path.Symbol is { } member)
            _host.Rests.OnMentioning(member.ContainingType, member.Name);
        return Contracts.Construction.HeldWhen(releaser.ContainingType) is { } condition && Contracts.Construction.Holds(path, condition) == true;
    }

    // Who disposes a lock that belongs to no thread waited for all others, and nobody comes behind.
    void GiveBackForGood(Term disposed)
    {
        Disown(disposed);
        if (_state.Find(disposed) is { Traits.ThreadBound: false } last)
            _state = _state.Remove(last);
    }
}
