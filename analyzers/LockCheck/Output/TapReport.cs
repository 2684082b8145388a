using LockCheck.Judgement;
using Microsoft.CodeAnalysis;

namespace LockCheck.Output;

/// <summary>Writes a report in the Test Anything Protocol, version 13. What does not fail a change by itself is skipped, not failed.</summary>
internal sealed class TapReport(PatchReport report)
{
    /// <summary>Writes the report.</summary>
    public void Write(TextWriter output)
    {
        var issues = Issue.Of(report).ToList();
        output.WriteLine("TAP version 13");
        output.WriteLine($"1..{FindingWriter.Number(Math.Max(issues.Count, 1))}");
        if (issues.Count == 0)
            output.WriteLine("ok 1 - lock discipline");
        for (var i = 0; i < issues.Count; i++)
        {
            var issue = issues[i];
            var fails = issue.Severity >= DiagnosticSeverity.Warning;
            output.WriteLine($"{(fails ? "not ok" : "ok")} {FindingWriter.Number(i + 1)} - {Plain($"{issue.Path}:{FindingWriter.Number(issue.Line)}:{FindingWriter.Number(issue.Column)} {issue.Rule}")}{(fails ? "" : " # SKIP " + Plain(issue.Message))}");
            output.WriteLine("  ---");
            output.WriteLine($"  message: {Quoted(issue.Message)}");
            output.WriteLine($"  severity: {FindingWriter.Name(issue.Severity)}");
            if (issue.Detail.Length > 0)
                output.WriteLine($"  help: {Quoted(issue.Detail)}");
            output.WriteLine("  ...");
        }
    }

    // A number sign starts a directive.
    static string Plain(string text) => SafeText.Escape(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("#", "\\#", StringComparison.Ordinal);

    // YAML in single quotes, where only the quote itself has a meaning.
    static string Quoted(string text) => $"'{SafeText.Escape(text).Replace("'", "''", StringComparison.Ordinal)}'";
}
