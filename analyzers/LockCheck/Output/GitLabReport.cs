using System.Text;
using System.Text.Json;
using LockCheck.Judgement;
using Microsoft.CodeAnalysis;

namespace LockCheck.Output;

/// <summary>Writes what a change introduces as a code quality report of GitLab.</summary>
internal sealed class GitLabReport(PatchReport report)
{
    /// <summary>Writes the report.</summary>
    public void Write(TextWriter output)
    {
        var introduced = report.Introduced.ToList();
        var fingerprints = Fingerprints.Of(introduced.Select(f => f.Finding));
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, JsonReport.Options))
        {
            json.WriteStartArray();
            foreach (var judged in introduced)
            {
                json.WriteStartObject();
                json.WriteString("description", judged.Finding.Message);
                json.WriteString("check_name", judged.Finding.Rule);
                json.WriteString("fingerprint", fingerprints[judged.Finding]);
                json.WriteString("severity", judged.Finding.Finding.Severity switch { DiagnosticSeverity.Error => "critical", DiagnosticSeverity.Warning => "major", _ => "info" });
                json.WriteStartObject("location");
                json.WriteString("path", judged.Finding.Path);
                json.WriteStartObject("lines");
                json.WriteNumber("begin", Math.Max(judged.Finding.Line, 1));
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        output.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }
}
