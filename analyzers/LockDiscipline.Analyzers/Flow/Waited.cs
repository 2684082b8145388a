using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>A lock that a body waits for, itself or in what it calls; for its callers, who may hold others. Paths are rooted in the body's own roots.</summary>
/// <param name="Without">The locks of its caller that it has released by then.</param>
/// <param name="Via">The calls that lead there, outermost first; empty for its own acquire.</param>
/// <param name="IsByOther">Another thread takes it, one that the body waits for.</param>
internal sealed record Waited(LockUse Use, ImmutableArray<Term> Without, ImmutableArray<string> Via, bool IsByOther)
{
    /// <summary>What is true of the arguments then.</summary>
    public Premise Given { get; init; }
}

/// <summary>Two locks that a body was given, taken one while the other is held: whether that is an order its callers decide.</summary>
/// <param name="Gates">The other locks that it holds meanwhile.</param>
internal sealed record WaitedPair(Taken Held, Taken Taken, ImmutableArray<Taken> Gates);
