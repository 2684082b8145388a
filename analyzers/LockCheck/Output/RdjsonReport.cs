using System.Text;
using System.Text.Json;
using LockCheck.Judgement;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Output;

/// <summary>Writes a report in the Reviewdog Diagnostic Format, with what would mend a finding as a suggestion. Columns there are bytes of UTF-8.</summary>
internal sealed class RdjsonReport(PatchReport report)
{
    /// <summary>Writes the report.</summary>
    public void Write(TextWriter output)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, JsonReport.Options))
        {
            json.WriteStartObject();
            json.WriteStartObject("source");
            json.WriteString("name", "lockcheck");
            json.WriteString("url", SarifReport.Information);
            json.WriteEndObject();
            json.WriteStartArray("diagnostics");
            foreach (var issue in Issue.Of(report))
                Write(json, issue);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }

    void Write(Utf8JsonWriter json, Issue issue)
    {
        json.WriteStartObject();
        json.WriteString("message", issue.Detail.Length > 0 ? $"{issue.Message}\n{issue.Detail}" : issue.Message);
        json.WriteStartObject("location");
        json.WriteString("path", issue.Path);
        var (start, end) = issue.Range;
        Range(json, issue.Where?.Text, start, end);
        json.WriteEndObject();
        json.WriteString("severity", issue.Severity switch { DiagnosticSeverity.Error => "ERROR", DiagnosticSeverity.Warning => "WARNING", _ => "INFO" });
        json.WriteStartObject("code");
        json.WriteString("value", issue.Rule);
        if (issue.HelpLink is { } link)
            json.WriteString("url", link);
        json.WriteEndObject();
        Suggestions(json, issue);
        json.WriteEndObject();
    }

    // The first way to mend it. The format knows edits of the finding's own file only.
    void Suggestions(Utf8JsonWriter json, Issue issue)
    {
        if (issue.Finding is not { } finding || !report.Fixes.TryGetValue(finding, out var fixes)
            || fixes.FirstOrDefault(f => f.Edits is [var only] && FindingIdentity.Relative(only.Path, report.Root) == issue.Path) is not { } fix)
        {
            return;
        }
        json.WriteStartArray("suggestions");
        foreach (var change in fix.Edits[0].Changes)
        {
            var text = fix.Edits[0].Text;
            json.WriteStartObject();
            Range(json, text, text.Lines.GetLinePosition(change.Span.Start), text.Lines.GetLinePosition(change.Span.End));
            json.WriteString("text", change.NewText ?? "");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void Range(Utf8JsonWriter json, SourceText? text, LinePosition start, LinePosition end)
    {
        json.WriteStartObject("range");
        Position("start", start);
        Position("end", end);
        json.WriteEndObject();

        void Position(string name, LinePosition position)
        {
            json.WriteStartObject(name);
            json.WriteNumber("line", position.Line + 1);
            json.WriteNumber("column", BytesBefore(text, position) + 1);
            json.WriteEndObject();
        }
    }

    static int BytesBefore(SourceText? text, LinePosition position)
    {
        if (text is null || position.Line >= text.Lines.Count)
            return position.Character;
        var line = text.Lines[position.Line].ToString();
        return Encoding.UTF8.GetByteCount(line.AsSpan(0, Math.Min(position.Character, line.Length)));
    }
}
