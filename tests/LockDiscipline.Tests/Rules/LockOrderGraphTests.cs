using System.Text;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Tests.Rules;

/// <summary>
/// Cycles of the lock order against graphs made at random: something is told of every set of locks that lead to each other, of no edge outside of them, and with a shortest way round.
/// </summary>
public sealed class LockOrderGraphTests
{
    const int Graphs = 25;

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public async Task Findings_AreTheCyclesOfTheGraph(int seed)
    {
        var random = new Random(seed);
        var graphs = new List<Edge[]>();
        for (int i = 0; i < Graphs; i++)
            graphs.Add(Generate(random));
        graphs.Add(Ring(40));

        var source = new StringBuilder();
        for (int i = 0; i < graphs.Count; i++)
            Write(source, i, graphs[i]);
        var found = await FindAsync(source.ToString());

        Assert.Contains(graphs, IsCyclic);
        Assert.Contains(graphs, graph => !IsCyclic(graph));
        for (int i = 0; i < graphs.Count; i++)
        {
            var told = found.Where(f => f.Graph == i).ToArray();
            foreach (var (_, edge, places) in told)
                Assert.Equal(Back(graphs[i], graphs[i][edge]) is { } length ? 2 * (length + 1) - 1 : -1, places);
            foreach (var edge in graphs[i])
            {
                if (Back(graphs[i], edge) is not null)
                {
                    Assert.True(
                        told.Any(t => Leads(graphs[i], edge.Held, graphs[i][t.Edge].Held) && Leads(graphs[i], graphs[i][t.Edge].Held, edge.Held)),
                        $"Nothing is told of {edge} in {string.Join(", ", graphs[i])}, but {string.Join(", ", told)}.");
                }
            }
        }
    }

    static Edge[] Generate(Random random)
    {
        int locks = random.Next(2, 9);
        var edges = new List<Edge>();
        for (int i = random.Next(1, 2 * locks); i > 0; i--)
        {
            int held = random.Next(locks), taken = random.Next(locks);
            if (held != taken)
                edges.Add(new Edge(held, taken));
        }

        return edges.ToArray();
    }

    static Edge[] Ring(int size) => Enumerable.Range(0, size).Select(i => new Edge(i, (i + 1) % size)).ToArray();

    static bool IsCyclic(Edge[] graph) => graph.Any(edge => Back(graph, edge) is not null);

    static bool Leads(Edge[] graph, int from, int to) => from == to || Back(graph, new Edge(to, from)) is not null;

    // How many edges lead from the lock that is taken back to the one that is held; null for no way.
    static int? Back(Edge[] graph, Edge edge)
    {
        var distance = new Dictionary<int, int> { [edge.Taken] = 0 };
        var queue = new Queue<int>([edge.Taken]);
        while (queue.TryDequeue(out int at))
        {
            if (at == edge.Held)
                return distance[at];
            foreach (var next in graph)
            {
                if (next.Held == at && distance.TryAdd(next.Taken, distance[at] + 1))
                    queue.Enqueue(next.Taken);
            }
        }

        return null;
    }

    // A member for each edge, each on its line.
    static void Write(StringBuilder source, int number, Edge[] graph)
    {
        source.Append("static class G").Append(number).Append(" {");
        foreach (int name in graph.SelectMany(edge => new[] { edge.Held, edge.Taken }).Distinct())
            source.Append(" static readonly object L").Append(name).Append(" = new();");
        source.Append('\n');
        for (int i = 0; i < graph.Length; i++)
            source.Append("public static void M").Append(i).Append("() { lock (L").Append(graph[i].Held).Append(") { lock (L").Append(graph[i].Taken).Append(") { } } }\n");
        source.Append("}\n");
    }

    static async Task<List<(int Graph, int Edge, int Places)>> FindAsync(string source)
    {
        var tree = CSharpSyntaxTree.ParseText(source);
        var references = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!.ToString()!.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("Graphs", [tree], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.DoesNotContain(compilation.GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
        var reported = await compilation.WithAnalyzers([new FlowAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        Assert.DoesNotContain(reported, d => d.Id == "AD0001");
        var lines = source.Split('\n');
        var found = new List<(int Graph, int Edge, int Places)>();
        foreach (var diagnostic in reported.Where(d => d.Id == "LCK2003"))
        {
            int line = diagnostic.Location.GetLineSpan().StartLinePosition.Line;
            int start = Array.FindLastIndex(lines, line, text => text.StartsWith("static class", StringComparison.Ordinal));
            found.Add((int.Parse(lines[start].Split('G', ' ')[3], System.Globalization.CultureInfo.InvariantCulture), line - start - 1, diagnostic.AdditionalLocations.Count));
        }

        return found;
    }

    readonly record struct Edge(int Held, int Taken)
    {
        public override string ToString() => $"{Held}-{Taken}";
    }
}
