using LockCheck.Analysis;
using LockCheck.Judgement;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Output;

/// <summary>What a form of the report that lists problems, and knows nothing of verdicts, needs of each.</summary>
/// <param name="Rule">The rule's id, or a word for what is told by no rule.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Detail">What to do about it.</param>
/// <param name="Path">Relative to the repository.</param>
/// <param name="Where">The place in it, where there is one.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="HelpLink">The page of the rule, or null.</param>
/// <param name="Finding">The finding that it stands for, or null.</param>
internal sealed record Issue(string Rule, DiagnosticSeverity Severity, string Message, string Detail, string Path, CodeSpot? Where, int Line, string? HelpLink, FindingIdentity? Finding)
{
    /// <summary>The rule of what was not analysed.</summary>
    public const string NotAnalyzed = "not-analysed";

    /// <summary>The column, from 1.</summary>
    public int Column => (Where?.Start.Character ?? 0) + 1;

    /// <summary>The place as a range of lines and columns from 1, the end behind the last character.</summary>
    public (LinePosition Start, LinePosition End) Range => Where is { } spot ? (spot.Start, spot.End) : (new(Line - 1, 0), new(Line - 1, 0));

    /// <summary>The problems of a report: what counts against the change, what it weakens or hides, and what could not be analysed.</summary>
    public static IEnumerable<Issue> Of(PatchReport report)
    {
        foreach (var judged in report.Introduced)
            yield return From(judged.Finding, judged.Finding.Finding.Severity, judged.Finding.Message);
        foreach (var judged in report.With(Verdict.Hidden))
            yield return From(judged.Finding, DiagnosticSeverity.Info, $"hidden: {judged.Finding.Message}");
        foreach (var (weakening, _, _) in report.Weakenings)
            yield return new("weakened", DiagnosticSeverity.Info, weakening.Message, "see that it is meant, and what protects the code now", weakening.Path, null, Math.Max(weakening.Line, 1), null, null);
        foreach (var judged in report.With(Verdict.NotAnalyzed))
            yield return From(judged.Finding, DiagnosticSeverity.Error, $"{judged.Note ?? "not analysed"}: {judged.Finding.Message}") with { Rule = NotAnalyzed };
        foreach (var incomplete in report.Incomplete)
        {
            var first = incomplete.Errors.FirstOrDefault() is { } error ? $": {error.Id}: {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}" : "";
            yield return new(NotAnalyzed, DiagnosticSeverity.Error, incomplete.Reason + first, string.Join(' ', incomplete.Details), FindingIdentity.Relative(incomplete.Project, report.Root), null, 1, null, null);
        }
    }

    static Issue From(FindingIdentity finding, DiagnosticSeverity severity, string message) =>
        new(finding.Rule, severity, message, finding.Finding.Hint, finding.Path, finding.Finding.Where, Math.Max(finding.Line, 1), finding.Finding.Diagnostic.Descriptor.HelpLinkUri is { Length: > 0 } link ? link : null, finding);
}
