using System.Net;
using System.Text;
using LockCheck.Analysis;
using LockCheck.Judgement;
using LockCheck.Patches;

namespace LockCheck.Output;

/// <summary>
/// Writes a report as one HTML file that needs nothing else: no network, no script. Light or dark as the reader's system is; every part
/// is reached by keyboard, since what folds is a native element.
/// </summary>
internal sealed class HtmlReport(PatchReport report)
{
    const int LinesAround = 3;

    readonly StringBuilder _html = new();

    /// <summary>Writes the report.</summary>
    public void Write(TextWriter output)
    {
        Line("<!DOCTYPE html>");
        Line("<html lang=\"en\">");
        Line("<head>");
        Line("<meta charset=\"utf-8\">");
        // Nothing of the change can load or run anything, whatever slips through.
        Line("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
        Line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        Line($"<title>lockcheck: {Text(report.Comparison.After)}</title>");
        Line($"<style>{HtmlStyle.Css}</style>");
        Line("</head>");
        Line("<body>");
        Line("<a class=\"skip\" href=\"#findings\">Skip to the findings</a>");
        Head();
        Line("<main id=\"findings\">");
        Section("Introduced", "introduced", report.Introduced);
        Weakenings();
        Section("Hidden", "hidden", report.With(Verdict.Hidden));
        Section("Introduced and mended within the series", "passing", report.Passing);
        Section("Not analysed", "notAnalyzed", report.With(Verdict.NotAnalyzed));
        Section("Fixed", "fixed", report.With(Verdict.Fixed));
        Section("Moved", "moved", report.With(Verdict.Moved));
        Section("Pre-existing", "preExisting", report.With(Verdict.PreExisting));
        Incomplete();
        LockOrder();
        Patch();
        Line("</main>");
        Line($"<footer>lockcheck {Text(ToolVersion.Text)}</footer>");
        Line("</body>");
        Line("</html>");
        output.Write(_html);
    }

    void Head()
    {
        var comparison = report.Comparison;
        Line("<header>");
        Line($"<h1>{Text(comparison.Title ?? comparison.After)}</h1>");
        Line($"<p>Compared with <b>{Text(comparison.Before)}</b>, {Text(comparison.BaseFoundBy)}.</p>");
        Line("<ul class=\"counts\">");
        foreach (var (name, count) in Verdicts.Counts(report).Where(c => c.Count > 0))
            Line($"<li><b>{FindingWriter.Number(count)}</b> {name}</li>");
        if (Verdicts.Counts(report).All(c => c.Count == 0))
            Line("<li>No findings</li>");
        Line("</ul>");
        if (report.Steps.Length > 1)
        {
            Line("<ol>");
            foreach (var step in report.Steps)
                Line($"<li>{Text(step.Step.Title)}{(step.CompileErrors.IsEmpty ? "" : " <strong>(does not compile)</strong>")}</li>");
            Line("</ol>");
        }
        Line("</header>");
    }

    void Section(string title, string kind, IEnumerable<JudgedFinding> findings)
    {
        var list = findings.ToList();
        if (list.Count == 0)
            return;
        Line($"<section class=\"{kind}\"><h2>{title} ({FindingWriter.Number(list.Count)})</h2>");
        foreach (var judged in list)
            Finding(judged, open: kind is "introduced" or "hidden" or "passing");
        Line("</section>");
    }

    void Finding(JudgedFinding judged, bool open)
    {
        var finding = judged.Finding.Finding;
        Line($"<details{(open ? " open" : "")}><summary><code>{Text(judged.Finding.Path)}:{FindingWriter.Number(judged.Finding.Line)}</code> <b>{Text(finding.Id)}</b> {Text(finding.Message)}</summary>");
        Source(finding.Where);
        Line("<dl>");
        Fact("Needed", finding.Needed);
        Fact("Held", finding.Held);
        Fact("Note", judged.Note);
        Fact("Series", Verdicts.Series(judged, report));
        if (judged.Cause is { } cause && judged.Verdict != Verdict.Fixed)
        {
            Fact("Cause", Verdicts.Describe(cause));
            Fact("Removed", cause.Removed?.Text.Trim());
            Fact("By way of", cause.Via.Length > 0 ? string.Join(" > ", cause.Via) : null);
        }
        Fact("Help", finding.Hint);
        Line("</dl>");
        foreach (var note in finding.Notes)
        {
            Line($"<p>{Text(note.Label)}: <code>{Text(FindingIdentity.Relative(note.Where.Path, report.Root))}:{FindingWriter.Number(note.Where.Start.Line + 1)}</code></p>");
            Source(note.Where);
        }
        Line("</details>");
    }

    void Source(CodeSpot? spot)
    {
        if (spot?.Text is not { } text || spot.Start.Line >= text.Lines.Count)
            return;
        _html.Append("<pre>");
        var last = Math.Min(Math.Min(spot.End.Line, spot.Start.Line + LinesAround) + LinesAround, text.Lines.Count - 1);
        for (var number = Math.Max(spot.Start.Line - LinesAround, 0); number <= last; number++)
        {
            var line = text.Lines[number].ToString();
            _html.Append("<span class=\"n\">").Append(FindingWriter.Number(number + 1).PadLeft(5)).Append("</span> ");
            if (number == spot.Start.Line)
            {
                var start = Math.Clamp(spot.Start.Character, 0, line.Length);
                var end = number == spot.End.Line ? Math.Clamp(spot.End.Character, start, line.Length) : line.Length;
                _html.Append(Text(line[..start])).Append("<mark>").Append(Text(line[start..end])).Append("</mark>").Append(Text(line[end..]));
            }
            else
            {
                _html.Append(Text(line));
            }
            _html.Append('\n');
        }
        Line("</pre>");
    }

    void Weakenings()
    {
        if (report.Weakenings.IsEmpty)
            return;
        Line($"<section class=\"weakened\"><h2>Weakened ({FindingWriter.Number(report.Weakenings.Length)})</h2>");
        foreach (var (weakening, cause, _) in report.Weakenings)
        {
            Line($"<details open><summary><code>{Text(weakening.Path)}:{FindingWriter.Number(weakening.Line)}</code> {Text(weakening.Message)}</summary>");
            if (cause?.Hunk is { } hunk)
                Lines(Verdicts.Around(hunk, cause.Removed?.NewLine ?? weakening.Line));
            Line("</details>");
        }
        Line("</section>");
    }

    void Incomplete()
    {
        if (report.Incomplete.IsEmpty)
            return;
        Line("<section class=\"notAnalyzed\"><h2>Incomplete</h2><ul>");
        foreach (var incomplete in report.Incomplete)
        {
            Line($"<li><code>{Text(FindingIdentity.Relative(incomplete.Project, report.Root))}</code> {Text(incomplete.Reason)}");
            foreach (var error in incomplete.Errors.Take(LinesAround))
                Line($"<br>{Text(error.Id)}: {Text(error.GetMessage(System.Globalization.CultureInfo.InvariantCulture))}");
            Line("</li>");
        }
        Line("</ul></section>");
    }

    void LockOrder()
    {
        if (report.LockOrder.Length == 0)
            return;
        Line("<section><h2>Lock order in the changed files</h2>");
        _html.Append(LockOrderSvg.Draw(report.LockOrder));
        Line("<table><thead><tr><th scope=\"col\">Held</th><th scope=\"col\">Acquired below it</th><th scope=\"col\">Where</th></tr></thead><tbody>");
        foreach (var edge in report.LockOrder)
            Line($"<tr><td><code>{Text(edge.Held)}</code></td><td><code>{Text(edge.Acquired)}</code></td><td><code>{Text(edge.Path)}:{FindingWriter.Number(edge.Line)}</code></td></tr>");
        Line("</tbody></table></section>");
    }

    void Patch()
    {
        Line("<section><h2>The change</h2>");
        foreach (var step in report.Steps)
        {
            if (report.Steps.Length > 1)
                Line($"<h3>{FindingWriter.Number(step.Number)}/{FindingWriter.Number(report.Steps.Length)} {Text(step.Step.Title)}</h3>");
            foreach (var file in step.Files)
            {
                Line($"<details><summary><code>{Text(file.Path)}</code></summary>");
                foreach (var hunk in file.Hunks)
                {
                    Line($"<p><code>{Text(hunk.Header)}</code></p>");
                    Lines(hunk.Lines);
                }
                Line("</details>");
            }
        }
        Line("</section>");
    }

    void Lines(IEnumerable<DiffLine> lines)
    {
        _html.Append("<pre>");
        foreach (var line in lines)
        {
            var (mark, kind) = line.Kind switch { DiffLineKind.Added => ("+", "add"), DiffLineKind.Removed => ("-", "del"), _ => (" ", "ctx") };
            _html.Append("<span class=\"").Append(kind).Append("\">").Append(mark).Append(Text(line.Text)).Append("</span>\n");
        }
        Line("</pre>");
    }

    void Fact(string name, string? value)
    {
        if (value is not null)
            Line($"<dt>{name}</dt><dd>{Text(value)}</dd>");
    }

    void Line(string html) => _html.Append(html).Append('\n');

    // What cannot be seen is written out, and what means something in HTML means nothing.
    static string Text(string text) => WebUtility.HtmlEncode(string.Join("    ", text.Split('\t').Select(SafeText.Escape)));
}
