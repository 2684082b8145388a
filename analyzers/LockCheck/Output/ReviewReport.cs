using System.Collections.Immutable;
using LockCheck.Judgement;
using LockCheck.Patches;

namespace LockCheck.Output;

/// <summary>
/// Writes a report as the reply of a reviewer on a mailing list: the patch quoted, a remark below each line that is concerned. It asks;
/// it does not shout, and does not speak of people.
/// </summary>
internal sealed class ReviewReport(PatchReport report)
{
    const int Columns = 72;
    const int Context = 6;

    sealed record Remark(FileDiff? File, Hunk? Hunk, int Line, bool OnRemoved, string Text);

    /// <summary>Writes the reply.</summary>
    public void Write(TextWriter output)
    {
        var remarked = false;
        foreach (var step in report.Steps)
        {
            var remarks = RemarksOf(step).ToList();
            if (remarks.Count == 0)
                continue;
            remarked = true;
            output.WriteLine(report.Steps.Length > 1 ? $"> [{FindingWriter.Number(step.Number)}/{FindingWriter.Number(report.Steps.Length)}] {SafeText.Escape(step.Step.Title)}" : $"> {SafeText.Escape(step.Step.Title)}");
            output.WriteLine();
            foreach (var general in remarks.Where(r => r.Hunk is null))
                Paragraphs(output, general.Text);
            foreach (var file in step.Files)
                Quote(output, file, [.. remarks.Where(r => r.File == file && r.Hunk is not null)]);
        }
        Closing(output, remarked);
    }

    IEnumerable<Remark> RemarksOf(StepReport step)
    {
        if (!step.CompileErrors.IsEmpty && report.Steps.Length > 1)
            yield return new(null, null, 0, false, $"The code does not compile after this patch, which makes the series hard to bisect. {(step.CompilesAgainAfter is { } again ? $"Patch {again}/{report.Steps.Length} mends it. Could that be part of this one?" : "Is a part of it in a later patch?")}");
        foreach (var judged in report.Findings.Where(f => f.IntroducedBy == step.Number && f.Verdict is Verdict.Introduced or Verdict.Unhidden or Verdict.Fixed && (f.Verdict != Verdict.Fixed || f.IsPassing)))
            yield return Place(judged.Cause, judged.Finding.Path, judged.Finding.Line, TextOf(judged));
        foreach (var judged in report.Findings.Where(f => f.Verdict == Verdict.Hidden && f.EndedBy == step.Number || f.Verdict == Verdict.Hidden && f.EndedBy is null && step.Number == 1))
            yield return Place(judged.Cause, judged.Finding.Path, judged.Finding.Line, $"This hides a finding: {judged.Finding.Message} ({judged.Finding.Rule}). What makes it safe? A reason beside the waiver would help whoever reads it next.");
        foreach (var judged in report.Weakenings.Where(w => w.Step == step.Number))
            yield return Place(judged.Cause, judged.Weakening.Path, judged.Weakening.Line, $"{Upper(judged.Weakening.Message)}. Is that meant, and what protects it now?");
    }

    static Remark Place(Cause? cause, string path, int line, string text)
    {
        if (cause?.Hunk is not { } hunk)
            return new(null, null, 0, false, $"{path}:{line}: {text}");
        if (cause.Removed is { } removed)
            return new(cause.File, hunk, removed.OldLine, true, text);
        var at = cause.File.NewPath == path && hunk.Lines.Any(l => l.Kind != DiffLineKind.Removed && l.NewLine == line) ? line : LastChange(hunk);
        return new(cause.File, hunk, at, false, text);
    }

    static int LastChange(Hunk hunk) => hunk.Lines.LastOrDefault(l => l.Kind == DiffLineKind.Added) is { NewLine: > 0 } added ? added.NewLine : hunk.Lines[^1].NewLine;

    string TextOf(JudgedFinding judged)
    {
        var finding = judged.Finding;
        var text = $"{Upper(finding.Message)} ({finding.Rule}).";
        if (judged.Cause is not { } cause || cause.Why != "the line itself")
        {
            var code = finding.Finding.Where is { Text: { } source } where && where.Start.Line < source.Lines.Count ? source.Lines[where.Start.Line].ToString().Trim() : "";
            var by = judged.Cause?.Via.Length > 0 ? $", by way of {string.Join(", ", judged.Cause.Via)}" : "";
            text = $"With this gone or changed, {finding.Path}:{finding.Line}{by}:\n\n    {code}\n\n{text}";
        }
        foreach (var note in finding.Finding.Notes)
            text += $" {Upper(note.Label)}: {FindingIdentity.Relative(note.Where.Path, report.Root)}:{note.Where.Start.Line + 1}.";
        if (judged.Verdict == Verdict.Unhidden)
            text += " It was hidden before.";
        if (judged.IsPassing)
            return $"{text}\n\nPatch {judged.EndedBy}/{report.Steps.Length} mends it. Could that be part of this one, so that each step is right by itself?";
        return finding.Finding.Hint.StartsWith("see lockcheck", StringComparison.Ordinal) ? text : $"{text}\n\nWould it help to {finding.Finding.Hint}?";
    }

