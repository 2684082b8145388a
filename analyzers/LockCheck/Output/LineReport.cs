using LockCheck.Judgement;

namespace LockCheck.Output;

/// <summary>Writes a report with one line for each problem, as editors and <c>grep</c> take it: <c>file:line:column: severity rule: message</c>.</summary>
internal sealed class LineReport(PatchReport report)
{
    /// <summary>Writes the report.</summary>
    public void Write(TextWriter output)
    {
        foreach (var issue in Issue.Of(report))
            output.WriteLine($"{SafeText.Escape(issue.Path)}:{FindingWriter.Number(issue.Line)}:{FindingWriter.Number(issue.Column)}: {FindingWriter.Name(issue.Severity)} {issue.Rule}: {SafeText.Escape(issue.Message)}");
    }
}
