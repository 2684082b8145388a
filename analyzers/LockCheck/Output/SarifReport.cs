using System.Globalization;
using System.Text;
using System.Text.Json;
using LockCheck.Analysis;
using LockCheck.Commands;
using LockCheck.Judgement;
using Microsoft.CodeAnalysis;

namespace LockCheck.Output;

/// <summary>Writes a report as SARIF 2.1.0, as code scanning services take it in: paths relative to the repository, rules with their help, fingerprints, baseline states.</summary>
internal sealed class SarifReport(PatchReport report)
{
    const string Root = "SRCROOT";
    const string Weakened = "LCKweakened";
    /// <summary>Where to read about the tool.</summary>
    public const string Information = "https://github.com/lockdiscipline/lockdiscipline";

    readonly Dictionary<FindingIdentity, string> _fingerprints = Fingerprints.Of(report.Findings.Select(f => f.Finding));
    readonly List<string> _rules = [.. report.Findings.Select(f => f.Finding.Rule).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Writes the report.</summary>
    public void Write(TextWriter output)
    {
        if (!report.Weakenings.IsEmpty)
            _rules.Add(Weakened);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, JsonReport.Options))
            Write(json);
        output.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }

    void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        WriteTool(json);
        json.WriteStartObject("automationDetails");
        json.WriteString("id", report.Comparison.IsCheck ? "lockcheck/check/" : "lockcheck/patch/");
        json.WriteEndObject();
        json.WriteStartArray("versionControlProvenance");
        json.WriteStartObject();
        json.WriteString("repositoryUri", Information);
        if (report.Comparison.BaseCommit.Length > 0)
            json.WriteString("revisionId", report.Comparison.BaseCommit);
        json.WriteStartObject("mappedTo");
        json.WriteString("uriBaseId", Root);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        WriteInvocation(json);
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        foreach (var judged in report.Findings)
            WriteResult(json, judged);
        foreach (var weakening in report.Weakenings)
            WriteResult(json, weakening);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    void WriteTool(Utf8JsonWriter json)
    {
        var pages = RulePages.Read();
        var descriptors = report.Findings.GroupBy(f => f.Finding.Rule).ToDictionary(g => g.Key, g => g.First().Finding.Finding.Diagnostic.Descriptor, StringComparer.Ordinal);
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "lockcheck");
        json.WriteString("organization", "LockDiscipline");
        json.WriteString("semanticVersion", ToolVersion.Text);
        json.WriteString("version", ToolVersion.Text);
        json.WriteString("informationUri", Information);
        json.WriteStartArray("rules");
        foreach (var id in _rules)
        {
            var descriptor = descriptors.GetValueOrDefault(id);
            var title = descriptor?.Title.ToString(CultureInfo.InvariantCulture) ?? "Protection weakened";
            var description = descriptor?.Description.ToString(CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : descriptor is null ? "A lock, a contract or a check was taken away." : title;
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("name", Pascal(title));
            Message(json, "shortDescription", Sentence(title));
            Message(json, "fullDescription", Sentence(description));
            if (descriptor?.HelpLinkUri is { Length: > 0 } link)
                json.WriteString("helpUri", link);
            json.WriteStartObject("help");
            json.WriteString("text", $"{description} Run 'lockcheck explain {id}' for more.");
            json.WriteString("markdown", pages.TryGetValue(id, out var page) ? page : $"{description}");
            json.WriteEndObject();
            json.WriteStartObject("defaultConfiguration");
            json.WriteString("level", Level(descriptor?.DefaultSeverity ?? DiagnosticSeverity.Warning));
            json.WriteEndObject();
            json.WriteStartObject("properties");
            json.WriteStartArray("tags");
            json.WriteStringValue("concurrency");
            json.WriteStringValue("locking");
            json.WriteEndArray();
            json.WriteString("precision", "high");
            json.WriteString("problem.severity", descriptor?.DefaultSeverity == DiagnosticSeverity.Info ? "recommendation" : "warning");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    void WriteInvocation(Utf8JsonWriter json)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", report.Incomplete.IsEmpty);
        json.WriteStartArray("toolExecutionNotifications");
        foreach (var incomplete in report.Incomplete)
        {
            json.WriteStartObject();
            json.WriteString("level", "error");
            Message(json, "message", $"{FindingIdentity.Relative(incomplete.Project, report.Root)} {incomplete.Reason}");
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    void WriteResult(Utf8JsonWriter json, JudgedFinding judged)
    {
        var finding = judged.Finding;
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule);
        json.WriteNumber("ruleIndex", _rules.IndexOf(finding.Rule));
        json.WriteString("level", Level(finding.Finding.Severity));
        Message(json, "message", Sentence(Text(judged)));
        Locations(json, finding.Path, finding.Finding.Where, finding.Member);
        json.WriteStartObject("partialFingerprints");
        json.WriteString("primaryLocationLineHash", _fingerprints[finding]);
        json.WriteEndObject();
        // Without a comparison nothing is known of before.
        if (judged.Verdict != Verdict.Found)
            json.WriteString("baselineState", State(judged));
        WriteRelated(json, judged);
        WriteFlow(json, judged);
        WriteFixes(json, finding);
        if (judged.Verdict == Verdict.Hidden)
        {
            json.WriteStartArray("suppressions");
            json.WriteStartObject();
            json.WriteString("kind", finding.IsWaived ? "inSource" : "external");
            if (judged.Note is { } note)
                json.WriteString("justification", note);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteStartObject("properties");
        json.WriteString("verdict", judged.IsPassing ? "passing" : Verdicts.Name(judged.Verdict));
        if (judged.MatchedBy is { } by)
            json.WriteString("matchedBy", Verdicts.Name(by));
        if (judged.IntroducedBy is { } step)
            json.WriteNumber("introducedBy", step);
        if (judged.EndedBy is { } end)
            json.WriteNumber("endedBy", end);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    void WriteResult(Utf8JsonWriter json, JudgedWeakening judged)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", Weakened);
        json.WriteNumber("ruleIndex", _rules.IndexOf(Weakened));
        json.WriteString("level", "note");
        Message(json, "message", Sentence(judged.Weakening.Message));
        Locations(json, judged.Weakening.Path, null, judged.Weakening.Member, judged.Weakening.Line);
        json.WriteStartObject("partialFingerprints");
        json.WriteString("primaryLocationLineHash", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes($"{judged.Weakening.Kind}\u0001{judged.Weakening.Member}\u0001{judged.Weakening.Message}")))[..32] + ":1");
        json.WriteEndObject();
        json.WriteString("baselineState", "new");
        json.WriteStartObject("properties");
        json.WriteString("verdict", "weakened");
        json.WriteString("kind", Verdicts.Name(judged.Weakening.Kind));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // A place outside of what changed is told with the place that did.
    static string Text(JudgedFinding judged) => judged.Cause switch
    {
        { Removed: { } removed } => $"{judged.Finding.Message}; the patch removes '{removed.Text.Trim()}' in {judged.Cause.File.Path}",
        { Via.Length: > 0 } cause => $"{judged.Finding.Message}; {cause.Why}",
        _ => judged.Finding.Message,
    };

    void WriteRelated(Utf8JsonWriter json, JudgedFinding judged)
    {
        var notes = judged.Finding.Finding.Notes;
        if (notes.IsEmpty && judged.Cause?.Hunk is null)
            return;
        json.WriteStartArray("relatedLocations");
        var id = 0;
        foreach (var note in notes)
        {
            json.WriteStartObject();
            json.WriteNumber("id", id++);
            Physical(json, FindingIdentity.Relative(note.Where.Path, report.Root), note.Where, 0);
            Message(json, "message", Sentence(note.Label));
            json.WriteEndObject();
        }
        if (judged.Cause is { Hunk: { } hunk, File.NewPath: { } path } cause)
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            Physical(json, path, null, Math.Max(hunk.FirstChange, 1));
            Message(json, "message", Sentence(cause.Removed is { } removed ? $"{cause.Why}: '{removed.Text.Trim()}'" : cause.Why));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    // How the change reaches the place: from the hunk, by way of what is called, to the finding.
    void WriteFlow(Utf8JsonWriter json, JudgedFinding judged)
    {
        if (judged.Cause is not { Hunk: { } hunk, File.NewPath: { } path, Via.Length: > 0 } cause)
            return;
        json.WriteStartArray("codeFlows");
        json.WriteStartObject();
        json.WriteStartArray("threadFlows");
        json.WriteStartObject();
        json.WriteStartArray("locations");
        Step(path, null, Math.Max(hunk.FirstChange, 1), $"changed here, in '{cause.Via[^1]}'");
        Step(judged.Finding.Path, judged.Finding.Finding.Where, 0, judged.Finding.Message);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();

        void Step(string file, CodeSpot? spot, int line, string message)
        {
            json.WriteStartObject();
            json.WriteStartObject("location");
            Physical(json, file, spot, line);
            Message(json, "message", Sentence(message));
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    void WriteFixes(Utf8JsonWriter json, FindingIdentity finding)
    {
        if (!report.Fixes.TryGetValue(finding, out var fixes))
            return;
        json.WriteStartArray("fixes");
        foreach (var fix in fixes)
        {
            json.WriteStartObject();
            Message(json, "description", Sentence(fix.Title));
            json.WriteStartArray("artifactChanges");
            foreach (var edit in fix.Edits)
            {
                json.WriteStartObject();
                Artifact(json, FindingIdentity.Relative(edit.Path, report.Root));
                json.WriteStartArray("replacements");
                foreach (var change in edit.Changes)
                {
                    var span = edit.Text.Lines.GetLinePositionSpan(change.Span);
                    json.WriteStartObject();
                    json.WriteStartObject("deletedRegion");
                    json.WriteNumber("startLine", span.Start.Line + 1);
                    json.WriteNumber("startColumn", span.Start.Character + 1);
                    json.WriteNumber("endLine", span.End.Line + 1);
                    json.WriteNumber("endColumn", span.End.Character + 1);
                    json.WriteEndObject();
                    json.WriteStartObject("insertedContent");
                    json.WriteString("text", change.NewText ?? "");
                    json.WriteEndObject();
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void Artifact(Utf8JsonWriter json, string path)
    {
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));
        json.WriteString("uriBaseId", Root);
        json.WriteEndObject();
    }

    static void Locations(Utf8JsonWriter json, string path, CodeSpot? spot, string member, int line = 1)
    {
        json.WriteStartArray("locations");
        json.WriteStartObject();
        Physical(json, path, spot, Math.Max(line, 1));
        if (member.Length > 2)
        {
            json.WriteStartArray("logicalLocations");
            json.WriteStartObject();
            json.WriteString("fullyQualifiedName", member[2..]);
            json.WriteString("kind", member[0] switch { 'T' => "type", 'F' => "member", 'P' => "property", _ => "function" });
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndArray();
    }

    static void Physical(Utf8JsonWriter json, string path, CodeSpot? spot, int line)
    {
        json.WriteStartObject("physicalLocation");
        Artifact(json, path);
        json.WriteStartObject("region");
        if (spot is null)
        {
            json.WriteNumber("startLine", line);
        }
        else
        {
            json.WriteNumber("startLine", spot.Start.Line + 1);
            json.WriteNumber("startColumn", spot.Start.Character + 1);
            json.WriteNumber("endLine", spot.End.Line + 1);
            json.WriteNumber("endColumn", spot.End.Character + 1);
            if (spot.Text is { } text && spot.Start.Line < text.Lines.Count)
            {
                json.WriteStartObject("snippet");
                json.WriteString("text", text.Lines[spot.Start.Line].ToString());
                json.WriteEndObject();
            }
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static string State(JudgedFinding judged) => judged.Verdict switch
    {
        _ when judged.IsPassing => "absent",
        Verdict.Introduced or Verdict.Unhidden => "new",
        Verdict.Fixed => "absent",
        Verdict.Moved => "updated",
        Verdict.Hidden when judged.Before is null => "new",
        _ => "unchanged",
    };

    static void Message(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    static string Sentence(string text) => text.Length == 0 ? "." : char.ToUpperInvariant(text[0]) + text[1..] + (text[^1] is '.' or '!' or '?' ? "" : ".");

    static string Pascal(string title) => string.Concat(title.Split(' ', '-', '\'').Where(w => w.Length > 0).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));

    static string Level(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        _ => "note",
    };
}
