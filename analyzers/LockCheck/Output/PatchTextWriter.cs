using System.Globalization;
using LockCheck.Analysis;
using LockCheck.Judgement;
using LockCheck.Patches;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis;

namespace LockCheck.Output;

/// <summary>Writes what a change does as text for people, in 80 columns as far as names allow.</summary>
internal sealed class PatchTextWriter(Terminal terminal, bool showsAll)
{
    const int Columns = 80;
    const int ErrorsShown = 5;

    readonly TextWriter _out = terminal.Out;
    readonly FindingWriter _findings = new(terminal, Math.Min(Columns, terminal.Width));

    /// <summary>Writes the whole report.</summary>
    public void Write(PatchReport report)
    {
        WriteHead(report);
        Section("introduced", Style.Red, report.Introduced, report);
        WriteWeakenings(report);
        Section("hidden", Style.Yellow, report.With(Verdict.Hidden), report);
        Section("introduced and mended within the series", Style.Yellow, report.Passing, report);
        Section("not analysed", Style.Red, report.With(Verdict.NotAnalyzed), report);
        Short("fixed", Style.Green, report.With(Verdict.Fixed), report);
        Short("moved", Style.Cyan, report.With(Verdict.Moved), report);
        if (showsAll)
            Short("pre-existing", Style.Dim, report.With(Verdict.PreExisting), report);
        WriteIncomplete(report);
        foreach (var left in report.LeftOut)
            _out.WriteLine($"left out: {DisplayPath.Of(left.Path)} ({SafeText.Escape(left.Reason)})");
        WriteTotal(report);
    }

    void WriteHead(PatchReport report)
    {
        var comparison = report.Comparison;
        _out.WriteLine($"{terminal.Paint("comparing", Style.Bold)} {SafeText.Escape(comparison.After)}");
        _out.WriteLine($"{terminal.Paint("with", Style.Bold)}      {SafeText.Escape(comparison.Before)}, {SafeText.Escape(comparison.BaseFoundBy)}");
        if (comparison.Title is { } title)
            _out.WriteLine($"{terminal.Paint("series", Style.Bold)}    {SafeText.Escape(title)}");
        foreach (var step in report.Steps)
        {
            var number = report.Steps.Length > 1 ? $"{Number(step.Number)}/{Number(report.Steps.Length)} " : "";
            if (report.Steps.Length > 1)
                _out.WriteLine($"  {number}{SafeText.Escape(step.Step.Title)}");
            foreach (var note in step.Step.Notes)
                _out.WriteLine($"  {terminal.Paint("note:", Style.Cyan)} {SafeText.Escape(note)}");
        }
        _out.WriteLine();
    }

    void Section(string name, Style style, IEnumerable<JudgedFinding> findings, PatchReport report)
    {
        var list = findings.ToList();
        if (list.Count == 0)
            return;
        _out.WriteLine(terminal.Paint($"{name} ({Number(list.Count)})", style));
        _out.WriteLine();
        foreach (var judged in list)
            _findings.Write(judged.Finding.Finding, Facts(judged, report));
    }

    void Short(string name, Style style, IEnumerable<JudgedFinding> findings, PatchReport report)
    {
        var list = findings.ToList();
        if (list.Count == 0)
            return;
        _out.WriteLine(terminal.Paint($"{name} ({Number(list.Count)})", style));
        foreach (var judged in list)
        {
            var finding = judged.Finding;
            var what = string.Join(", ", Facts(judged, report).Where(f => f.Name is "series" or "note").Select(f => f.Value));
            _out.WriteLine($"  {SafeText.Escape(finding.Path)}:{Number(finding.Line)}: {finding.Rule}: {SafeText.Escape(finding.Message)}{(what.Length > 0 ? $" ({SafeText.Escape(what)})" : "")}");
        }
        _out.WriteLine();
    }

    /// <summary>What a comparison knows of a finding: its place in the series, and what it is owed to.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(JudgedFinding judged, PatchReport report)
    {
        if (judged.Note is { } note)
            yield return ("note", note);
        if (Verdicts.Series(judged, report) is { } series)
            yield return ("series", series);
        if (judged.Cause is not { } cause || ((judged.Verdict is Verdict.Fixed or Verdict.NotAnalyzed) && !judged.IsPassing))
            yield break;
        yield return ("cause", Verdicts.Describe(cause));
        if (cause.Removed is { } removed)
            yield return ("removed", removed.Text.Trim());
        if (cause.Via.Length > 0)
            yield return ("by way of", string.Join(" > ", cause.Via));
    }

