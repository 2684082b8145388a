using System.Collections.Immutable;
using System.Globalization;
using LockCheck.Analysis;
using Microsoft.CodeAnalysis;

namespace LockCheck.Output;

/// <summary>Writes a report as text for people: each finding with its code, then counts by rule, then what is missing.</summary>
internal sealed class ReportWriter(Terminal terminal)
{
    const int ErrorsShown = 5;
    const int Columns = 80;

    readonly TextWriter _out = terminal.Out;

    /// <summary>Writes the whole report.</summary>
    public void Write(CheckReport report)
    {
        var writer = new FindingWriter(terminal, Math.Min(Columns, terminal.Width));
        foreach (var finding in report.Findings)
            writer.Write(finding);
        if (!report.Findings.IsEmpty)
            WriteSummary(report.Findings);
        WriteIncomplete(report);
        foreach (var left in report.LeftOut.Distinct())
            _out.WriteLine($"left out: {DisplayPath.Of(left.Path)} ({left.Reason})");
        WriteTotal(report);
    }

    void WriteSummary(ImmutableArray<Finding> findings)
    {
        var rules = findings.GroupBy(f => f.Id).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (Id: g.Key, Title: SafeText.Escape(g.First().Title), Count: g.Count())).ToList();
        var ids = rules.Max(r => r.Id.Length);
        var titles = rules.Max(r => SafeText.Width(r.Title));
        var digits = rules.Max(r => Number(r.Count).Length);
        _out.WriteLine(terminal.Paint("By rule", Style.Bold));
        foreach (var (id, title, count) in rules)
            _out.WriteLine($"  {id.PadRight(ids)}  {title}{new string(' ', titles - SafeText.Width(title))}  {Number(count).PadLeft(digits)}");
        _out.WriteLine();
    }

    /// <summary>Writes what could not be analysed, and why.</summary>
    public void WriteIncomplete(CheckReport report)
    {
        foreach (var incomplete in report.Incomplete)
            WriteIncomplete(incomplete);
    }

    void WriteIncomplete(Incomplete incomplete)
    {
        _out.WriteLine($"{terminal.Paint("incomplete:", Style.Red)} {DisplayPath.Of(incomplete.Project)} {SafeText.Escape(incomplete.Reason)}");
        foreach (var error in incomplete.Errors.Take(ErrorsShown))
        {
            var place = CodeSpot.From(error.Location) is { } spot ? Position(spot) + ": " : "";
            _out.WriteLine($"  {place}{error.Id}: {SafeText.Escape(error.GetMessage(CultureInfo.InvariantCulture))}");
        }
        if (incomplete.Errors.Length > ErrorsShown)
            _out.WriteLine($"  (and {Number(incomplete.Errors.Length - ErrorsShown)} more errors)");
        foreach (var line in incomplete.Details)
            _out.WriteLine("  " + SafeText.Escape(line));
        _out.WriteLine();
    }

    void WriteTotal(CheckReport report)
    {
        if (report.Projects.IsEmpty)
        {
            _out.WriteLine("Nothing was analysed.");
            return;
        }
        var findings = report.Findings;
        var parts = new[] { DiagnosticSeverity.Error, DiagnosticSeverity.Warning, DiagnosticSeverity.Info }
            .Select(s => (Severity: s, Count: findings.Count(f => f.Severity == s)))
            .Where(p => p.Count > 0)
            .Select(p => Count(p.Count, Name(p.Severity)));
        var found = findings.IsEmpty ? "No findings" : string.Join(", ", parts);
        var projects = report.Projects.Select(p => p.Path).Distinct().Count();
        var frameworks = report.Projects.Select(p => p.TargetFramework).Where(f => f.Length > 0).Distinct().Order(StringComparer.Ordinal);
        var text = $"{found} in {Count(projects, "project")} ({string.Join(", ", frameworks)}).".Replace(" ()", "", StringComparison.Ordinal);
        _out.WriteLine(terminal.Paint(text, findings.IsEmpty && report.Incomplete.IsEmpty ? Style.Green : Style.Bold));
        if (!report.Incomplete.IsEmpty)
            _out.WriteLine("The analysis is incomplete, as told above: there may be more to find.");
    }

    static string Position(CodeSpot spot) => FindingWriter.Position(spot);

    static string Count(int count, string noun) => FindingWriter.Count(count, noun);

    static string Number(int value) => FindingWriter.Number(value);

    static string Name(DiagnosticSeverity severity) => FindingWriter.Name(severity);
}
