using System.Globalization;
using System.Net;
using System.Text;
using LockCheck.Output;

namespace LockCheck.Graphs;

/// <summary>Draws the graph as one SVG file that needs nothing else: styles within, light and dark, described for who does not see it.</summary>
internal static class LockGraphSvg
{
    const string Style = """
        svg{background:#fff;color:#1b1f24;font:13px monospace}
        rect{fill:#f3f5f7;stroke:#57606a}
        text{fill:currentColor}
        path{fill:none;stroke:#57606a;stroke-width:1.5}
        .tip{fill:#57606a;stroke:none}
        .label{font-size:10px;paint-order:stroke;stroke:#fff;stroke-width:3px}
        .faint{stroke:#d0d7de;stroke-width:1}
        .Declared{stroke-dasharray:5 4}
        .Cycle,.AgainstContract{stroke:#cf222e;stroke-width:2.5}
        .tip.wrong{fill:#cf222e}
        .label.wrong{fill:#cf222e;font-weight:bold}
        @media(prefers-color-scheme:dark){svg{background:#0d1117;color:#e6edf3}rect{fill:#161b22;stroke:#8b949e}path{stroke:#8b949e}.tip{fill:#8b949e}.label{stroke:#0d1117}.faint{stroke:#30363d}.Cycle,.AgainstContract{stroke:#ff7b72}.tip.wrong,.label.wrong{fill:#ff7b72}}
        """;

    /// <summary>The drawing.</summary>
    public static string Draw(LockGraph graph)
    {
        var layout = new LockGraphLayout(graph);
        var svg = new StringBuilder();
        var (width, height) = (Math.Max(layout.Width, 240), Math.Max(layout.Height, 80));
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n<title>Lock order</title>\n");
        svg.Append($"<desc>{Text(graph.Edges.IsEmpty ? "No lock is taken while another is held." : string.Join("; ", graph.Edges.Select(Sentence)))}</desc>\n");
        svg.Append($"<style>{Style.ReplaceLineEndings("")}</style>\n");
        svg.Append("<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"tip\" d=\"M0 0 8 4 0 8\"/></marker>");
        svg.Append("<marker id=\"wrong\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"9\" markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"tip wrong\" d=\"M0 0 8 4 0 8\"/></marker></defs>\n");
        if (graph.Edges.IsEmpty)
            svg.Append("<text x=\"40\" y=\"44\">No lock is taken under another.</text>\n");
        foreach (var edge in graph.Edges.OrderByDescending(layout.Faint.Contains))
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{edge.Kind}{(layout.Faint.Contains(edge) ? " faint" : "")}\" marker-end=\"url(#{(edge.IsWrong ? "wrong" : "tip")})\" d=\"{Line(layout, edge)}\"><title>{Text(Sentence(edge))}</title></path>\n");
        foreach (var node in graph.Nodes)
        {
            var box = layout.Nodes[node];
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{box.X}\" y=\"{box.Y}\" width=\"{box.Width}\" height=\"{box.Height}\" rx=\"5\"><title>{Text(node.Id)}</title></rect><text x=\"{box.X + 12}\" y=\"{box.Y + 20}\">{Text(node.Name)}</text>\n");
        }
        foreach (var (edge, box) in graph.Edges.Where(layout.Labels.ContainsKey).Select(e => (e, layout.Labels[e])))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"label{(edge.IsWrong ? " wrong" : "")}\" x=\"{box.X}\" y=\"{box.Y + 11}\">{Text(LockGraphText.LabelOf(edge))}</text>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    // Downwards between the boxes; back up in a bow beside them; to itself round its right end.
    static string Line(LockGraphLayout layout, LockGraphEdge edge)
    {
        var (from, to) = (layout.Nodes[edge.Held], layout.Nodes[edge.Taken]);
        if (edge.Held == edge.Taken)
        {
            var right = from.X + from.Width;
            return string.Create(CultureInfo.InvariantCulture, $"M{right} {from.Y + 8} C{right + 30} {from.Y - 6} {right + 30} {from.Y + from.Height + 6} {right} {from.Y + from.Height - 8}");
        }
        if (layout.IsDown(edge))
        {
            var bend = (to.Y - from.Y - from.Height) / 2;
            return string.Create(CultureInfo.InvariantCulture, $"M{from.Center} {from.Y + from.Height} C{from.Center} {from.Y + from.Height + bend} {to.Center} {to.Y - bend} {to.Center} {to.Y}");
        }
        return string.Create(CultureInfo.InvariantCulture, $"M{from.Center + 16} {from.Y} C{from.Center + 48} {from.Y - 36} {to.Center + 48} {to.Y + to.Height + 36} {to.Center + 16} {to.Y + to.Height}");
    }

    static string Sentence(LockGraphEdge edge)
    {
        var where = string.Join(", ", edge.Places.Select(p => $"{p.Path}:{p.Line}"));
        return edge.Kind switch
        {
            LockOrderKind.Declared => $"{edge.Taken.Name} is declared to come after {edge.Held.Name} ({where})",
            LockOrderKind.Cycle => $"{edge.Taken.Name} is taken under {edge.Held.Name}, in a cycle ({where})",
            LockOrderKind.AgainstContract => $"{edge.Taken.Name} is taken under {edge.Held.Name}, against a contract ({where})",
            _ => $"{edge.Taken.Name} is taken under {edge.Held.Name} ({where})",
        };
    }

    static string Text(string text) => WebUtility.HtmlEncode(SafeText.Escape(text));
}
