using System.Collections.Immutable;
using LockCheck.Analysis;
using LockCheck.Contracts;
using LockCheck.Fixes;
using LockCheck.Judgement;
using LockCheck.Loading;
using LockCheck.Output;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Commands;

/// <summary>What is to be looked at for a finding that is to be explained.</summary>
/// <param name="Folder">Where relative paths start.</param>
/// <param name="Target">The project, solution or folder; null to find it from the file.</param>
/// <param name="Change">The change that introduces it; null for the code as it stands.</param>
internal sealed record ExplainScope(string Folder, string? Target, PatchRunOptions? Change);

/// <summary>Explains findings of code as it stands, or of a change: what holds there, what is needed, why, and what can be done.</summary>
internal sealed class ExplainFinding(ExplainScope scope, LoadOptions load, ImmutableArray<DiagnosticAnalyzer> analyzers, Terminal terminal)
{
    // What a run found, whichever it was.
    sealed record Found(ImmutableArray<JudgedFinding> Findings, Dictionary<FindingIdentity, string> Fingerprints, ImmutableArray<LoadedProject> Projects, string Root, bool IsComplete, PatchReport? Report);

    /// <summary>Runs.</summary>
    /// <returns>0 where something could be told; 2 where a fingerprint or rule names nothing; 3 or 4 where that is because not all was analysed.</returns>
    public async Task<int> RunAsync(FindingReference wanted, CancellationToken cancellationToken)
    {
        var file = wanted.File is { } named ? FullPath(named) : null;
        using var progress = new Progress(terminal);
        var found = scope.Change is { } change
            ? await OfChangeAsync(change, progress, cancellationToken).ConfigureAwait(false)
            : await OfCodeAsync(file, progress, cancellationToken).ConfigureAwait(false);
        progress.Dispose();

        var here = found.Findings.Where(j => file is null ? found.Fingerprints[j.Finding].StartsWith(wanted.Fingerprint!, StringComparison.Ordinal) : IsAt(j.Finding, file, wanted)).ToList();
        var chosen = here.Where(j => wanted.Rule is null || j.Finding.Rule == wanted.Rule).ToList();
        if (wanted.Column is { } column && chosen.Where(j => Covers(j.Finding, column)).ToList() is { Count: > 0 } exact)
            chosen = exact;
        if (chosen.Count == 0)
            return await NothingAsync(wanted, file, here, found, cancellationToken).ConfigureAwait(false);

        var fixes = await FixFinder.FindAsync(chosen.Where(j => j.Verdict is not (Verdict.Fixed or Verdict.NotAnalyzed)).Select(j => j.Finding), cancellationToken).ConfigureAwait(false);
        var writer = new ExplanationWriter(terminal);
        foreach (var judged in chosen)
        {
            var finding = judged.Finding;
            var location = finding.Finding.Diagnostic.Location;
            var place = finding.Project is { } project && location.SourceTree is { } tree ? await PlaceAsync(project, tree, location.SourceSpan, found.Root, cancellationToken).ConfigureAwait(false) : new PlaceExplained(null, []);
            var extra = found.Report is { } report ? PatchTextWriter.Facts(judged, report).Prepend(("verdict", Verdicts.Words(judged))).ToImmutableArray() : [];
            writer.Write(new FindingExplained(finding, extra, found.Fingerprints[finding], place, fixes.GetValueOrDefault(finding, [])));
        }
        return ExitCode.Clean;
    }

    async Task<Found> OfCodeAsync(string? file, Progress progress, CancellationToken cancellationToken)
    {
        var target = CheckTarget.Resolve(scope.Target ?? (file is null ? scope.Folder : ProjectFolder(file)));
        var (report, analyses) = await CheckRun.RunAsync(target, load, analyzers, progress, cancellationToken).ConfigureAwait(false);
        if (report.Projects.IsEmpty)
        {
            new ReportWriter(terminal with { Out = terminal.Error, Color = false }).WriteIncomplete(report);
            throw new LockCheckException(ExitCode.NotAnalyzed, $"'{DisplayPath.Of(target.Path)}' could not be analysed, so there is nothing to explain.");
        }
        var root = TopFolder.Of(target.Path);
        // Named as a check names them, then those that the code waives: why they are hidden is a question too.
        var told = FindingIdentity.Of(new("", analyses, report), root, cancellationToken);
        var prints = Fingerprints.Of(told);
        var waived = report with { Findings = [.. analyses.SelectMany(a => a.Findings).Where(f => f.Diagnostic.IsSuppressed).DistinctBy(f => (f.Id, f.Where?.Path, f.Where?.Start, f.Message))] };
        foreach (var (finding, print) in Fingerprints.Of(FindingIdentity.Of(new("", analyses, waived), root, cancellationToken)))
            prints[finding] = print;
        return new([.. prints.Keys.Select(f => new JudgedFinding(Verdict.Found, f, null, null, null, null))], prints, report.Projects, root, report.Incomplete.IsEmpty, null);
    }

