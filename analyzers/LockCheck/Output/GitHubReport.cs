using LockCheck.Judgement;
using Microsoft.CodeAnalysis;

namespace LockCheck.Output;

/// <summary>Writes a report as workflow commands, which GitHub Actions shows beside the lines of a pull request.</summary>
internal sealed class GitHubReport(PatchReport report)
{
    // The service shows ten of each kind for a step and drops the rest in silence.
    const int Shown = 10;

    /// <summary>Writes the report: what is introduced, weakened or hidden, and what is missing.</summary>
    public void Write(TextWriter output)
    {
        var commands = new List<(string Kind, string Text)>();
        foreach (var judged in report.Introduced.OrderByDescending(f => f.Finding.Finding.Severity))
            commands.Add(Command(KindOf(judged.Finding.Finding.Severity), judged.Finding.Path, judged.Finding.Finding.Where, judged.Finding.Line, judged.Finding.Rule, Text(judged)));
        foreach (var incomplete in report.Incomplete)
            commands.Add(Command("error", FindingIdentity.Relative(incomplete.Project, report.Root), null, 1, "Not analysed", incomplete.Reason));
        foreach (var weakening in report.Weakenings)
            commands.Add(Command("warning", weakening.Weakening.Path, null, weakening.Weakening.Line, "Weakened", weakening.Weakening.Message));
        foreach (var judged in report.With(Verdict.Hidden))
            commands.Add(Command("notice", judged.Finding.Path, judged.Finding.Finding.Where, judged.Finding.Line, "Hidden", $"{judged.Finding.Rule}: {judged.Finding.Message}"));
        foreach (var kind in commands.GroupBy(c => c.Kind))
        {
            foreach (var (_, text) in kind.Take(kind.Count() > Shown ? Shown - 1 : Shown))
                output.WriteLine(text);
            if (kind.Count() > Shown)
                output.WriteLine($"::{kind.Key} title=lockcheck::{FindingWriter.Number(kind.Count() - Shown + 1)} more are in the report of this step");
        }
    }

    static string Text(JudgedFinding judged) =>
        judged.Cause is { } cause && cause.Why != "the line itself"
            ? $"{judged.Finding.Message}\n{Verdicts.Describe(cause)}{(cause.Removed is { } removed ? $"\nremoved: {removed.Text.Trim()}" : "")}\n{judged.Finding.Finding.Hint}"
            : $"{judged.Finding.Message}\n{judged.Finding.Finding.Hint}";

    static (string, string) Command(string kind, string path, Analysis.CodeSpot? where, int line, string title, string message)
    {
        var place = where is null
            ? $"line={FindingWriter.Number(Math.Max(line, 1))}"
            : $"line={FindingWriter.Number(where.Start.Line + 1)},endLine={FindingWriter.Number(where.End.Line + 1)}" + (where.Start.Line == where.End.Line ? $",col={FindingWriter.Number(where.Start.Character + 1)},endColumn={FindingWriter.Number(where.End.Character + 1)}" : "");
        return (kind, $"::{kind} file={Property(path)},{place},title={Property(title)}::{Data(message)}");
    }

    static string KindOf(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        _ => "notice",
    };

    // Whatever a name or a message holds, it stays within its command.
    static string Data(string text) => string.Join("%0A", text.Split('\n').Select(l => SafeText.Escape(l).Replace("%", "%25", StringComparison.Ordinal)));

    static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
