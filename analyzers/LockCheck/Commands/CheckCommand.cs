using System.Collections.Immutable;
using System.CommandLine;
using LockCheck.Analysis;
using LockCheck.Fixes;
using LockCheck.Judgement;
using LockCheck.Loading;
using LockCheck.Output;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Commands;

/// <summary><c>lockcheck check [PATH]</c>: the findings of a project or solution as it stands.</summary>
internal static class CheckCommand
{
    /// <summary>What can be named to be loaded.</summary>
    public const string PathDescription = "A .csproj, .sln or .slnx file, or a folder that holds one. Of a solution every C# project is taken.";

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, Func<ImmutableArray<DiagnosticAnalyzer>> analyzers)
    {
        var path = new Argument<string>("PATH")
        {
            Description = PathDescription,
            DefaultValueFactory = _ => ".",
        };
        var failOn = new Option<string>("--fail-on")
        {
            Description = "The severity from which on findings make the exit code 1.",
            DefaultValueFactory = _ => "warning",
        };
        failOn.AcceptOnlyFromAmong("info", "warning", "error", "never");
        var exitZero = new Option<bool>("--exit-zero") { Description = "Exit with 0 also where something is found. What could not be analysed still counts." };
        var baseline = new Option<string?>("--baseline") { Description = "A file of findings that are known. Only what goes beyond it is reported." };
        var update = new Option<bool>("--update-baseline") { Description = "Take out of the baseline what is no longer found. It never grows by this." };
        var accept = new Option<string?>("--accept") { Description = "Take everything that is found now into the baseline, for this reason." };
        var fixPatch = new Option<string?>("--fix-patch") { Description = "Write a patch to this file that mends what is reported, as far as code fixes can. It goes on top of the work tree, and was analysed itself; where nothing helps, nothing is written." };
        var report = new ReportOptions(compares: false);
        var load = new LoadingOptions();
        var command = new Command("check", "Reports where a project or solution breaks its lock discipline.") { path, failOn, exitZero, baseline, update, accept, fixPatch };
        report.AddTo(command);
        load.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var known = new BaselineOptions(parsed.GetValue(baseline), parsed.GetValue(update), parsed.GetValue(accept));
            var code = await RunAsync(parsed.GetValue(path)!, Threshold(parsed.GetValue(failOn)!), load.Read(parsed), known, report.Read(parsed), parsed.GetValue(fixPatch) is { } file ? Path.GetFullPath(file) : null, analyzers(), terminal, cancellationToken).ConfigureAwait(false);
            return parsed.GetValue(exitZero) && code == ExitCode.Findings ? ExitCode.Clean : code;
        });
        return command;
    }

    static async Task<int> RunAsync(string path, DiagnosticSeverity? failOn, LoadOptions options, BaselineOptions baseline, ReportTarget output, string? fixPatch, ImmutableArray<DiagnosticAnalyzer> analyzers,
        Terminal terminal, CancellationToken cancellationToken)
    {
        var target = CheckTarget.Resolve(path);
        baseline.Validate();
        if (fixPatch is not null)
            await CheckFix.OpenAsync(Path.GetDirectoryName(target.Path)!, cancellationToken).ConfigureAwait(false);
        using var progress = new Progress(terminal);
        var (report, analyses) = await CheckRun.RunAsync(target, options, analyzers, progress, cancellationToken).ConfigureAwait(false);
        // The baseline lies with the project and names files from there; everybody else names them from the top of the repository.
        var folder = Path.GetDirectoryName(target.Path)!;
        var held = baseline.Apply(report, analyses, FindingIdentity.Of(new("", analyses, report), folder, cancellationToken), cancellationToken);
        var root = TopFolder.Of(target.Path);
        var findings = FindingIdentity.Of(new("", analyses, held.Report), root, cancellationToken);
        var told = PatchReport.OfCheck(held.Report, findings, root);
        if (output.ShowsFixes)
            told = told with { Fixes = await FixFinder.FindAsync(findings, cancellationToken).ConfigureAwait(false) };
        // Of code that was analysed in part, too: what a fix does is judged by what could be.
        var fix = fixPatch is null ? null : await CheckFix.MakeAsync(Path.GetDirectoryName(target.Path)!, findings, options, analyzers, progress, cancellationToken).ConfigureAwait(false);
        progress.Dispose();
        output.Write(told, terminal, to =>
        {
            new ReportWriter(to).Write(held.Report);
            foreach (var line in held.Notes)
                to.Out.WriteLine(line);
        });
        if (output.Format != ReportTarget.Text)
        {
            foreach (var line in held.Notes)
                terminal.Error.WriteLine("lockcheck: " + line);
        }
        if (fixPatch is not null && fix is not null)
            FixPatchFile.Write(fixPatch, fix, findings, "nothing is reported", "the work tree", terminal);
        return held.Report.ExitCodeFor(failOn);
    }

    static DiagnosticSeverity? Threshold(string failOn) => failOn switch
    {
        "info" => DiagnosticSeverity.Info,
        "warning" => DiagnosticSeverity.Warning,
        "error" => DiagnosticSeverity.Error,
        _ => null,
    };
}