    async Task<Found> OfChangeAsync(PatchRunOptions change, Progress progress, CancellationToken cancellationToken)
    {
        var (report, _) = await PatchRun.RunAsync(change, analyzers, progress, cancellationToken).ConfigureAwait(false);
        if (report.ExitCodeFor([FailOn.Never]) == ExitCode.NotAnalyzed)
        {
            new PatchTextWriter(terminal with { Out = terminal.Error, Color = false }, showsAll: false).Write(report);
            throw new LockCheckException(ExitCode.NotAnalyzed, "The change could not be analysed, so there is nothing to explain.");
        }
        return new(report.Findings, Fingerprints.Of(report.Findings.Select(f => f.Finding)), [], report.Root, report.Incomplete.IsEmpty, report);
    }

    // Nothing is reported there: what is, and what is known there, are the next questions.
    async Task<int> NothingAsync(FindingReference wanted, string? file, List<JudgedFinding> here, Found found, CancellationToken cancellationToken)
    {
        var incomplete = found.IsComplete ? "" : " Not all was analysed, as 'lockcheck check' tells.";
        var exitCode = found.IsComplete ? ExitCode.Usage : ExitCode.Partial;
        if (file is null)
            throw new LockCheckException(exitCode, $"No finding {(scope.Change is null ? "" : "of the change ")}has the fingerprint '{wanted}': the code has changed, or it is another project's (--project) or a change's (--change).{incomplete}");
        var near = found.Findings.Where(j => IsAt(j.Finding, file, wanted with { Line = null }) && (wanted.Rule is null || j.Finding.Rule == wanted.Rule))
            .OrderBy(j => Math.Abs(j.Finding.Line - (wanted.Line ?? 0))).ThenBy(j => j.Finding.Line).Take(3).Select(j => $"{j.Finding.Rule} at {j.Finding.Path}:{FindingWriter.Number(j.Finding.Line)}").ToList();
        var next = here.Count > 0 ? $" There is {string.Join(" and ", here.Select(j => j.Finding.Rule).Distinct())}." : near.Count > 0 ? $" In this file there is {string.Join(", ", near)}." : "";
        if (wanted.Rule is { } rule)
            throw new LockCheckException(exitCode, $"{rule} is not reported at {wanted}.{next}{incomplete}");
        var tree = found.Projects.Select(p => (Project: p, Tree: p.Compilation.SyntaxTrees.FirstOrDefault(t => CheckTarget.PathComparer.Equals(t.FilePath, file)))).FirstOrDefault(p => p.Tree is not null);
        if (tree.Tree is null && found.Report is null)
            throw new LockCheckException(ExitCode.Usage, $"'{wanted.File}' is not compiled by the project that was looked at. Name the one that does: --project PATH.");
        if (tree.Tree?.GetText(cancellationToken).Lines.Count is { } count && wanted.Line is { } asked && (asked < 1 || asked > count))
            throw new LockCheckException(ExitCode.Usage, $"'{wanted.File}' has {FindingWriter.Count(count, "line")}, and no line {FindingWriter.Number(asked)}.");
        terminal.Out.WriteLine(SafeText.Escape($"Nothing is reported at {wanted}.{next}{incomplete}"));
        if (wanted.Line is { } line && tree.Tree is { } source && source.GetText(cancellationToken) is var text)
        {
            terminal.Out.WriteLine();
            var content = text.Lines[line - 1];
            var start = Math.Min(content.Start + text.ToString(content.Span).TakeWhile(char.IsWhiteSpace).Count(), content.End);
            new ExplanationWriter(terminal).Write(await PlaceAsync(tree.Project, source, TextSpan.FromBounds(start, content.End), found.Root, cancellationToken).ConfigureAwait(false));
        }
        return found.IsComplete ? ExitCode.Clean : ExitCode.Partial;
    }

    static async Task<PlaceExplained> PlaceAsync(LoadedProject project, SyntaxTree tree, TextSpan span, string root, CancellationToken cancellationToken)
    {
        var facts = PlaceReader.Read(project, tree, span, cancellationToken);
        var listing = await ContractListing.CreateAsync(project, root, cancellationToken).ConfigureAwait(false);
        return new(facts, [.. facts.Members.SelectMany(listing.OfMember)]);
    }

    static bool IsAt(FindingIdentity finding, string file, FindingReference wanted)
    {
        if (finding.Finding.Where is not { } where || !CheckTarget.PathComparer.Equals(Path.GetFullPath(where.Path), file))
            return false;
        return wanted.Line is not { } line || (line >= where.Start.Line + 1 && line <= where.End.Line + 1);
    }

    static bool Covers(FindingIdentity finding, int column) =>
        finding.Finding.Where is { } where && where.Start.Character + 1 <= column && (where.End.Line > where.Start.Line || column <= where.End.Character + 1);

    // Reports for people name files from the current folder, those for programs from the top of the repository.
    string FullPath(string file)
    {
        var full = Path.GetFullPath(file, scope.Folder);
        if (File.Exists(full) || Path.IsPathRooted(file))
            return full;
        var fromTop = Path.GetFullPath(file, TopFolder.Of(Path.Combine(scope.Folder, "x")));
        return File.Exists(fromTop) || scope.Change is not null ? fromTop
            : throw new LockCheckException(ExitCode.Usage, $"The file '{file}' does not exist, neither from here nor from the top of the repository.");
    }

    static string ProjectFolder(string file)
    {
        for (var folder = Path.GetDirectoryName(file); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.csproj").Any())
                return folder;
        }
        throw new LockCheckException(ExitCode.Usage, $"No project lies above '{DisplayPath.Of(file)}'. Name the one that compiles it: --project PATH.");
    }
}
