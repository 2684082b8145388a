using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>
/// Reads <c>[|...|]</c> (the finding under test), <c>{|ID:...|}</c> (a finding of that id) and <c>{|#n:...|}</c>
/// (a place to refer to) out of a test source. Marks may nest.
/// </summary>
static partial class Markup
{
    [GeneratedRegex(@"\[\||\|\]|\{\|(?<name>#?\w+):|\|\}", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();

    /// <param name="source">The source with its marks.</param>
    /// <param name="path">The path that the places are given.</param>
    /// <returns>The bare text; the marked findings, without id for <c>[|...|]</c>; the numbered places.</returns>
    /// <exception cref="FormatException">A mark is not closed, or closed twice.</exception>
    public static (string Text, ImmutableArray<DiagnosticResult> Findings, ImmutableArray<DiagnosticLocation> Places) Read(string source, string path)
    {
        var text = new StringBuilder();
        var open = new Stack<(string Name, int Start)>();
        var closed = new List<(string Name, TextSpan Span)>();
        var copied = 0;
        foreach (Match mark in Mark().Matches(source))
        {
            text.Append(source, copied, mark.Index - copied);
            copied = mark.Index + mark.Length;
            if (mark.Value is not ("|]" or "|}"))
            {
                open.Push((mark.Groups["name"].Value, text.Length));
                continue;
            }

            if (!open.TryPop(out var start) || (start.Name.Length == 0) != (mark.Value == "|]"))
                throw new FormatException($"{path}: '{mark.Value}' at offset {mark.Index} closes nothing.");
            closed.Add((start.Name, TextSpan.FromBounds(start.Start, text.Length)));
        }

        if (open.Count > 0)
            throw new FormatException($"{path}: a mark is not closed.");
        text.Append(source, copied, source.Length - copied);

        var bare = text.ToString();
        var lines = SourceText.From(bare).Lines;
        var findings = ImmutableArray.CreateBuilder<DiagnosticResult>();
        var places = ImmutableArray.CreateBuilder<DiagnosticLocation>();
        foreach (var (name, span) in closed)
        {
            var position = lines.GetLinePositionSpan(span);
            var place = new DiagnosticLocation(path, position.Start, position.End);
            if (name.StartsWith('#'))
                places.Add(place with { Key = int.Parse(name.AsSpan(1), provider: null) });
            else
                findings.Add(new DiagnosticResult(name, default) { Options = DiagnosticOptions.IgnoreAdditionalLocations | DiagnosticOptions.IgnoreSeverity }.At(place));
        }

        return (bare, findings.ToImmutable(), places.ToImmutable());
    }
}
