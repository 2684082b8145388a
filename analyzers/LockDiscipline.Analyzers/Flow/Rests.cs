using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What the answers about one member rest on in a compilation: the code that was looked at, for itself or for others that it asked about, and the types that this code has to do with.</summary>
/// <remarks>Thread-safe. Members that call each other rest on each other.</remarks>
internal sealed class Rests(FunctionNames own)
{
    // Gathered only when somebody wants to know all.
    readonly List<(IEnumerable<FunctionNames> Functions, IEnumerable<TreeNames> Trees)> _lots = new();
    readonly HashSet<Rests> _others = new();

    FunctionNames Own { get; } = own;

    /// <summary>Adds what is not changed any more.</summary>
    public void Add(IEnumerable<FunctionNames> functions, IEnumerable<TreeNames> trees)
    {
        lock (_lots)
            _lots.Add((functions, trees));
    }

    public void Add(Rests other)
    {
        if (ReferenceEquals(other, this))
            return;
        lock (_lots)
            _others.Add(other);
    }

    /// <summary>All members whose code, and all trees whose declarations were looked at, however far away.</summary>
    public (HashSet<FunctionNames> Functions, HashSet<TreeNames> Trees) All()
    {
        var functions = new HashSet<FunctionNames>();
        var trees = new HashSet<TreeNames>();
        var seen = new HashSet<Rests> { this };
        var next = new Stack<Rests>(seen);
        while (next.Count > 0)
        {
            var rests = next.Pop();
            lock (rests._lots)
            {
                functions.Add(rests.Own);
                foreach (var lot in rests._lots)
                {
                    functions.UnionWith(lot.Functions);
                    trees.UnionWith(lot.Trees);
                }

                foreach (var other in rests._others)
                {
                    if (seen.Add(other))
                        next.Push(other);
                }
            }
        }

        return (functions, trees);
    }
}
