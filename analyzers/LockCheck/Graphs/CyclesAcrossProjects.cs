using System.Collections.Immutable;
using LockCheck.Loading;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockCheck.Graphs;

/// <summary>
/// Finds cycles of the lock order that no project has alone. The rules see one compilation each, so nobody else tells of these. They are
/// judged as the engine judges those of one project: by class and mode, and not where one lock is held on both paths.
/// </summary>
internal sealed class CyclesAcrossProjects(IReadOnlyList<LoadedProject> projects, IReadOnlyList<PortableEdge> edges, CancellationToken cancellationToken)
{
    // More are not followed from one edge.
    const int MostFollowed = 1000;

    readonly ILookup<string, PortableEdge> _from = edges.Where(IsCandidate).ToLookup(e => e.HeldKey, StringComparer.Ordinal);
    readonly Dictionary<string, HashSet<string>> _reached = Reach(projects);

    /// <summary>A shortest cycle through each edge that has one, each told once.</summary>
    public ImmutableArray<ImmutableArray<PortableEdge>> Find()
    {
        var found = new Dictionary<string, ImmutableArray<PortableEdge>>(StringComparer.Ordinal);
        foreach (var start in edges.Where(IsCandidate).OrderBy(e => e.Place.Path, StringComparer.Ordinal).ThenBy(e => e.Place.Line).ThenBy(e => e.HeldKey, StringComparer.Ordinal).ThenBy(e => e.TakenKey, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Shortest(start) is { IsEmpty: false } cycle)
                found.TryAdd(string.Join('\n', cycle.Select(e => $"{e.Place.Path}:{e.Place.Line} {e.HeldKey} {e.TakenKey}").Order(StringComparer.Ordinal)), cycle);
        }
        return [.. found.Values];
    }

    ImmutableArray<PortableEdge> Shortest(PortableEdge start)
    {
        var cameFrom = new Dictionary<PortableEdge, PortableEdge?>(ReferenceEqualityComparer.Instance) { [start] = null };
        var queue = new Queue<PortableEdge>();
        queue.Enqueue(start);
        while (queue.Count > 0 && cameFrom.Count < MostFollowed)
        {
            var last = queue.Dequeue();
            foreach (var next in _from[last.TakenKey])
            {
                if (cameFrom.ContainsKey(next) || !last.Taken.WaitsFor(next.Held))
                    continue;
                cameFrom.Add(next, last);
                if (next.Taken.WaitsFor(start.Held) && Unwind(next, cameFrom) is var cycle && IsOfSeveral(cycle) && IsOneProcess(cycle) && CanMeet(cycle))
                    return cycle;
                queue.Enqueue(next);
            }
        }
        return [];
    }

    static ImmutableArray<PortableEdge> Unwind(PortableEdge last, Dictionary<PortableEdge, PortableEdge?> cameFrom)
    {
        var cycle = new List<PortableEdge>();
        for (PortableEdge? edge = last; edge is not null; edge = cameFrom[edge])
            cycle.Add(edge);
        cycle.Reverse();
        return [.. cycle];
    }

    // Two locks of one class are ordered by their objects, which says nothing between projects.
    static bool IsCandidate(PortableEdge edge) => edge.IsUsable && !edge.IsAlone && !edge.Held.Matches(edge.Taken);

    // A source that several projects compile is in each of them; then each has the cycle alone, and there it is told.
    static bool IsOfSeveral(ImmutableArray<PortableEdge> cycle) => cycle.Select(e => e.Build.Path).Distinct().Count() > 1;

    // Two frameworks of a project are never in one process, nor are two programs, unless some project refers to all.
    bool IsOneProcess(ImmutableArray<PortableEdge> cycle)
    {
        if (cycle.GroupBy(e => e.Build.Path).Any(g => g.Select(e => e.Build.TargetFramework).Distinct().Count() > 1))
            return false;
        var assemblies = cycle.Select(e => NameOf(e.Build)).Distinct().ToList();
        return !cycle.Any(e => e.Build.Compilation.Options.OutputKind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication or OutputKind.WindowsRuntimeApplication)
            || _reached.Values.Any(r => assemblies.TrueForAll(r.Contains));
    }

    static bool CanMeet(ImmutableArray<PortableEdge> cycle)
    {
        for (var i = 0; i < cycle.Length; i++)
        {
            for (var j = i + 1; j < cycle.Length; j++)
            {
                if (cycle[i].Gates.Any(g => IsCommon(g, cycle) && cycle[j].Gates.Any(o => g.Matches(o) && (g.Mode == LockMode.Exclusive || o.Mode == LockMode.Exclusive))))
                    return false;
            }
        }
        return true;
    }

    // A gate that each object has for itself does not keep two paths to static locks apart; and a lock of the cycle is no gate to it.
    static bool IsCommon(PortableUse gate, ImmutableArray<PortableEdge> cycle) =>
        !cycle.Any(e => e.Held.Matches(gate)) && (gate.IsStatic || cycle.Any(e => !e.Held.IsStatic || !e.Taken.IsStatic));

    // What each project brings into a process, itself included.
    static Dictionary<string, HashSet<string>> Reach(IReadOnlyList<LoadedProject> projects)
    {
        var direct = projects.GroupBy(NameOf, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.SelectMany(p => p.Compilation.ReferencedAssemblyNames.Select(n => n.Name)).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        var reached = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var name in direct.Keys)
        {
            var all = new HashSet<string>(StringComparer.Ordinal) { name };
            var open = new Stack<string>(all);
            while (open.TryPop(out var at))
            {
                foreach (var next in direct.GetValueOrDefault(at, []).Where(all.Add))
                    open.Push(next);
            }
            reached[name] = all;
        }
        return reached;
    }

    static string NameOf(LoadedProject project) => project.Compilation.AssemblyName ?? project.Path;
}
