using System.Collections.Immutable;
using LockCheck.Contracts;
using LockCheck.Judgement;
using LockCheck.Loading;
using LockDiscipline.Analyzers;
using LockDiscipline.Analyzers.Flow;
using LockDiscipline.Analyzers.Order;
using Microsoft.CodeAnalysis;

namespace LockCheck.Graphs;

/// <summary>What is known of the order of two locks.</summary>
internal enum LockOrderKind
{
    /// <summary>A contract states it, and no code takes them so.</summary>
    Declared,

    /// <summary>Code takes them so.</summary>
    Taken,

    /// <summary>Code takes them so, and threads can wait for each other round a cycle that this is part of.</summary>
    Cycle,

    /// <summary>Code takes them so, against a contract.</summary>
    AgainstContract,
}

/// <summary>A kind of lock: a member, or a type whose objects are locked, whichever object it belongs to.</summary>
/// <param name="Id">Documentation id, the same in every project.</param>
/// <param name="Name">How people name it; the full name where two would be named alike.</param>
internal sealed record LockNode(string Id, string Name);

/// <summary>Where code takes one lock under another, or a contract states it.</summary>
/// <param name="Path">Relative to the top folder.</param>
/// <param name="Line">From 1.</param>
internal sealed record LockPlace(string Path, int Line);

/// <summary>That one lock is taken while another is held.</summary>
/// <param name="Places">Where, by path and line; at least one.</param>
internal sealed record LockGraphEdge(LockNode Held, LockNode Taken, LockOrderKind Kind, ImmutableArray<LockPlace> Places)
{
    /// <summary>The places in a few words, for a label.</summary>
    public string Label => $"{System.IO.Path.GetFileName(Places[0].Path)}:{Places[0].Line}{(Places.Length > 1 ? $" (+{Places.Length - 1})" : "")}";

    /// <summary>Whether something is wrong with it.</summary>
    public bool IsWrong => Kind is LockOrderKind.Cycle or LockOrderKind.AgainstContract;
}

/// <summary>In which order projects take their locks. Nodes and edges are in the order of their names.</summary>
internal sealed record LockGraph(ImmutableArray<LockNode> Nodes, ImmutableArray<LockGraphEdge> Edges)
{
    /// <summary>Reads the order from the engine.</summary>
    /// <param name="root">The folder that places are named from.</param>
    public static LockGraph Of(IEnumerable<LoadedProject> projects, string root, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string Held, string Taken), (LockOrderKind Kind, SortedSet<(string Path, int Line)> Places)>();
        var symbols = new SortedDictionary<string, ISymbol>(StringComparer.Ordinal);
        foreach (var project in projects)
        {
            var session = new FlowSession(project.Compilation, project.Options, cancellationToken);
            var edges = session.Order();
            var cycles = session.InCycles(edges);
            foreach (var edge in edges)
            {
                // Something that waits for readers is not taken.
                if (edge.Taken.Mode is null)
                    continue;
                Add(edge.Held.Class.Key, edge.Taken.Class.Key, edge.Against.IsEmpty ? cycles.Contains(edge) ? LockOrderKind.Cycle : LockOrderKind.Taken : LockOrderKind.AgainstContract, edge.Site.GetLocation());
            }
            foreach (var declared in DeclaredIn(project.Compilation, session))
                Add(declared.Before.Key, declared.After.Key, LockOrderKind.Declared, declared.Member.Locations[0]);
        }
        var names = symbols.GroupBy(s => ShortName(s.Value), StringComparer.Ordinal)
            .SelectMany(g => g.Select(s => new LockNode(s.Key, g.Count() == 1 ? g.Key : s.Value.ToDisplayString()))).ToDictionary(n => n.Id, StringComparer.Ordinal);
        return new(
            [.. names.Values.OrderBy(n => n.Name, StringComparer.Ordinal).ThenBy(n => n.Id, StringComparer.Ordinal)],
            [.. found.Select(f => new LockGraphEdge(names[f.Key.Held], names[f.Key.Taken], f.Value.Kind, [.. f.Value.Places.Select(p => new LockPlace(p.Path, p.Line))]))
                .OrderBy(e => e.Held.Name, StringComparer.Ordinal).ThenBy(e => e.Taken.Name, StringComparer.Ordinal).ThenBy(e => e.Held.Id, StringComparer.Ordinal).ThenBy(e => e.Taken.Id, StringComparer.Ordinal)]);

        void Add(ISymbol held, ISymbol taken, LockOrderKind kind, Location where)
        {
            var key = (IdOf(held), IdOf(taken));
            symbols[key.Item1] = held;
            symbols[key.Item2] = taken;
            var span = where.GetLineSpan();
            var place = (FindingIdentity.Relative(span.Path, root), span.StartLinePosition.Line + 1);
            // The places are those of what is told: of code, where there is code; of what is wrong, where something is.
            if (!found.TryGetValue(key, out var known) || kind > known.Kind)
                found[key] = (kind, [place]);
            else if (kind == known.Kind)
                known.Places.Add(place);
        }
    }

    /// <summary>The edges that follow from others, and have nothing wrong with them: a drawing can do with less of them.</summary>
    public HashSet<LockGraphEdge> Implied()
    {
        var next = Edges.Where(e => e.Held != e.Taken).ToLookup(e => e.Held);
        var implied = new HashSet<LockGraphEdge>(ReferenceEqualityComparer.Instance);
        foreach (var edge in Edges.Where(e => !e.IsWrong && e.Held != e.Taken))
        {
            var seen = new HashSet<LockNode> { edge.Held };
            var stack = new Stack<LockNode>(next[edge.Held].Where(e => e != edge).Select(e => e.Taken));
            while (stack.TryPop(out var node))
            {
                if (node == edge.Taken)
                {
                    implied.Add(edge);
                    break;
                }
                if (seen.Add(node))
                {
                    foreach (var further in next[node])
                        stack.Push(further.Taken);
                }
            }
        }
        return implied;
    }

    static IEnumerable<Declared> DeclaredIn(Compilation compilation, FlowSession session) =>
        ApiNames.TypesIn(compilation.Assembly.GlobalNamespace).SelectMany(t => session.DeclaredBy(t)).Where(d => !d.IsAmongOneClass && d.Member.Locations is [{ IsInSource: true }, ..]);

    static string IdOf(ISymbol symbol) => symbol.GetDocumentationCommentId() ?? symbol.ToDisplayString();

    static string ShortName(ISymbol symbol) => symbol is ITypeSymbol || symbol.ContainingType is null ? symbol.Name : $"{symbol.ContainingType.Name}.{symbol.Name}";
}
