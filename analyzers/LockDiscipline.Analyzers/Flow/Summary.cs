using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What was inferred of a body that has no contract, whatever its caller holds. Immutable; paths are rooted in the body's own roots.</summary>
internal sealed record Summary
{
    /// <summary>Nothing that concerns locks happens in the body, as far as can be seen.</summary>
    public static readonly Summary None = new();

    /// <summary>The ways in which it ends, where they differ for the caller's locks; empty where no way concerns them.</summary>
    public ImmutableArray<Outcome> Outcomes { get; init; } = ImmutableArray<Outcome>.Empty;

    /// <summary>There are more ways than are kept apart.</summary>
    public bool HasTooManyOutcomes { get; init; }

    /// <summary>No way in which it ends was found so far: true of methods only that call each other, while their summaries are being made.</summary>
    public bool NeverReturns { get; init; }

    /// <summary>The locks that it needs its caller to hold.</summary>
    public ImmutableArray<Need> Needs { get; init; } = ImmutableArray<Need>.Empty;

    /// <summary>Parameters that it keeps beyond the call.</summary>
    public ImmutableArray<ISymbol> Keeps { get; init; } = ImmutableArray<ISymbol>.Empty;

    /// <summary>Members that it may assign: what its callers knew of them is true no more.</summary>
    public ImmutableArray<Term> Assigns { get; init; } = ImmutableArray<Term>.Empty;

    /// <summary>Whether a call does something to locks, or to what has to be done or given back, or needs a lock: more than to tell something of its arguments.</summary>
    public bool HasEffect
    {
        get
        {
            foreach (var outcome in Outcomes)
            {
                if (!(outcome.Acquired.IsEmpty && outcome.Released.IsEmpty && outcome.Marks.IsEmpty) || outcome.Given.TellsOfResult)
                    return true;
            }

            return !Needs.IsEmpty;
        }
    }

    /// <summary>Whether its callers' locks are concerned.</summary>
    public bool ConcernsCallers => !(Outcomes.IsEmpty && Needs.IsEmpty);
}

/// <summary>One way in which a body ends.</summary>
/// <param name="Returned">The constant returned on it, if it is one.</param>
/// <param name="Acquired">Locks held that were not on entry.</param>
/// <param name="Released">Locks that its caller held.</param>
/// <param name="Written">What by-reference parameters and captured variables hold, where that is a constant.</param>
internal sealed record Outcome(
    Term? Returned,
    ImmutableArray<Hold> Acquired,
    ImmutableArray<Owed> Released,
    ImmutableArray<(Term Location, Term Value)> Written)
{
    /// <summary>What is true of the returned value, where that is no constant: an error, whichever; an object, not null.</summary>
    public Premise Told { get; init; }

    /// <summary>What is true of the arguments whenever it ends in this way: a flag that decides, for instance.</summary>
    public Premise Given { get; init; }

    /// <summary>What members hold whenever it ends in this way, where that is a constant: the flag that tells what was locked, for instance.</summary>
    public ImmutableArray<(Term Location, Term Value)> Leaves { get; init; } = ImmutableArray<(Term, Term)>.Empty;

    /// <summary>What its caller has to take over: work left pending or settled, values owned; the returned value is <see cref="Term.Return"/>.</summary>
    public ImmutableArray<Mark> Marks { get; init; } = ImmutableArray<Mark>.Empty;
}

/// <param name="Given">What is true of the arguments then.</param>
internal sealed record Need(Term Lock, LockMode Mode, string Text, Premise Given);
