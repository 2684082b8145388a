using System.Collections.Immutable;
using System.Globalization;
using LockCheck.Analysis;
using LockCheck.Fixes;
using LockCheck.Judgement;
using LockCheck.Patches;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Caching;

/// <summary>Writes a judgement down, as <see cref="JudgementReader"/> reads it: all that any form of report tells. What several parts refer to is written once. For one judgement.</summary>
internal sealed class JudgementWriter(BinaryWriter writer)
{
    readonly Dictionary<object, int> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>Writes the report and the patch that mends what it tells.</summary>
    public void Write(PatchReport report, FixPatchResult? fix)
    {
        List(report.Steps, step =>
        {
            writer.Write(step.Number);
            List(step.Files, File);
            List(step.CompileErrors, Error);
            Number(step.CompilesAgainAfter);
        });
        List(report.Findings, Judged);
        List(report.Weakenings, judged =>
        {
            var weakening = judged.Weakening;
            writer.Write((int)weakening.Kind);
            Texts(weakening.Message, weakening.Member, weakening.Path, weakening.Mentions);
            writer.Write(weakening.Line);
            Optional(judged.Cause, Cause);
            writer.Write(judged.Step);
        });
        List(report.LockOrder, edge =>
        {
            Texts(edge.Held, edge.Acquired, edge.Path);
            writer.Write(edge.Line);
        });
        List(report.Incomplete, incomplete =>
        {
            Texts(incomplete.Project, incomplete.Reason);
            List(incomplete.Errors, Error);
            List(incomplete.Details, writer.Write);
        });
        List(report.LeftOut, left => Texts(left.Path, left.Reason));
        List(report.Projects, writer.Write);
        writer.Write(report.HasSources);
        List([.. report.Fixes], pair =>
        {
            Identity(pair.Key);
            List(pair.Value, Fix);
        });
        Optional(fix, result =>
        {
            writer.Write(result.Diff.Length);
            writer.Write(result.Diff);
            List([.. result.Mended], Identity);
        });
    }

    void Judged(JudgedFinding judged)
    {
        writer.Write((int)judged.Verdict);
        Identity(judged.Finding);
        Optional(judged.Before, Identity);
        Number((int?)judged.MatchedBy);
        Optional(judged.Cause, Cause);
        Text(judged.Note);
        Number(judged.IntroducedBy);
        Number(judged.EndedBy);
    }

    void Identity(FindingIdentity identity) => Once(identity, () =>
    {
        Texts(identity.Path, identity.Member, identity.Type, identity.Content, identity.Shape, identity.MemberText);
        writer.Write(identity.Line);
        var finding = identity.Finding;
        Rule(finding.Diagnostic);
        Texts(finding.Title, finding.Message, finding.Hint, finding.Project);
        Text(finding.Held);
        Text(finding.Needed);
        Optional(finding.Where, Spot);
        List(finding.Notes, note =>
        {
            writer.Write(note.Label);
            Spot(note.Where);
        });
        List(finding.OnlyIn, writer.Write);
    });

    // Its places are told by the finding.
    void Rule(Diagnostic diagnostic)
    {
        var rule = diagnostic.Descriptor;
        Texts(diagnostic.Id, rule.Category, rule.Title.ToString(CultureInfo.InvariantCulture), rule.Description.ToString(CultureInfo.InvariantCulture), rule.HelpLinkUri);
        writer.Write((int)diagnostic.Severity);
        writer.Write((int)diagnostic.DefaultSeverity);
        writer.Write(diagnostic.WarningLevel);
        writer.Write(diagnostic.IsSuppressed);
        List([.. rule.CustomTags], writer.Write);
    }

    // An error is told by its place, without the code around it.
    void Error(Diagnostic error)
    {
        Texts(error.Id, error.GetMessage(CultureInfo.InvariantCulture));
        Optional(CodeSpot.From(error.Location), spot =>
        {
            writer.Write(spot.Path);
            Position(spot.Start);
            Position(spot.End);
        });
    }

    void Spot(CodeSpot spot)
    {
        writer.Write(spot.Path);
        Position(spot.Start);
        Position(spot.End);
        Optional(spot.Text, Source);
    }

    void Source(SourceText text) => Once(text, () => writer.Write(text.ToString()));

    void Position(LinePosition position)
    {
        writer.Write(position.Line);
        writer.Write(position.Character);
    }

    void Cause(Cause cause)
    {
        File(cause.File);
        Optional(cause.Hunk, Hunk);
        writer.Write(cause.Why);
        writer.Write(cause.Removed is not null);
        if (cause.Removed is { } removed)
            Line(removed);
        List(cause.Via, writer.Write);
    }

    void File(FileDiff file) => Once(file, () =>
    {
        Text(file.OldPath);
        Text(file.NewPath);
        List(file.Hunks, Hunk);
        writer.Write(file.IsBinary);
        writer.Write(file.IsRename);
    });

    void Hunk(Hunk hunk) => Once(hunk, () =>
    {
        writer.Write(hunk.OldStart);
        writer.Write(hunk.OldCount);
        writer.Write(hunk.NewStart);
        writer.Write(hunk.NewCount);
        writer.Write(hunk.Heading);
        List(hunk.Lines, Line);
    });

    void Line(DiffLine line)
    {
        writer.Write((byte)line.Kind);
        writer.Write(line.Text);
        writer.Write(line.OldLine);
        writer.Write(line.NewLine);
    }

    void Fix(ProposedFix fix)
    {
        writer.Write(fix.Title);
        List(fix.Edits, edit =>
        {
            writer.Write(edit.Path);
            Source(edit.Text);
            List(edit.Changes, change =>
            {
                writer.Write(change.Span.Start);
                writer.Write(change.Span.Length);
                Text(change.NewText);
            });
        });
    }

    void Once(object item, Action write)
    {
        if (_known.TryGetValue(item, out var number))
        {
            writer.Write(number);
            return;
        }
        writer.Write(-1);
        write();
        _known.Add(item, _known.Count);
    }

    void List<T>(ImmutableArray<T> items, Action<T> write)
    {
        writer.Write(items.Length);
        foreach (var item in items)
            write(item);
    }

    void Optional<T>(T? item, Action<T> write)
        where T : class
    {
        writer.Write(item is not null);
        if (item is not null)
            write(item);
    }

    void Text(string? text) => Optional(text, writer.Write);

    void Texts(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
            writer.Write(text);
    }

    void Number(int? number)
    {
        writer.Write(number is not null);
        writer.Write(number ?? 0);
    }
}
