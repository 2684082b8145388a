using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Gathers what any of the bodies does that one call may run, in the parameters of the member called. Not thread-safe.</summary>
/// <remarks>Which delegates they invoke, and pairs of locks, are left out: those would have to hold of all of them.</remarks>
internal sealed class ReachUnion(ImmutableArray<IParameterSymbol> parameters)
{
    readonly List<Taken> _takes = new();
    readonly List<Exclusion> _excludes = new();
    readonly List<Sleep> _sleeps = new();
    readonly WaitList _waits = new();

    public Reach ToReach() => new()
    {
        Takes = _takes.ToImmutableArray(),
        Excludes = _excludes.ToImmutableArray(),
        Sleeps = _sleeps.ToImmutableArray(),
        Waits = _waits.ToImmutable(),
    };

    public void AddSleep(Sleep sleep) => Alternatives.Add(_sleeps, sleep, Alternatives.OfSleeps);

    /// <summary>Adds what a body does that has the parameters <paramref name="from"/>.</summary>
    public void Add(Reach reach, ImmutableArray<IParameterSymbol> from)
    {
        if (ReferenceEquals(reach, Reach.Nothing) || from.Length != parameters.Length)
            return;
        foreach (var taken in reach.Takes)
        {
            if (Renamed(taken.Lock) is { } path)
                Alternatives.Add(_takes, taken with { Lock = path, Given = taken.Given.Renamed(Root) }, Alternatives.OfTakes);
        }

        foreach (var exclusion in reach.Excludes)
        {
            if (Renamed(exclusion.Lock) is { } path)
                Alternatives.Add(_excludes, exclusion with { Lock = path, Given = exclusion.Given.Renamed(Root) }, Alternatives.OfExclusions);
        }

        foreach (var sleep in reach.Sleeps)
            AddSleep(sleep with { Without = All(sleep.Without), Given = sleep.Given.Renamed(Root) });
        foreach (var waited in reach.Waits)
        {
            // Whose lock it is, a path that the caller cannot name still says by its class.
            _waits.Add(waited with { Use = waited.Use with { Path = Renamed(waited.Use.Path) ?? waited.Use.Path }, Without = All(waited.Without), Given = waited.Given.Renamed(Root) });
        }

        ImmutableArray<Term> All(ImmutableArray<Term> paths)
        {
            if (paths.IsEmpty)
                return paths;
            var here = ImmutableArray.CreateBuilder<Term>(paths.Length);
            foreach (var path in paths)
            {
                if (Renamed(path) is { } renamed)
                    here.Add(renamed);
            }

            return here.ToImmutable();
        }

        Term? Renamed(Term path) => path.Substitute(Root);

        Term? Root(Term root)
        {
            int i = root.Symbol is IParameterSymbol parameter ? from.IndexOf(parameter, SymbolEqualityComparer.Default) : -1;
            return i < 0 ? root : Term.Parameter(parameters[i]);
        }
    }
}
