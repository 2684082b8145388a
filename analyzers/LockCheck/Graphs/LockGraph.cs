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
    /// <summary>Cycles that no project has alone, each as what is taken, one after the other, and where.</summary>
    public ImmutableArray<string> AcrossProjects { get; init; } = [];

    /// <summary>Reads the order from the engine.</summary>
    /// <param name="root">The folder that places are named from.</param>
    public static LockGraph Of(IEnumerable<LoadedProject> projects, string root, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string Held, string Taken), (LockOrderKind Kind, SortedSet<(string Path, int Line)> Places)>();
        var symbols = new SortedDictionary<string, ISymbol>(StringComparer.Ordinal);
        var portable = new List<PortableEdge>();
        var loaded = projects.ToList();
        foreach (var project in loaded)
        {
            var session = new FlowSession(project.Compilation, project.Options, cancellationToken);
            var edges = session.Order();
            var cycles = session.InCycles(edges);
            foreach (var edge in edges)
            {
                // Something that waits for readers is not taken.
                if (edge.Taken.Mode is not null)
                    Add(edge.Held.Class.Key, edge.Taken.Class.Key, edge.Against.IsEmpty ? cycles.Contains(edge) ? LockOrderKind.Cycle : LockOrderKind.Taken : LockOrderKind.AgainstContract, PlaceOf(edge.Site.GetLocation(), root));
                portable.Add(PortableEdge.Of(edge, session.EntryOf(edge), project, PlaceOf(edge.Site.GetLocation(), root)));
            }
            foreach (var declared in DeclaredIn(project.Compilation, session))
                Add(declared.Before.Key, declared.After.Key, LockOrderKind.Declared, PlaceOf(declared.Member.Locations[0], root));
        }
        // Only now, since each compilation has symbols of its own.
        var across = new CyclesAcrossProjects(loaded, portable, cancellationToken).Find();
        foreach (var edge in across.SelectMany(c => c).Where(e => e.IsTaken))
            Put((edge.HeldKey, edge.TakenKey), LockOrderKind.Cycle, edge.Place);
        var names = symbols.GroupBy(s => ShortName(s.Value), StringComparer.Ordinal)
            .SelectMany(g => g.Select(s => new LockNode(s.Key, g.Count() == 1 ? g.Key : s.Value.ToDisplayString()))).ToDictionary(n => n.Id, StringComparer.Ordinal);
        return new(
            [.. names.Values.OrderBy(n => n.Name, StringComparer.Ordinal).ThenBy(n => n.Id, StringComparer.Ordinal)],
            [.. found.Select(f => new LockGraphEdge(names[f.Key.Held], names[f.Key.Taken], f.Value.Kind, [.. f.Value.Places.Select(p => new LockPlace(p.Path, p.Line))]))
                .OrderBy(e => e.Held.Name, StringComparer.Ordinal).ThenBy(e => e.Taken.Name, StringComparer.Ordinal).ThenBy(e => e.Held.Id, StringComparer.Ordinal).ThenBy(e => e.Taken.Id, StringComparer.Ordinal)])
        {
            AcrossProjects = [.. across.Select(c => string.Join(", ", c.Select(e => $"{NameOf(e.TakenKey)} under {NameOf(e.HeldKey)} in {e.Project} ({e.Place.Path}:{e.Place.Line})"))).Distinct()],
        };

        void Add(ISymbol held, ISymbol taken, LockOrderKind kind, LockPlace where)
        {
            var key = (IdOf(held), IdOf(taken));
            symbols[key.Item1] = held;
            symbols[key.Item2] = taken;
            Put(key, kind, where);
        }

        // The places are those of what is told: of code, where there is code; of what is wrong, where something is.
        void Put((string Held, string Taken) key, LockOrderKind kind, LockPlace where)
        {
            if (!found.TryGetValue(key, out var known) || kind > known.Kind)
                found[key] = (kind, [(where.Path, where.Line)]);
            else if (kind == known.Kind)
                known.Places.Add((where.Path, where.Line));
        }

        string NameOf(string id) => names.TryGetValue(id, out var node) ? node.Name : id;
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

    static LockPlace PlaceOf(Location where, string root)
    {
        var span = where.GetLineSpan();
        return new(FindingIdentity.Relative(span.Path, root), span.StartLinePosition.Line + 1);
    }

    /// <summary>What a class of locks is known by in every project.</summary>
    public static string IdOf(ISymbol symbol) => symbol.GetDocumentationCommentId() ?? symbol.ToDisplayString();

    static string ShortName(ISymbol symbol) => symbol is ITypeSymbol || symbol.ContainingType is null ? symbol.Name : $"{symbol.ContainingType.Name}.{symbol.Name}";
}
