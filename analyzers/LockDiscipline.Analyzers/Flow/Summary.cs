using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Order;
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

    /// <summary>Whether its callers' locks are concerned.</summary>
    public bool ConcernsCallers => !(Outcomes.IsEmpty && Needs.IsEmpty);
}

/// <summary>What a body may do somewhere in it, or in what it calls, without a trace in its caller's locks. Inferred apart, as few callers ask.</summary>
internal sealed record Reach
{
    public static readonly Reach Nothing = new();

    /// <summary>The locks that it waits for, released again or not.</summary>
    public ImmutableArray<Taken> Takes { get; init; } = ImmutableArray<Taken>.Empty;

    /// <summary>The locks whose order concerns its callers: all that it waits for, whoever's they are.</summary>
    public ImmutableArray<Waited> Waits { get; init; } = ImmutableArray<Waited>.Empty;

    /// <summary>The locks that it is given and takes one within the other.</summary>
    public ImmutableArray<WaitedPair> Pairs { get; init; } = ImmutableArray<WaitedPair>.Empty;

    /// <summary>The locks with which it must not be called, because of what it calls.</summary>
    public ImmutableArray<Exclusion> Excludes { get; init; } = ImmutableArray<Exclusion>.Empty;

    /// <summary>Where it may sleep.</summary>
    public ImmutableArray<Sleep> Sleeps { get; init; } = ImmutableArray<Sleep>.Empty;

    /// <summary>The locks that it holds whenever it invokes what is passed for a parameter.</summary>
    public ImmutableArray<HeldForDelegate> Invokes { get; init; } = ImmutableArray<HeldForDelegate>.Empty;

    /// <summary>What either this or <paramref name="other"/> does, where that speaks of other parameters.</summary>
    public Reach Or(Reach other, ImmutableArray<IParameterSymbol> from, ImmutableArray<IParameterSymbol> to)
    {
        if (ReferenceEquals(other, Nothing) || from.Length != to.Length)
            return this;
        var all = this;
        foreach (var taken in other.Takes)
        {
            if (Renamed(taken.Lock) is { } path)
                all = all with { Takes = all.Takes.Add(taken with { Lock = path, Given = taken.Given.Renamed(Root) }) };
        }

        foreach (var exclusion in other.Excludes)
        {
            if (Renamed(exclusion.Lock) is { } path)
                all = all with { Excludes = all.Excludes.Add(exclusion with { Lock = path, Given = exclusion.Given.Renamed(Root) }) };
        }

        foreach (var sleep in other.Sleeps)
        {
            var without = ImmutableArray.CreateBuilder<Term>(sleep.Without.Length);
            foreach (var path in sleep.Without)
            {
                if (Renamed(path) is { } here)
                    without.Add(here);
            }

            all = all with { Sleeps = all.Sleeps.Add(sleep with { Without = without.ToImmutable(), Given = sleep.Given.Renamed(Root) }) };
        }

        foreach (var waited in other.Waits)
        {
            // Whose lock it is, a path that the caller cannot name still says by its class.
            var without = ImmutableArray.CreateBuilder<Term>(waited.Without.Length);
            foreach (var path in waited.Without)
            {
                if (Renamed(path) is { } here)
                    without.Add(here);
            }

            all = all with { Waits = all.Waits.Add(waited with { Use = waited.Use with { Path = Renamed(waited.Use.Path) ?? waited.Use.Path }, Without = without.ToImmutable() }) };
        }

        return all;

        Term? Renamed(Term path) => path.Substitute(Root);

        Term? Root(Term root)
        {
            int i = root.Symbol is IParameterSymbol parameter ? from.IndexOf(parameter, SymbolEqualityComparer.Default) : -1;
            return i < 0 ? root : Term.Parameter(to[i]);
        }
    }
}

/// <summary>One way of coming to sleep.</summary>
/// <param name="Chain">The calls that lead to it, outermost first.</param>
/// <param name="Without">The locks of the caller that are released when it sleeps.</param>
/// <param name="Given">What is true of the arguments then.</param>
internal sealed record Sleep(ImmutableArray<ChainLink> Chain, ImmutableArray<Term> Without, Premise Given);

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
    /// <summary>What is true of the arguments whenever it ends in this way: a flag that decides, for instance.</summary>
    public Premise Given { get; init; }

    /// <summary>What its caller has to take over: work left pending or settled, values owned; the returned value is <see cref="Term.Return"/>.</summary>
    public ImmutableArray<Mark> Marks { get; init; } = ImmutableArray<Mark>.Empty;
}

/// <param name="Text">The lock as written in the callee.</param>
/// <param name="Given">What is true of the arguments then.</param>
internal sealed record Taken(Term Lock, LockMode Mode, LockTraits Traits, string Text, Premise Given);

/// <param name="Given">What is true of the arguments then.</param>
internal sealed record Need(Term Lock, LockMode Mode, string Text, Premise Given);

/// <summary>What a body holds whenever it invokes a delegate passed to it.</summary>
internal sealed record HeldForDelegate(IParameterSymbol Parameter, ImmutableArray<Hold> Locks);

/// <param name="Text">The lock as written in the callee.</param>
/// <param name="Given">What is true of the arguments then.</param>
internal sealed record Exclusion(Term Lock, string Text, Premise Given);

/// <summary>One call on the way to one that may sleep.</summary>
internal sealed record ChainLink(string Name, Location Location);
