using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>A name that was looked for in the code of members.</summary>
/// <param name="Name">Its hash.</param>
/// <param name="Path">Of the tree in which it was looked for; null for all of them.</param>
internal readonly record struct NameMentioned(int Name, string? Path);

/// <summary>What an answer rests on in a compilation: the code that was looked at, for itself or for others that it asked about, the types that this code has to do with, and what was looked for by name.</summary>
/// <remarks>Thread-safe. Answers about members that call each other rest on each other.</remarks>
/// <param name="own">The member that the answer is about; null for one about something else.</param>
internal sealed class Rests(FunctionNames? own = null)
{
    // Gathered only when somebody wants to know all.
    readonly List<(IEnumerable<FunctionNames> Functions, IEnumerable<TreeNames> Trees)> _lots = new();
    readonly HashSet<Rests> _others = new();
    readonly HashSet<NameMentioned> _names = new();

    FunctionNames? Own { get; } = own;

    /// <summary>Adds what is not changed any more.</summary>
    public void Add(IEnumerable<FunctionNames> functions, IEnumerable<TreeNames> trees)
    {
        lock (_lots)
            _lots.Add((functions, trees));
    }

    /// <summary>Adds all members that mention a name, and that there are no others.</summary>
    public void Add(NameMentioned name)
    {
        lock (_lots)
            _names.Add(name);
    }

    public void Add(Rests other)
    {
        if (ReferenceEquals(other, this))
            return;
        lock (_lots)
            _others.Add(other);
    }

    /// <summary>All members whose code, and all trees whose declarations were looked at, and all names that were looked for, however far away.</summary>
    public (HashSet<FunctionNames> Functions, HashSet<TreeNames> Trees, HashSet<NameMentioned> Names) All()
    {
        var functions = new HashSet<FunctionNames>();
        var trees = new HashSet<TreeNames>();
        var names = new HashSet<NameMentioned>();
        var seen = new HashSet<Rests> { this };
        var next = new Stack<Rests>(seen);
        while (next.Count > 0)
        {
            var rests = next.Pop();
            lock (rests._lots)
            {
                if (rests.Own is { } own)
                    functions.Add(own);
                names.UnionWith(rests._names);
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

        return (functions, trees, names);
    }
}