    void WriteWeakenings(PatchReport report)
    {
        if (report.Weakenings.IsEmpty)
            return;
        _out.WriteLine(terminal.Paint($"weakened ({Number(report.Weakenings.Length)})", Style.Yellow));
        _out.WriteLine();
        foreach (var (weakening, cause, step) in report.Weakenings)
        {
            _out.WriteLine($"{terminal.Paint($"{SafeText.Escape(weakening.Path)}:{Number(weakening.Line)}", Style.Bold)}: {terminal.Paint("weakened", Style.Yellow)}: {SafeText.Escape(weakening.Message)}");
            foreach (var line in cause?.Hunk is { } hunk ? Verdicts.Around(hunk, cause.Removed?.NewLine ?? weakening.Line) : [])
                _out.WriteLine("  | " + Paint(line));
            if (report.Steps.Length > 1)
                _out.WriteLine($"  = {terminal.Paint("series:", Style.Blue)} weakened by {Number(step)}/{Number(report.Steps.Length)}");
            _out.WriteLine();
        }
    }

    string Paint(DiffLine line)
    {
        var mark = line.Kind switch { DiffLineKind.Added => "+", DiffLineKind.Removed => "-", _ => " " };
        var text = SafeText.Escape(line.Text.Replace("\t", "    ", StringComparison.Ordinal));
        if (text.Length > Columns - 6)
            text = text[..(Columns - 9)] + "...";
        return line.Kind == DiffLineKind.Context ? (mark + text).TrimEnd() : terminal.Paint((mark + text).TrimEnd(), line.Kind == DiffLineKind.Added ? Style.Green : Style.Red);
    }

    void WriteIncomplete(PatchReport report)
    {
        foreach (var step in report.Steps.Where(s => !s.CompileErrors.IsEmpty && report.Steps.Length > 1))
            _out.WriteLine($"{terminal.Paint("incomplete:", Style.Red)} the series does not compile from patch {Number(step.Number)}/{Number(report.Steps.Length)} on{(step.CompilesAgainAfter is { } again ? $", until patch {Number(again)}/{Number(report.Steps.Length)}" : "")}: {SafeText.Escape(step.Step.Title)}");
        foreach (var incomplete in report.Incomplete)
        {
            _out.WriteLine($"{terminal.Paint("incomplete:", Style.Red)} {DisplayPath.Of(incomplete.Project)} {SafeText.Escape(incomplete.Reason)}");
            foreach (var error in incomplete.Errors.Take(ErrorsShown))
            {
                var place = CodeSpot.From(error.Location) is { } spot ? FindingWriter.Position(spot) + ": " : "";
                _out.WriteLine($"  {place}{error.Id}: {SafeText.Escape(error.GetMessage(CultureInfo.InvariantCulture))}");
            }
            if (incomplete.Errors.Length > ErrorsShown)
                _out.WriteLine($"  (and {Number(incomplete.Errors.Length - ErrorsShown)} more errors)");
            foreach (var line in incomplete.Details)
                _out.WriteLine("  " + SafeText.Escape(line));
            _out.WriteLine();
        }
    }

    void WriteTotal(PatchReport report)
    {
        if (report.Projects.IsEmpty)
        {
            _out.WriteLine(report.Incomplete.IsEmpty
                ? report.Steps.All(s => s.Files.IsEmpty) ? Unchanged(report.Comparison) : !report.LeftOut.IsEmpty ? "Nothing of the change is analysed, as told above." : report.HasSources ? "Nothing that is compiled was changed." : "The change touches nothing that is analysed."
                : "Nothing was analysed.");
            return;
        }
        var counts = Verdicts.Counts(report).Where(c => c.Count > 0).Select(c => $"{Number(c.Count)} {c.Name}").ToList();
        var clean = !report.Introduced.Any() && report.Incomplete.IsEmpty;
        _out.WriteLine(terminal.Paint($"{(counts.Count == 0 ? "No findings" : string.Join(", ", counts))} in {FindingWriter.Count(report.Projects.Length, "project")}.", clean ? Style.Green : Style.Bold));
        if (!report.Incomplete.IsEmpty)
            _out.WriteLine("The analysis is incomplete, as told above: there may be more to find.");
    }

    // Mostly something was forgotten.
    static string Unchanged(Comparison comparison) => comparison.Mode switch
    {
        "staged" => "Nothing is staged. Stage it (git add), or leave out --staged to look at the work tree.",
        "worktree" => "Nothing is changed. For what is committed already name a commit or a range: lockcheck patch HEAD",
        _ => "Nothing is changed: the two are the same.",
    };

    static string Number(int value) => FindingWriter.Number(value);
}
