using System.Text;
using LockCheck.Output;

namespace LockCheck.Graphs;

/// <summary>Writes the graph for programs that draw it: DOT of Graphviz, and Mermaid. The same graph gives the same bytes.</summary>
internal static class LockGraphText
{
    /// <summary>The graph in DOT.</summary>
    public static string Dot(LockGraph graph)
    {
        var text = new StringBuilder("digraph \"lock order\" {\n  node [shape=box, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n");
        foreach (var node in graph.Nodes)
            text.Append($"  {Quoted(node.Id)} [label={Quoted(node.Name)}];\n");
        foreach (var edge in graph.Edges)
        {
            var style = edge.Kind switch
            {
                LockOrderKind.Declared => ", style=dashed",
                LockOrderKind.Taken => "",
                _ => ", color=red, fontcolor=red, penwidth=2",
            };
            text.Append($"  {Quoted(edge.Held.Id)} -> {Quoted(edge.Taken.Id)} [label={Quoted(LabelOf(edge))}, tooltip={Quoted(string.Join(", ", edge.Places.Select(p => $"{p.Path}:{p.Line}")))}{style}];\n");
        }
        return text.Append("}\n").ToString();
    }

    /// <summary>The graph in Mermaid.</summary>
    public static string Mermaid(LockGraph graph)
    {
        var text = new StringBuilder("flowchart TD\n");
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            numbers.Add(node.Id, numbers.Count);
            text.Append($"  n{numbers[node.Id]}[\"{Entities(node.Name)}\"]\n");
        }
        var wrong = new List<int>();
        for (var i = 0; i < graph.Edges.Length; i++)
        {
            var edge = graph.Edges[i];
            text.Append($"  n{numbers[edge.Held.Id]} {(edge.Kind == LockOrderKind.Declared ? "-.->" : edge.IsWrong ? "==>" : "-->")}|\"{Entities(LabelOf(edge))}\"| n{numbers[edge.Taken.Id]}\n");
            if (edge.IsWrong)
                wrong.Add(i);
        }
        if (wrong.Count > 0)
            text.Append($"  linkStyle {string.Join(',', wrong)} stroke:#c00,stroke-width:2px\n");
        return text.ToString();
    }

    /// <summary>What stands at an edge: the places, and what is wrong or special.</summary>
    public static string LabelOf(LockGraphEdge edge) => edge.Kind switch
    {
        LockOrderKind.Declared => "declared, " + edge.Label,
        LockOrderKind.Cycle => "cycle: " + edge.Label,
        LockOrderKind.AgainstContract => "against the contract: " + edge.Label,
        _ => edge.Label,
    };

    static string Quoted(string text) => "\"" + SafeText.Escape(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    static string Entities(string text) => string.Concat(SafeText.Escape(text).Select(c => c is '"' or '#' or '<' or '>' or '&' or ';' or '`' ? $"#{(int)c};" : c.ToString()));
}
