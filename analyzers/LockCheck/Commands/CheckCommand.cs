using System.Collections.Immutable;
using System.CommandLine;
using LockCheck.Analysis;
using LockCheck.Loading;
using LockCheck.Output;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Commands;

/// <summary><c>lockcheck check [PATH]</c>: the findings of a project or solution as it stands.</summary>
internal static class CheckCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, Func<ImmutableArray<DiagnosticAnalyzer>> analyzers)
    {
        var path = new Argument<string>("PATH")
        {
            Description = "A .csproj, .sln or .slnx file, or a folder that holds one. Of a solution every C# project is checked.",
            DefaultValueFactory = _ => ".",
        };
        var failOn = new Option<string>("--fail-on")
        {
            Description = "The severity from which on findings make the exit code 1.",
            DefaultValueFactory = _ => "warning",
        };
        failOn.AcceptOnlyFromAmong("info", "warning", "error", "never");
        var baseline = new Option<string?>("--baseline") { Description = "A file of findings that are known. Only what goes beyond it is reported." };
        var update = new Option<bool>("--update-baseline") { Description = "Take out of the baseline what is no longer found. It never grows by this." };
        var accept = new Option<string?>("--accept") { Description = "Take everything that is found now into the baseline, for this reason." };
        var load = new LoadingOptions();
        var command = new Command("check", "Reports where a project or solution breaks its lock discipline.") { path, failOn, baseline, update, accept };
        load.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetValue(path)!, Threshold(parsed.GetValue(failOn)!), load.Read(parsed), new(parsed.GetValue(baseline), parsed.GetValue(update), parsed.GetValue(accept)), analyzers(), terminal, cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(string path, DiagnosticSeverity? failOn, LoadOptions options, BaselineOptions baseline, ImmutableArray<DiagnosticAnalyzer> analyzers,
        Terminal terminal, CancellationToken cancellationToken)
    {
        var target = CheckTarget.Resolve(path);
        baseline.Validate();
        using var progress = new Progress(terminal);
        var (report, analyses) = await CheckRun.RunAsync(target, options, analyzers, progress.Report, cancellationToken).ConfigureAwait(false);
        progress.Dispose();
        var held = baseline.Apply(report, analyses, target, cancellationToken);
        new ReportWriter(terminal).Write(held.Report);
        foreach (var line in held.Notes)
            terminal.Out.WriteLine(line);
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
