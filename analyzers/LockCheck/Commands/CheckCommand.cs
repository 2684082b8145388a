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
        var configuration = new Option<string?>("--configuration", "-c") { Description = "The build configuration, such as Release." };
        var framework = new Option<string?>("--framework", "-f") { Description = "The one target framework to check. Without it: each that a project names." };
        var noRestore = new Option<bool>("--no-restore") { Description = "Packages are restored already." };

        var command = new Command("check", "Reports where a project or solution breaks its lock discipline.") { path, failOn, configuration, framework, noRestore };
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = new LoadOptions
            {
                Configuration = parsed.GetValue(configuration),
                Framework = parsed.GetValue(framework),
                Restore = !parsed.GetValue(noRestore),
            };
            return RunAsync(parsed.GetValue(path)!, Threshold(parsed.GetValue(failOn)!), options, analyzers(), terminal, cancellationToken);
        });
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
