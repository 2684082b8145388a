using System.Collections.Generic;
using System.Threading;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>A name that was looked for in the code of members.</summary>
/// <param name="Name">Its hash.</param>
/// <param name="Path">Of the tree in which it was looked for; null for all of them.</param>
internal readonly record struct NameMentioned(int Name, string? Path);

/// <summary>What an answer rests on in a compilation: the code that was looked at, for itself or for others that it asked about, the types that this code has to do with, and what was looked for by name.</summary>
/// <remarks>Thread-safe. Answers about members that call each other rest on each other.</remarks>
/// <param name="own">The member whose code was looked at; null for an answer about something else.</param>
/// <param name="isOutward">The answers are what those who call the member ask of it: how it comes to them is nobody else's concern.</param>
internal sealed class Rests(FunctionNames? own = null, bool isOutward = false)
{
    static int s_made;

    // Gathered only when somebody wants to know all.
    readonly List<(IEnumerable<FunctionNames> Functions, IEnumerable<TreeNames> Trees)> _lots = new();
    readonly List<IEnumerable<FunctionNames>> _asked = new();
    readonly HashSet<Rests> _others = new();
    readonly HashSet<NameMentioned> _names = new();
    // Asked for in every look-up; that of an object's identity takes far longer.
    readonly int _hash = Interlocked.Increment(ref s_made);

    FunctionNames? Own { get; } = own;

    bool IsOutward { get; } = isOutward;

    /// <summary>Adds what is not changed any more.</summary>
    public void Add(IEnumerable<FunctionNames> functions, IEnumerable<TreeNames> trees)
    {
        lock (_lots)
            _lots.Add((functions, trees));
    }

    /// <summary>Adds members of which nothing counts but what those who call them are told.</summary>
    public void AddAsked(IEnumerable<FunctionNames> functions)
    {
        lock (_lots)
            _asked.Add(functions);
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

    public override int GetHashCode() => _hash;

    /// <summary>
    /// All members whose code was looked at, and those that were only asked as their callers do; all trees whose declarations were looked at, and all names that were looked for, however far away.
    /// </summary>
    public (HashSet<FunctionNames> Functions, HashSet<FunctionNames> Asked, HashSet<TreeNames> Trees, HashSet<NameMentioned> Names) All()
    {
        var functions = new HashSet<FunctionNames>();
        var asked = new HashSet<FunctionNames>();
        var trees = new HashSet<TreeNames>();
        var names = new HashSet<NameMentioned>();
        var seen = new HashSet<Rests> { this };
        var next = new Stack<Rests>(seen);
        while (next.Count > 0)
        {
            var rests = next.Pop();
            lock (rests._lots)
            {
                // Whether its own member is the same is asked first.
                if (rests.Own is { } own && rests != this)
                    (rests.IsOutward ? asked : functions).Add(own);
                foreach (var others in rests._asked)
                    asked.UnionWith(others);
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

        asked.ExceptWith(functions);
        return (functions, asked, trees, names);
    }
}
