using System.Globalization;
using System.Net;
using System.Text;

namespace MemoryModel.Pictures;

/// <summary>Puts an SVG picture together: boxes, lines, text. Needs nothing from outside, and the same input gives the same bytes.</summary>
internal sealed class Svg
{
    private const string Style = "text{font:12px monospace;fill:#222}.h{font-weight:bold}.d{fill:#777}rect{fill:#fff;stroke:#888}.a{fill:#e8f0fe}.b{fill:#fef7e0}.w{fill:#fce8e6}path{fill:none;stroke:#555}.c{stroke:#d93025;stroke-dasharray:4 3}";

    private readonly StringBuilder _body = new();

    /// <summary>Width of a character of the font.</summary>
    public const int Character = 8;

    public void Box(int x, int y, int width, int height, string kind = "") =>
        _body.Append(CultureInfo.InvariantCulture, $"<rect{Class(kind)} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"3\"/>\n");

    public void Text(int x, int y, string text, string kind = "") =>
        _body.Append(CultureInfo.InvariantCulture, $"<text{Class(kind)} x=\"{x}\" y=\"{y}\">{WebUtility.HtmlEncode(text)}</text>\n");

    public void Line(int x1, int y1, int x2, int y2, string kind = "") =>
        _body.Append(CultureInfo.InvariantCulture, $"<path{Class(kind)} d=\"M{x1} {y1} L{x2} {y2}\"/>\n");

    /// <summary>Adds what another picture has, moved.</summary>
    public void Add(Svg other, int x, int y) => _body.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({x} {y})\">\n").Append(other._body).Append("</g>\n");

    /// <summary>The whole picture.</summary>
    public string ToDocument(int width, int height, string title) => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\"><title>{WebUtility.HtmlEncode(title)}</title>\n<style>{Style}</style>\n<rect width=\"{width}\" height=\"{height}\"/>\n{_body}</svg>\n");

    private static string Class(string kind) => kind.Length == 0 ? "" : $" class=\"{kind}\"";
}
