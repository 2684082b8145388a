using System.Collections.Immutable;
using System.CommandLine;
using LockCheck.Fixes;
using LockCheck.Judgement;
using LockCheck.Loading;
using LockCheck.Output;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Commands;

/// <summary><c>lockcheck patch [RANGE | FILE | -]</c>: what a change introduces, fixes and weakens.</summary>
internal static class PatchCommand
{
    sealed record Settings(PatchRunOptions Run, ImmutableArray<FailOn> FailOn, bool ExitZero, ReportTarget Target, string? FixPatch);

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, Func<ImmutableArray<DiagnosticAnalyzer>> analyzers)
    {
        var input = new Argument<string?>("CHANGE")
        {
            Description = "A range (main..HEAD, main...topic), a commit, HEAD-3 for the last three commits, a patch, mailbox or folder of patches, or - for the standard input. Without it: the work tree against the merge base with its upstream.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var staged = new Option<bool>("--staged") { Description = "Check what is staged, against the last commit." };
        var baseCommit = new Option<string?>("--base") { Description = "The commit to start from." };
        var series = new Option<bool>("--series") { Description = "Take a range commit by commit." };
        var project = new Option<string?>("--project") { Description = "Stay within this project, solution or folder. Without it: whatever in the repository the change can reach." };
        var trust = new Option<bool>("--trust-projects") { Description = "Load project files as a patch changes them. Loading a project runs what it says." };
        var failOn = new Option<string[]>("--fail-on")
        {
            Description = "What makes the exit code 1: introduced findings of a severity (info, warning, error), and also weakened, hidden. Or never. May be given several times.",
            DefaultValueFactory = _ => ["warning"],
            AllowMultipleArgumentsPerToken = false,
        };
        failOn.AcceptOnlyFromAmong("info", "warning", "error", "weakened", "hidden", "never");
        var exitZero = new Option<bool>("--exit-zero") { Description = "Exit with 0 also where something is introduced. What could not be analysed still counts." };
        var fixPatch = new Option<string?>("--fix-patch") { Description = "Write a patch to this file that mends what is introduced, as far as code fixes can. It goes on top of the change, and was analysed itself; where nothing helps, nothing is written." };
        var folder = new Option<string?>("-C") { Description = "Run as if started in this folder." };
        var target = new ReportOptions(compares: true);
        var load = new LoadingOptions();
        var command = new Command("patch", "Reports what a change introduces, fixes and weakens.") { input, staged, baseCommit, series, project, trust, failOn, exitZero, fixPatch, folder };
        target.AddTo(command);
        load.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var start = Path.GetFullPath(parsed.GetValue(folder) ?? ".");
            var output = target.Read(parsed, start);
            var request = new ComparisonRequest
            {
                Folder = start,
                Input = parsed.GetValue(input),
                Staged = parsed.GetValue(staged),
                Base = parsed.GetValue(baseCommit),
                Series = parsed.GetValue(series),
                StandardInput = terminal.In,
            };
            var fix = parsed.GetValue(fixPatch) is { } named ? Path.GetFullPath(named, start) : null;
            var settings = new Settings(
                new(request, load.Read(parsed), parsed.GetValue(project) is { } within ? Path.GetFullPath(within, start) : null, parsed.GetValue(trust), output.ShowsFixes, fix is not null),
                [.. parsed.GetValue(failOn)!.Select(f => Enum.Parse<FailOn>(f, ignoreCase: true))],
                parsed.GetValue(exitZero),
                output,
                fix);
            return RunAsync(settings, terminal, analyzers(), cancellationToken);
        });
        return command;
    }

    static async Task<int> RunAsync(Settings settings, Terminal terminal, ImmutableArray<DiagnosticAnalyzer> analyzers, CancellationToken cancellationToken)
    {
        using var progress = new Progress(terminal);
        var (report, fix) = await PatchRun.RunAsync(settings.Run, analyzers, progress, cancellationToken).ConfigureAwait(false);
        progress.Dispose();
        settings.Target.Write(report, terminal);
        if (settings.FixPatch is { } path && fix is not null)
            FixPatchFile.Write(path, fix, [.. report.Introduced.Select(j => j.Finding)], "nothing is introduced", "the change", terminal);
        var code = report.ExitCodeFor(settings.FailOn);
        return settings.ExitZero && code == ExitCode.Findings ? ExitCode.Clean : code;
    }
}