    static void Quote(TextWriter output, FileDiff file, ImmutableArray<Remark> remarks)
    {
        if (remarks.IsEmpty)
            return;
        output.WriteLine($"> --- {(file.OldPath is { } old ? "a/" + SafeText.Escape(old) : "/dev/null")}");
        output.WriteLine($"> +++ {(file.NewPath is { } @new ? "b/" + SafeText.Escape(@new) : "/dev/null")}");
        var endsWithRemark = false;
        foreach (var hunk in file.Hunks)
        {
            var own = remarks.Where(r => r.Hunk == hunk).ToList();
            if (own.Count == 0)
                continue;
            output.WriteLine("> " + SafeText.Escape(hunk.Header.TrimEnd()));
            var last = 0;
            for (var i = 0; i < hunk.Lines.Length; i++)
            {
                var line = hunk.Lines[i];
                var here = own.Where(r => IsAt(r, line)).ToList();
                // Of a long hunk, what leads up to a remark.
                if (here.Count == 0 && !IsNear(hunk, own, i))
                    continue;
                if (i > last)
                    output.WriteLine("> [...]");
                last = i + 1;
                output.WriteLine(("> " + Mark(line.Kind) + SafeText.Escape(line.Text.Replace("\t", "    ", StringComparison.Ordinal).TrimEnd('\r'))).TrimEnd());
                endsWithRemark = here.Count > 0;
                if (!endsWithRemark)
                    continue;
                output.WriteLine();
                foreach (var remark in here)
                    Paragraphs(output, remark.Text);
            }
        }
        if (!endsWithRemark)
            output.WriteLine();
    }

    static bool IsAt(Remark remark, DiffLine line) =>
        remark.OnRemoved ? line.Kind == DiffLineKind.Removed && line.OldLine == remark.Line : line.Kind != DiffLineKind.Removed && line.NewLine == remark.Line;

    static bool IsNear(Hunk hunk, List<Remark> remarks, int index)
    {
        for (var i = index; i < Math.Min(index + Context + 1, hunk.Lines.Length); i++)
        {
            if (remarks.Exists(r => IsAt(r, hunk.Lines[i])))
                return true;
        }
        return false;
    }

    static string Mark(DiffLineKind kind) => kind switch { DiffLineKind.Added => "+", DiffLineKind.Removed => "-", _ => " " };

    void Closing(TextWriter output, bool remarked)
    {
        if (!remarked)
            output.WriteLine(report.Incomplete.IsEmpty ? "No remarks: nothing is introduced, weakened or hidden." : "No remarks on what could be analysed.");
        foreach (var incomplete in report.Incomplete)
            Paragraphs(output, $"Not analysed: {FindingIdentity.Relative(incomplete.Project, report.Root)} {incomplete.Reason}.");
        var mended = report.With(Verdict.Fixed).ToList();
        if (mended.Count > 0)
            Paragraphs(output, $"Mended by this: {string.Join(", ", mended.Select(f => $"{f.Finding.Rule} at {f.Finding.Path}:{f.Finding.Line}"))}.");
        var comparison = report.Comparison;
        Paragraphs(output, $"Compared with {comparison.Before}, {comparison.BaseFoundBy}.");
        var rules = report.Findings.Where(f => f.Verdict is Verdict.Introduced or Verdict.Unhidden or Verdict.Hidden || f.IsPassing).Select(f => f.Finding.Rule).Distinct().Order(StringComparer.Ordinal).ToList();
        if (rules.Count > 0)
            Paragraphs(output, $"What each rule means: {string.Join(", ", rules.Select(r => $"lockcheck explain {r}"))}.");
    }

    // Running text is filled; what is indented is code and stays as it is.
    static void Paragraphs(TextWriter output, string text)
    {
        foreach (var paragraph in text.Split("\n\n"))
        {
            if (paragraph.StartsWith("    ", StringComparison.Ordinal))
            {
                output.WriteLine(SafeText.Escape(paragraph));
            }
            else
            {
                var styled = new StyledText();
                styled.Add(paragraph, null);
                foreach (var (line, _) in styled.Wrap(Columns, new(output, output, Color: false, ShowsProgress: false, Columns)))
                    output.WriteLine(line);
            }
            output.WriteLine();
        }
    }

    static string Upper(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
