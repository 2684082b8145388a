using System.CommandLine;
using LockCheck.Analysis;
using LockCheck.Graphs;
using LockCheck.Loading;
using LockCheck.Output;

namespace LockCheck.Commands;

/// <summary><c>lockcheck graph [PATH]</c>: the order in which a project takes its locks, drawn.</summary>
internal static class GraphCommand
{
    static readonly SortedDictionary<string, Func<LockGraph, string>> s_formats = new(StringComparer.Ordinal)
    {
        ["dot"] = LockGraphText.Dot,
        ["mermaid"] = LockGraphText.Mermaid,
        ["svg"] = LockGraphSvg.Draw,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var path = new Argument<string>("PATH") { Description = CheckCommand.PathDescription, DefaultValueFactory = _ => "." };
        var format = new Option<string>("--format") { Description = "The form of the graph.", DefaultValueFactory = _ => "svg" };
        format.AcceptOnlyFromAmong([.. s_formats.Keys]);
        var output = new Option<string?>("--output", "-o") { Description = "The file to write to. Without it: the standard output." };
        var load = new LoadingOptions();
        var command = new Command("graph", "Draws the order in which locks are taken, cycles marked.") { path, format, output };
        load.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var target = CheckTarget.Resolve(parsed.GetValue(path)!);
            using var progress = new Progress(terminal);
            // Without analyzers: what does not compile is told all the same.
            var (report, _) = await CheckRun.RunAsync(target, load.Read(parsed), [], progress, cancellationToken).ConfigureAwait(false);
            progress.Report("reading the order");
            var graph = LockGraph.Of(report.Projects, TopFolder.Of(target.Path), cancellationToken);
            progress.Dispose();
            if (!report.Projects.IsEmpty)
            {
                var text = s_formats[parsed.GetValue(format)!](graph);
                if (parsed.GetValue(output) is { } file)
                    OutputFile.Write(file, text);
                else
                    terminal.Out.Write(text);
            }
            return Told(report, graph, terminal);
        });
        return command;
    }

    static int Told(CheckReport report, LockGraph graph, Terminal terminal)
    {
        new ReportWriter(terminal with { Out = terminal.Error, Color = false }).WriteIncomplete(report);
        if (graph.Edges.Count(e => e.IsWrong) is > 0 and var wrong)
            terminal.Error.WriteLine($"lockcheck: {FindingWriter.Count(wrong, "edge")} of {FindingWriter.Number(graph.Edges.Length)} in a cycle or against a contract; 'lockcheck check' tells more.");
        // Here and nowhere else: the rules see one project at a time.
        foreach (var cycle in graph.AcrossProjects)
            terminal.Error.WriteLine("lockcheck: a cycle across projects, which no rule sees: " + SafeText.Escape(cycle));
        return report.ExitCodeFor(null);
    }
}
