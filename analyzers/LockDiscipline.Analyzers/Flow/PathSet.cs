using System;
using System.Collections.Immutable;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>The path states at one point: one for each key, up to a bound.</summary>
internal sealed class PathSet : IEquatable<PathSet>
{
    public static readonly PathSet Empty = new(ImmutableArray<PathState>.Empty, false);

    public PathSet(ImmutableArray<PathState> paths, bool isCapped)
    {
        Paths = paths;
        IsCapped = isCapped;
    }

    public ImmutableArray<PathState> Paths { get; }

    /// <summary>The bound was hit on the way here: some paths were merged although they differ in what they hold.</summary>
    public bool IsCapped { get; }

    public bool Equals(PathSet? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || Paths.Length != other.Paths.Length || IsCapped != other.IsCapped)
            return false;
        foreach (var path in Paths)
        {
            if (!other.Paths.Contains(path))
                return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as PathSet);

    public override int GetHashCode() => Paths.Length;
}

/// <summary>The lattice of path sets.</summary>
/// <param name="scopes">Those of the body; null to join all variables.</param>
internal sealed class PathLattice(Scopes? scopes = null) : IFlowLattice<PathSet>
{
    /// <summary>More path states than this at one point are merged; far more than hand-written locking needs.</summary>
    public const int MaxPaths = 24;

    public PathSet Bottom => PathSet.Empty;

    public bool Same(PathSet a, PathSet b) => a.Equals(b);

    public PathSet Join(PathSet known, PathSet arriving, object place)
    {
        if (known.Paths.IsEmpty || ReferenceEquals(known, arriving))
            return arriving;
        var paths = known.Paths;
        foreach (var path in arriving.Paths)
            paths = Add(paths, path, place);
        bool capped = known.IsCapped || arriving.IsCapped;
        return Limit(paths == known.Paths && capped == known.IsCapped ? known : new PathSet(paths, capped), place);
    }

    ImmutableArray<PathState> Add(ImmutableArray<PathState> paths, PathState arriving, object place)
    {
        for (int i = 0; i < paths.Length; i++)
        {
            if (!paths[i].SameKey(arriving))
                continue;
            var joined = PathJoin.Values(paths[i], arriving, place, scopes);
            return joined.Equals(paths[i]) ? paths : paths.SetItem(i, joined);
        }

        return paths.Add(arriving);
    }

    // Beyond the bound the paths are merged into one, and it stays one.
    PathSet Limit(PathSet set, object place)
    {
        if (set.Paths.Length <= MaxPaths && !(set.IsCapped && set.Paths.Length > 1))
            return set;
        var merged = set.Paths[0];
        for (int i = 1; i < set.Paths.Length; i++)
            merged = PathJoin.Approximately(merged, set.Paths[i], place, scopes);
        return new PathSet(ImmutableArray.Create(merged), true);
    }
}
