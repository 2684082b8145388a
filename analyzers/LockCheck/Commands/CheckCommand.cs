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
        var load = new LoadingOptions();
        var command = new Command("check", "Reports where a project or solution breaks its lock discipline.") { path, failOn };
        load.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetValue(path)!, Threshold(parsed.GetValue(failOn)!), load.Read(parsed), analyzers(), terminal, cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(string path, DiagnosticSeverity? failOn, LoadOptions options, ImmutableArray<DiagnosticAnalyzer> analyzers,
        Terminal terminal, CancellationToken cancellationToken)
    {
        var target = CheckTarget.Resolve(path);
        var report = await CheckRun.RunAsync(target, options, analyzers, Progress, cancellationToken).ConfigureAwait(false);
        new ReportWriter(terminal).Write(report);
        return report.ExitCodeFor(failOn);

        void Progress(string what)
        {
            if (terminal.ShowsProgress)
                terminal.Error.WriteLine($"lockcheck: {what} ...");
        }
    }

    static DiagnosticSeverity? Threshold(string failOn) => failOn switch
    {
        "info" => DiagnosticSeverity.Info,
        "warning" => DiagnosticSeverity.Warning,
        "error" => DiagnosticSeverity.Error,
        _ => null,
    };
}
