using FsCheck.Fluent;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;

namespace LockDiscipline.Tests.Flow;

/// <summary>The laws stated on <see cref="IFlowLattice{TState}"/>, for path sets.</summary>
public sealed class PathLatticeTests
{
    static readonly PathLattice s_lattice = new();

    static PathSet Join(PathSet known, PathSet arriving, object place) => s_lattice.Join(known, arriving, place);

    static bool Same(PathSet a, PathSet b) => s_lattice.Same(a, b) && a.GetHashCode() == b.GetHashCode();

    static PathSet Copy(PathSet set) => new(System.Collections.Immutable.ImmutableArray.CreateRange(set.Paths.Reverse()), set.IsCapped);

    [Fact]
    public void Identity() => Law.Holds(Generators.Set, a =>
        Same(Join(s_lattice.Bottom, a, new object()), a) && Same(Join(a, s_lattice.Bottom, new object()), a));

    [Fact]
    public void Idempotence() => Law.Holds(Generators.Set, a => Same(Join(a, Copy(a), new object()), a));

    [Fact]
    public void Absorption() => Law.Holds(Pairs(), pair =>
    {
        var place = new object();
        var joined = Join(pair.A, pair.B, place);
        return Same(Join(joined, pair.B, place), joined) && Same(Join(joined, pair.A, place), joined);
    });

    [Fact]
    public void Commutativity() => Law.Holds(Pairs(), pair =>
    {
        var place = new object();
        return Same(Join(pair.A, pair.B, place), Join(pair.B, pair.A, place));
    });

    [Fact]
    public void FiniteHeight() => Law.Holds(Generators.Few(Generators.Set, 6), sets =>
    {
        var place = new object();
        var known = s_lattice.Bottom;
        for (int round = 0; round < 12; round++)
        {
            var before = known;
            foreach (var set in sets)
                known = Join(known, set, place);
            if (s_lattice.Same(before, known))
                return true;
        }

        return false;
    });

    [Fact]
    public void Join_KeepsEveryKey() => Law.Holds(Pairs(), pair =>
    {
        var joined = Join(pair.A, pair.B, new object());
        return pair.A.Paths.Concat(pair.B.Paths).All(path => joined.Paths.Count(known => known.SameKey(path)) == 1);
    });

    [Fact]
    public void Join_KnowsOnlyWhatBothKnow() => Law.Holds(Generators.State.Two(), pair =>
    {
        var (a, b) = pair;
        b = b with { Locks = a.Locks, Owed = a.Owed, Unchecked = a.Unchecked, Implicit = a.Implicit };
        var joined = PathJoin.Values(a, b, new object());
        foreach (var variable in Generators.Variables)
        {
            // Where both hold the same, so does the join; where they differ, it is a value that neither had.
            bool same = a.Read(variable).Equals(b.Read(variable));
            if (same != joined.Read(variable).Equals(a.Read(variable)) && !a.Equals(b))
                return false;
        }

        return true;
    });

    [Fact]
    public void BeyondTheBound_OnePathIsLeft_AndStays()
    {
        var sites = Generators.Sites;
        var gate = Generators.Variables[0];
        var set = s_lattice.Bottom;
        var place = new object();
        for (int i = 0; i <= PathLattice.MaxPaths; i++)
        {
            var hold = new Hold(Term.Element(gate, Term.Constant(i)), LockMode.Exclusive, 1, HoldSource.Acquired, Certainty.Definite, sites[0], null, "gate", LockTraits.Unknown);
            set = Join(set, Generators.SetOf([PathState.Entry.Add(hold)]), place);
        }

        Assert.True(set.IsCapped);
        var path = Assert.Single(set.Paths);
        Assert.All(path.Locks, hold => Assert.Equal(Certainty.Maybe, hold.Certainty));
        Assert.Equal(PathLattice.MaxPaths + 1, path.Locks.Length);
        var again = Join(set, Generators.SetOf([PathState.Entry]), place);
        Assert.Single(again.Paths);
        Assert.True(again.IsCapped);
    }

    static FsCheck.Gen<(PathSet A, PathSet B)> Pairs() => from a in Generators.Set from b in Generators.Set select (a, b);
}
