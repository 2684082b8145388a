using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using LockCheck.Judgement;

namespace LockCheck.Output;

/// <summary>Draws the order of locks in layers: what is held above what is acquired below it. Edges against the layers are part of a cycle.</summary>
internal static class LockOrderSvg
{
    const int BoxHeight = 28;
    const int RowHeight = 80;
    const int CharacterWidth = 8;
    const int Gap = 24;

    /// <summary>The picture, with a description for those who do not see it.</summary>
    public static string Draw(ImmutableArray<LockOrderEdge> edges)
    {
        var names = edges.SelectMany(e => (string[])[e.Held, e.Acquired]).Distinct().Order(StringComparer.Ordinal).ToList();
        var layer = names.ToDictionary(n => n, _ => 0, StringComparer.Ordinal);
        // As long as there is no cycle this settles in as many rounds as there are locks.
        for (var round = 0; round < names.Count; round++)
        {
            foreach (var edge in edges.Where(e => e.Held != e.Acquired))
                layer[edge.Acquired] = Math.Min(Math.Max(layer[edge.Acquired], layer[edge.Held] + 1), names.Count - 1);
        }
        var boxes = new Dictionary<string, (int X, int Y, int Width)>(StringComparer.Ordinal);
        var width = 0;
        foreach (var row in names.GroupBy(n => layer[n]).OrderBy(g => g.Key))
        {
            var x = Gap;
            foreach (var name in row)
            {
                var box = SafeText.Width(name) * CharacterWidth + 16;
                boxes[name] = (x, Gap + (row.Key * RowHeight), box);
                x += box + Gap;
            }
            width = Math.Max(width, x);
        }
        var height = boxes.Values.Max(b => b.Y) + BoxHeight + Gap;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\"><title>Lock order</title><desc>{Text(string.Join("; ", edges.Select(e => $"{e.Acquired} is acquired under {e.Held}").Distinct()))}</desc>");
        svg.Append("<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0 8 4 0 8\"/></marker></defs>");
        foreach (var (held, acquired) in edges.Select(e => (e.Held, e.Acquired)).Distinct())
        {
            var (from, to) = (boxes[held], boxes[acquired]);
            var down = layer[acquired] > layer[held];
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{(down ? "order" : "cycle")}\" marker-end=\"url(#tip)\" d=\"M{from.X + (from.Width / 2) + (down ? 0 : 8)} {from.Y + (down ? BoxHeight : 0)} L{to.X + (to.Width / 2) + (down ? 0 : 8)} {to.Y + (down ? 0 : BoxHeight)}\"/>");
        }
        foreach (var name in names)
        {
            var (x, y, box) = boxes[name];
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y}\" width=\"{box}\" height=\"{BoxHeight}\" rx=\"4\"/><text x=\"{x + 8}\" y=\"{y + 19}\">{Text(name)}</text>");
        }
        return svg.Append("</svg>\n").ToString();
    }

    static string Text(string text) => WebUtility.HtmlEncode(SafeText.Escape(text));
}
