using System.Globalization;
using System.Text;
using System.Text.Json;
using LockCheck.Analysis;
using LockCheck.Judgement;
using Microsoft.CodeAnalysis;

namespace LockCheck.Output;

/// <summary>Writes a report as JSON, for programs. Its form is <c>analyzers/docs/patch-report.schema.json</c>.</summary>
internal sealed class JsonReport(PatchReport report)
{
    const int Version = 1;
    const string Schema = "https://github.com/lockdiscipline/lockdiscipline/blob/main/analyzers/docs/patch-report.schema.json";

    readonly Dictionary<FindingIdentity, string> _fingerprints = Fingerprints.Of(report.Findings.Select(f => f.Finding));

    /// <summary>How JSON is written everywhere: the same bytes on every system.</summary>
    public static JsonWriterOptions Options { get; } = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes the report.</summary>
    public void Write(TextWriter output)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
            Write(json);
        output.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }

    void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("$schema", Schema);
        json.WriteNumber("version", Version);
        json.WriteStartObject("tool");
        json.WriteString("name", "lockcheck");
        json.WriteString("version", ToolVersion.Text);
        json.WriteEndObject();
        WriteComparison(json);
        json.WriteStartArray("steps");
        foreach (var step in report.Steps)
            WriteStep(json, step);
        json.WriteEndArray();
        json.WriteStartObject("summary");
        json.WriteNumber("introduced", report.Introduced.Count());
        json.WriteNumber("weakened", report.Weakenings.Length);
        json.WriteNumber("hidden", report.With(Verdict.Hidden).Count());
        json.WriteNumber("passing", report.Passing.Count());
        json.WriteNumber("notAnalyzed", report.With(Verdict.NotAnalyzed).Count());
        json.WriteNumber("fixed", report.With(Verdict.Fixed).Count());
        json.WriteNumber("moved", report.With(Verdict.Moved).Count());
        json.WriteNumber("preExisting", report.With(Verdict.PreExisting).Count());
        json.WriteEndObject();
        json.WriteStartArray("findings");
        foreach (var judged in report.Findings)
            WriteFinding(json, judged);
        json.WriteEndArray();
        json.WriteStartArray("weakenings");
        foreach (var weakening in report.Weakenings)
            WriteWeakening(json, weakening);
        json.WriteEndArray();
        WriteIncomplete(json);
        json.WriteEndObject();
    }

    void WriteComparison(Utf8JsonWriter json)
    {
        var comparison = report.Comparison;
        json.WriteStartObject("comparison");
        json.WriteString("mode", comparison.Mode);
        json.WriteString("before", comparison.Before);
        json.WriteString("after", comparison.After);
        json.WriteString("baseFoundBy", comparison.BaseFoundBy);
        json.WriteString("baseCommit", comparison.BaseCommit);
        if (comparison.Title is { } title)
            json.WriteString("title", title);
        json.WriteEndObject();
    }

    void WriteStep(Utf8JsonWriter json, StepReport step)
    {
        json.WriteStartObject();
        json.WriteNumber("number", step.Number);
        json.WriteString("title", step.Step.Title);
        Strings(json, "notes", step.Step.Notes);
        json.WriteBoolean("breaksTheBuild", !step.CompileErrors.IsEmpty);
        Number(json, "buildsAgainAfter", step.CompilesAgainAfter);
        Strings(json, "files", step.Files.Select(f => f.Path));
        json.WriteEndObject();
    }

    void WriteFinding(Utf8JsonWriter json, JudgedFinding judged)
    {
        var finding = judged.Finding;
        json.WriteStartObject();
        json.WriteString("verdict", judged.IsPassing ? "passing" : Verdicts.Name(judged.Verdict));
        json.WriteString("rule", finding.Rule);
        json.WriteString("severity", FindingWriter.Name(finding.Finding.Severity));
        json.WriteString("message", finding.Message);
        json.WriteString("fingerprint", _fingerprints[finding]);
        WritePlace(json, finding.Path, finding.Finding.Where);
        Optional(json, "member", finding.Member.Length > 0 ? finding.Member : null);
        Optional(json, "matchedBy", judged.MatchedBy is { } by ? Verdicts.Name(by) : null);
        Number(json, "introducedBy", judged.IntroducedBy);
        Number(json, "endedBy", judged.EndedBy);
        Optional(json, "note", judged.Note);
        Optional(json, "needed", finding.Finding.Needed);
        Optional(json, "held", finding.Finding.Held);
        json.WriteString("hint", finding.Finding.Hint);
        WriteCause(json, judged.Cause);
        json.WriteStartArray("related");
        foreach (var note in finding.Finding.Notes)
        {
            json.WriteStartObject();
            json.WriteString("label", note.Label);
            WritePlace(json, FindingIdentity.Relative(note.Where.Path, report.Root), note.Where);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteWeakening(Utf8JsonWriter json, JudgedWeakening judged)
    {
        json.WriteStartObject();
        json.WriteString("kind", Verdicts.Name(judged.Weakening.Kind));
        json.WriteString("message", judged.Weakening.Message);
        json.WriteString("path", judged.Weakening.Path);
        json.WriteNumber("line", judged.Weakening.Line);
        Optional(json, "member", judged.Weakening.Member.Length > 0 ? judged.Weakening.Member : null);
        json.WriteNumber("introducedBy", judged.Step);
        WriteCause(json, judged.Cause);
        json.WriteEndObject();
    }

    static void WriteCause(Utf8JsonWriter json, Cause? cause)
    {
        if (cause is null)
            return;
        json.WriteStartObject("cause");
        json.WriteString("path", cause.File.Path);
        Optional(json, "hunk", cause.Hunk?.Header.TrimEnd());
        json.WriteString("why", cause.Why);
        Optional(json, "removedLine", cause.Removed?.Text);
        if (cause.Via.Length > 0)
            Strings(json, "via", cause.Via);
        json.WriteEndObject();
    }

    void WriteIncomplete(Utf8JsonWriter json)
    {
        json.WriteStartArray("incomplete");
        foreach (var incomplete in report.Incomplete)
        {
            json.WriteStartObject();
            json.WriteString("path", FindingIdentity.Relative(incomplete.Project, report.Root));
            json.WriteString("reason", incomplete.Reason);
            Strings(json, "details", incomplete.Details);
            json.WriteStartArray("errors");
            foreach (var error in incomplete.Errors)
            {
                json.WriteStartObject();
                json.WriteString("id", error.Id);
                json.WriteString("message", error.GetMessage(CultureInfo.InvariantCulture));
                if (CodeSpot.From(error.Location) is { } spot)
                    WritePlace(json, FindingIdentity.Relative(spot.Path, report.Root), spot);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("leftOut");
        foreach (var left in report.LeftOut)
        {
            json.WriteStartObject();
            json.WriteString("path", FindingIdentity.Relative(left.Path, report.Root));
            json.WriteString("reason", left.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Strings(json, "projects", report.Projects.Select(p => FindingIdentity.Relative(p, report.Root)));
    }

    static void WritePlace(Utf8JsonWriter json, string path, CodeSpot? spot)
    {
        json.WriteString("path", path);
        if (spot is null)
            return;
        json.WriteNumber("line", spot.Start.Line + 1);
        json.WriteNumber("column", spot.Start.Character + 1);
        json.WriteNumber("endLine", spot.End.Line + 1);
        json.WriteNumber("endColumn", spot.End.Character + 1);
    }

    static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    static void Number(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }

    static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
