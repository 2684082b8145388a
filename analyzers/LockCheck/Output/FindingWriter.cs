using System.Globalization;
using LockCheck.Analysis;
using Microsoft.CodeAnalysis;

namespace LockCheck.Output;

/// <summary>Writes one finding as text: the message, the code, further places, what is needed and held, what to do.</summary>
/// <param name="columns">The widest line of code, its number included.</param>
internal sealed class FindingWriter(Terminal terminal, int columns = CodeFrame.MaxColumns + FindingWriter.MarginOfCheck)
{
    // Room for any line number, so that a report is cut where it always was.
    const int MarginOfCheck = 10;

    /// <summary>Writes a finding.</summary>
    /// <param name="extra">Further facts, by name, to be told before the hint.</param>
    public void Write(Finding finding, IEnumerable<(string Name, string Value)>? extra = null)
    {
        var severity = terminal.Paint(Name(finding.Severity), ColorOf(finding.Severity));
        var place = finding.Where is { } where ? Position(where) : DisplayPath.Of(finding.Project);
        terminal.Out.WriteLine($"{terminal.Paint(place, Style.Bold)}: {severity} {terminal.Paint(finding.Id, Style.Bold)}: {SafeText.Escape(finding.Message)}");

        var gutter = finding.Notes.Select(n => n.Where).Append(finding.Where).OfType<CodeSpot>().Select(CodeFrame.Gutter).DefaultIfEmpty(1).Max();
        if (finding.Where is { } spot)
            WriteFrame(spot, '^', gutter, ColorOf(finding.Severity));
        foreach (var note in finding.Notes)
        {
            terminal.Out.WriteLine($"{Margin(gutter)} {terminal.Paint("note:", Style.Cyan)} {SafeText.Escape(note.Label)}: {Position(note.Where)}");
            WriteFrame(note.Where, '-', gutter, Style.Cyan);
        }
        WriteFact(gutter, "needed", finding.Needed);
        WriteFact(gutter, "held", finding.Held);
        if (!finding.OnlyIn.IsEmpty)
            WriteFact(gutter, "only in", string.Join(", ", finding.OnlyIn));
        foreach (var (name, value) in extra ?? [])
            WriteFact(gutter, name, value);
        WriteFact(gutter, "help", finding.Hint);
        terminal.Out.WriteLine();
    }

    void WriteFrame(CodeSpot spot, char mark, int gutter, Style style)
    {
        foreach (var line in CodeFrame.Lines(spot, mark, gutter, text => terminal.Paint(text, style), Math.Min(columns - gutter - 4, CodeFrame.MaxColumns)))
            terminal.Out.WriteLine(" " + line);
    }

    void WriteFact(int gutter, string name, string? value)
    {
        if (value is null)
            return;
        var head = $"{Margin(gutter)} {name}: ".Length;
        // What code is quoted keeps its spaces.
        if (head + SafeText.Width(SafeText.Escape(value)) <= columns || value.Contains("  ", StringComparison.Ordinal))
        {
            terminal.Out.WriteLine($"{Margin(gutter)} {terminal.Paint(name + ":", Style.Blue)} {SafeText.Escape(value)}");
            return;
        }
        var text = new StyledText();
        text.Add(value, null);
        var first = $"{Margin(gutter)} {terminal.Paint(name + ":", Style.Blue)} ";
        foreach (var (line, _) in text.Wrap(columns - head, terminal))
        {
            terminal.Out.WriteLine((first + line).TrimEnd());
            first = new string(' ', head);
        }
    }

    static string Margin(int gutter) => new string(' ', gutter + 1) + " =";

    /// <summary>A place as <c>file:line:column</c>.</summary>
    public static string Position(CodeSpot spot) => $"{DisplayPath.Of(spot.Path)}:{Number(spot.Start.Line + 1)}:{Number(spot.Start.Character + 1)}";

    /// <summary>A number of things.</summary>
    public static string Count(int count, string noun) => count == 1 || noun == "info" ? $"{Number(count)} {noun}" : $"{Number(count)} {noun}s";

    /// <summary>A number.</summary>
    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A severity as it is written.</summary>
    public static string Name(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        _ => "info",
    };

    /// <summary>Its style.</summary>
    public static Style ColorOf(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => Style.Red,
        DiagnosticSeverity.Warning => Style.Yellow,
        _ => Style.Cyan,
    };
}
