using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

// Parameters that are locks only if the caller gave one. A semaphore is a lock where it was made for one holder, and of a parameter nobody can say
// here how it was made: what is done to it is no mistake here, and an effect on those callers whose semaphore is a lock.
internal sealed partial class Evaluator
{
    static Certainty CertaintyOf(LockTraits traits) => traits.IsPresumed ? Certainty.Maybe : Certainty.Definite;

    // What a callee took, as it is here; null where it is no lock.
    Hold? Given(Hold taken, Term parameter, Term path)
    {
        if (!taken.Traits.IsPresumed)
            return taken;
        return TraitsOfGiven(parameter, path) is { } traits ? taken with { Traits = traits, Certainty = CertaintyOf(traits) } : null;
    }

    // The same of what it gave back.
    Owed? Given(Owed released, Term path)
    {
        if (!released.IsPresumed)
            return released;
        return TraitsOfGiven(released.Lock, path) is { } traits ? released with { IsPresumed = traits.IsPresumed, IsReentrant = traits.Reentrant == true } : null;
    }

    ImmutableArray<Hold> Given(ImmutableArray<Hold> held)
    {
        foreach (var hold in held)
        {
            if (hold.Traits.IsPresumed)
                held = Given(hold, hold.Lock, hold.Lock) is { } given ? held.Replace(hold, given) : held.Remove(hold);
        }

        return held;
    }

    LockTraits? TraitsOfGiven(Term parameter, Term path) =>
        _host.TraitsOf(path, LockTypeOf(path) ?? LockTypeOf(parameter), _body.Owner.ContainingType);

    static ITypeSymbol? LockTypeOf(Term path) => path.Symbol switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => (path.Value as IOperation)?.Type,
    };
}
