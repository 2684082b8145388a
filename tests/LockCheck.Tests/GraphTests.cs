using System.Xml.Linq;
using LockCheck.Graphs;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests;

/// <summary><c>lockcheck graph</c>: the lock order of a project, drawn.</summary>
public sealed class GraphTests
{
    const string Cycle = """
        class Store
        {
            private readonly object _a = new();
            private readonly object _b = new();
            private readonly object _c = new();

            public void One() { lock (_a) { lock (_b) { lock (_c) { } } } }
            public void Two() { lock (_b) { lock (_a) { } } }
            public void Three() { lock (_a) { lock (_b) { } } }
        }
        """;

    static LockGraph Of(string source) => LockGraph.Of([InMemory.Project(source)], "/src", CancellationToken.None);

    static string Told(LockGraph graph) => string.Join('\n', graph.Edges.Select(e => $"{e.Held.Name} > {e.Taken.Name}: {e.Kind} {string.Join(' ', e.Places.Select(p => $"{p.Path}:{p.Line}"))}"));

    [Fact]
    public void Edges_AreThoseOfTheAnalysis_CyclesMarked() => Assert.Equal("""
        Store._a > Store._b: Cycle C.cs:7 C.cs:9
        Store._a > Store._c: Taken C.cs:7
        Store._b > Store._a: Cycle C.cs:8
        Store._b > Store._c: Taken C.cs:7
        """.ReplaceLineEndings("\n"), Told(Of(Cycle)));

    [Fact]
    public void DeclaredOrder_IsShown_AndWhatGoesAgainstIt()
    {
        const string source = """
            namespace LockDiscipline { [System.AttributeUsage(System.AttributeTargets.All)] class AcquiredAfterAttribute(params string[] locks) : System.Attribute { public string[] Locks => locks; } }
            class Store
            {
                private readonly object _a = new();
                [LockDiscipline.AcquiredAfter("_a")] private readonly object _b = new();
                [LockDiscipline.AcquiredAfter("_b")] private readonly object _c = new();
                public void One() { lock (_b) { lock (_a) { } } }
            }
            """;
        Assert.Equal("""
            Store._a > Store._b: Declared C.cs:5
            Store._b > Store._a: AgainstContract C.cs:7
            Store._b > Store._c: Declared C.cs:6
            """.ReplaceLineEndings("\n"), Told(Of(source)));
    }

    [Fact]
    public void NamesThatAreAlike_AreWrittenInFull()
    {
        var graph = Of("""
            namespace A { class S { private readonly object _x = new(); private readonly object _y = new(); void M() { lock (_x) { lock (_y) { } } } } }
            namespace B { class S { private readonly object _x = new(); private readonly object _z = new(); void M() { lock (_x) { lock (_z) { } } } } }
            """);
        Assert.Equal(["A.S._x", "B.S._x", "S._y", "S._z"], graph.Nodes.Select(n => n.Name));
    }

    [Fact]
    public void Dot_AndMermaid_SayTheSame()
    {
        var graph = Of(Cycle);
        Assert.Contains("  \"F:Store._a\" -> \"F:Store._b\" [label=\"cycle: C.cs:7 (+1)\", tooltip=\"C.cs:7, C.cs:9\", color=red, fontcolor=red, penwidth=2];\n", LockGraphText.Dot(graph), StringComparison.Ordinal);
        Assert.Equal("""
            flowchart TD
              n0["Store._a"]
              n1["Store._b"]
              n2["Store._c"]
              n0 ==>|"cycle: C.cs:7 (+1)"| n1
              n0 -->|"C.cs:7"| n2
              n1 ==>|"cycle: C.cs:8"| n0
              n1 -->|"C.cs:7"| n2
              linkStyle 0,2 stroke:#c00,stroke-width:2px

            """.ReplaceLineEndings("\n"), LockGraphText.Mermaid(graph));
    }

    [Fact]
    public void Svg_StandsAlone_AndIsTheSameEachTime()
    {
        var svg = LockGraphSvg.Draw(Of(Cycle));
        Assert.Equal(svg, LockGraphSvg.Draw(Of(Cycle)));
        var root = XDocument.Parse(svg).Root!;
        Assert.Contains("Store._a is taken under Store._b, in a cycle (C.cs:8)", root.Elements().Single(e => e.Name.LocalName == "desc").Value, StringComparison.Ordinal);
        Assert.Equal(2, root.Elements().Count(e => e.Name.LocalName == "path" && (string?)e.Attribute("class") == "Cycle"));
        // Nothing is fetched.
        Assert.DoesNotContain("href", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("url(http", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_CannotLeaveTheDrawing()
    {
        var node = new LockNode("F:<x\"'&>", "<script>\u001b[2J\"");
        var graph = new LockGraph([node], [new(node, node, LockOrderKind.Taken, [new("a<b>\".cs", 1)])]);
        var svg = LockGraphSvg.Draw(graph);
        Assert.DoesNotContain("<script", svg, StringComparison.Ordinal);
        Assert.NotNull(XDocument.Parse(svg));
        Assert.All([svg, LockGraphText.Dot(graph), LockGraphText.Mermaid(graph)], t => Assert.DoesNotContain('\u001b', t));
        Assert.DoesNotContain("\"<script", LockGraphText.Mermaid(graph), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Drawing_OfAnyGraph_HasNothingOverEachOther(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var nodes = Enumerable.Range(0, random.Next(1, 14)).Select(i => new LockNode($"F:{i}", new string('x', random.Next(1, 20)) + i)).ToList();
            var edges = Enumerable.Range(0, random.Next(30)).Select(_ => (From: nodes[random.Next(nodes.Count)], To: nodes[random.Next(nodes.Count)])).Distinct()
                .Select(e => new LockGraphEdge(e.From, e.To, (LockOrderKind)random.Next(4), [new("File.cs", random.Next(500))])).ToList();
            var layout = new LockGraphLayout(new([.. nodes], [.. edges]));
            var boxes = layout.Nodes.Values.Concat(layout.Labels.Values).ToList();
            Assert.All(boxes, b => Assert.True(b.X >= 0 && b.Y >= 0 && b.X + b.Width <= layout.Width && b.Y + b.Height <= layout.Height, $"seed {seed}, round {round}: {b}"));
            for (var i = 0; i < boxes.Count; i++)
                Assert.DoesNotContain(boxes.Skip(i + 1), boxes[i].Meets);
        }
    }

    [Fact]
    public async Task Command_WritesTheFile_AndTellsWhatDoesNotCompile()
    {
        using var folder = new TempFolder().AddProject("P.csproj").Add("C.cs", Cycle);
        var run = await Tool.InProcess(folder, [], "graph", folder.Root, "--output", folder.Path("order.svg"));
        Assert.Equal((ExitCode.Clean, ""), (run.ExitCode, run.Output));
        Assert.Contains("2 edges of 4 in a cycle", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("<svg ", File.ReadAllText(folder.Path("order.svg")), StringComparison.Ordinal);

        folder.Add("D.cs", "class D {");
        run = await Tool.InProcess(folder, [], "graph", folder.Root, "--format", "dot", "--no-restore");
        Assert.Equal(ExitCode.Partial, run.ExitCode);
        Assert.StartsWith("digraph", run.Output, StringComparison.Ordinal);
        Assert.Contains("does not compile", run.Error, StringComparison.Ordinal);
    }
}
