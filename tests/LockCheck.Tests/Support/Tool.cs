using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using LockCheck.Analysis;
using LockCheck.Commands;
using LockCheck.Judgement;
using LockCheck.Output;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Tests.Support;

/// <summary>Runs the tool as a whole, in this process with analyzers of the test, or as its own process as it is shipped.</summary>
public static class Tool
{
    /// <summary>What a run wrote and its exit code. Paths start from the test's folder.</summary>
    public sealed record Run(int ExitCode, string Output, string Error);

    /// <summary>Runs the command line in this process with the given analyzers.</summary>
    public static async Task<Run> InProcess(TempFolder folder, DiagnosticAnalyzer[] analyzers, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, error, Color: false, ShowsProgress: false, Width: 100);
        var exitCode = await CommandLine.RunAsync(arguments, terminal, [.. analyzers]);
        return new(exitCode, FromRoot(folder, output.ToString()), FromRoot(folder, error.ToString()));
    }

    /// <summary>Checks a file or folder of the test with <see cref="BadCallAnalyzer"/>.</summary>
    public static Task<Run> Check(TempFolder folder, string path = "", params string[] options) =>
        InProcess(folder, [new BadCallAnalyzer()], ["check", folder.Path(path), .. options]);

    /// <summary>Judges a change in a repository of the test, by the analyzers as they ship, in this process.</summary>
    public static async Task<Run> Patch(GitFolder repository, string input = "", params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, error, Color: false, ShowsProgress: false, Width: 100) { In = () => new MemoryStream(Encoding.UTF8.GetBytes(input)) };
        var exitCode = await CommandLine.RunAsync(["patch", "-C", repository.Folder.Root, .. arguments], terminal);
        return new(exitCode, FromRoot(repository.Folder, output.ToString()), FromRoot(repository.Folder, error.ToString()));
    }

    /// <summary>The same in its own process, as a user runs it.</summary>
    public static async Task<Run> PatchAsProcess(GitFolder repository, string input = "", params string[] arguments)
    {
        var run = await AsProcess(repository.Folder.Root, ["patch", .. arguments], input);
        return run with { Output = FromRoot(repository.Folder, run.Output), Error = FromRoot(repository.Folder, run.Error) };
    }

    /// <summary>Judges the work tree of a repository, or another change, by the analyzers as they ship, in this process.</summary>
    internal static async Task<PatchReport> Judge(GitFolder repository, bool findsFixes = false, string? input = null, string text = "")
    {
        var request = new ComparisonRequest { Folder = repository.Folder.Root, Input = input, StandardInput = () => new MemoryStream(Encoding.UTF8.GetBytes(text)) };
        return (await PatchRun.RunAsync(new(request, new(), FindsFixes: findsFixes), OwnAnalyzers.Create(), Progress.None, CancellationToken.None)).Report;
    }

    /// <summary>Runs the built tool in its own process, in the test's folder.</summary>
    public static async Task<Run> AsProcess(TempFolder folder, params string[] arguments)
    {
        var run = await AsProcess(folder.Root, arguments);
        return run with { Output = FromRoot(folder, run.Output), Error = FromRoot(folder, run.Error) };
    }

    /// <summary>Runs the built tool in its own process, in a folder.</summary>
    public static Task<Run> AsProcess(string workingDirectory, params string[] arguments) => AsProcess(workingDirectory, arguments, "");

    /// <summary>The same with a standard input, and with variables of the environment changed.</summary>
    public static Task<Run> AsProcess(string workingDirectory, string[] arguments, string input, params (string Name, string? Value)[] environment) =>
        AsProgram(Host, workingDirectory, [Assembly, .. arguments], input, environment);

    /// <summary>Runs any program.</summary>
    public static async Task<Run> AsProgram(string program, string workingDirectory, string[] arguments, string input, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = workingDirectory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything.
        }
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }

    /// <summary>The host that runs the tests, links resolved.</summary>
    public static string Host { get; } = Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet" ? Resolved(self) : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The built tool.</summary>
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "lockcheck.dll");

    static string Resolved(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    /// <summary>Where a program lies.</summary>
    public static Task<string> Where(string program) => Task.FromResult(
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(p => Path.Combine(p, program)).First(File.Exists));

    static string FromRoot(TempFolder folder, string text) =>
        text.Replace(folder.Root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Replace(folder.Root, ".", StringComparison.Ordinal);
}
