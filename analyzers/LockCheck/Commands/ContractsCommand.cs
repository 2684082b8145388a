using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using LockCheck.Analysis;
using LockCheck.Contracts;
using LockCheck.Loading;
using LockCheck.Output;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Commands;

/// <summary><c>lockcheck contracts [PATH] [--api NAME]</c>: what the analysis believes of a project's members, or of an API.</summary>
internal static class ContractsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var path = new Argument<string?>("PATH") { Description = CheckCommand.PathDescription, Arity = ArgumentArity.ZeroOrOne };
        var api = new Option<string?>("--api") { Description = "A type or member, such as Monitor.Enter, of the project or of what it refers to. Without a project: of the framework." };
        var format = new Option<string>("--format") { Description = "The form of the list.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var output = new Option<string?>("--output", "-o") { Description = "The file to write to. Without it: the standard output." };
        var load = new LoadingOptions();
        var command = new Command("contracts", "Lists the contracts that hold for a project's members or for an API, and where each comes from.") { path, api, format, output };
        load.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetValue(api);
            var (projects, root, incomplete) = await LoadAsync(parsed.GetValue(path), name, load.Read(parsed), terminal, cancellationToken).ConfigureAwait(false);
            var members = new List<MemberStatements>();
            foreach (var project in projects)
            {
                var listing = await ContractListing.CreateAsync(project, root, cancellationToken).ConfigureAwait(false);
                members.AddRange(name is null ? listing.OfProject() : listing.OfApi(name));
            }
            // What several projects or frameworks see alike is one.
            members = [.. members.GroupBy(m => (m.Id, m.Name, m.Place, Said: string.Join('\n', m.Contracts.Select(c => c.ToString())))).Select(g => g.First())];
            if (name is not null && members.Count == 0)
                throw new LockCheckException(ExitCode.Usage, Unknown(name, projects));
            Write(members, parsed.GetValue(format) == "json", parsed.GetValue(output), terminal);
            return incomplete ?? (members.Any(m => m.Contracts.Any(c => c.Problem is not null)) ? ExitCode.Findings : ExitCode.Clean);
        });
        return command;
    }

    static async Task<(ImmutableArray<LoadedProject> Projects, string Root, int? Incomplete)> LoadAsync(string? path, string? api, LoadOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        CheckTarget target;
        try
        {
            target = CheckTarget.Resolve(path ?? ".");
        }
        catch (LockCheckException) when (path is null && api is not null)
        {
            return ([Framework()], "", null);
        }
        using var progress = new Progress(terminal);
        var (report, _) = await CheckRun.RunAsync(target, options, [], progress, cancellationToken).ConfigureAwait(false);
        progress.Dispose();
        new ReportWriter(terminal with { Out = terminal.Error, Color = false }).WriteIncomplete(report);
        return (report.Projects, TopFolder.Of(target.Path), report.Incomplete.IsEmpty && !report.Projects.IsEmpty ? null : report.ExitCodeFor(null));
    }

    // Where there is no project: the framework that the tool itself runs on.
    static LoadedProject Framework()
    {
        var files = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(f => Path.GetFileName(f).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(f) is "mscorlib.dll" or "netstandard.dll");
        return new("", "", CSharpCompilation.Create("none", [], files.Select(f => MetadataReference.CreateFromFile(f))), new AnalyzerOptions([]), [], []);
    }

    static string Unknown(string name, ImmutableArray<LoadedProject> projects)
    {
        var near = projects.SelectMany(p => ApiNames.Near(p.Compilation, name)).Distinct().Take(3).ToList();
        return $"There is no type or member '{name}' here.{(near.Count > 0 ? $" Did you mean {string.Join(" or ", near)}?" : " Write it as in Monitor.Enter, or as a documentation id as in M:System.Threading.Monitor.Enter(System.Object).")}";
    }

    static void Write(List<MemberStatements> members, bool isJson, string? file, Terminal terminal)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var to = file is null ? terminal : terminal with { Out = text, Color = false };
        if (isJson)
            WriteJson(members, to);
        else
            WriteText(members, to);
        if (file is not null)
            OutputFile.Write(file, text.ToString());
    }

    static void WriteText(List<MemberStatements> members, Terminal terminal)
    {
        foreach (var member in members)
        {
            terminal.Out.WriteLine($"{terminal.Paint(SafeText.Escape(member.Name), Style.Bold)}  ({SafeText.Escape(member.Kind)}, {SafeText.Escape(member.Place)})");
            if (member.Contracts.IsEmpty)
                terminal.Out.WriteLine("  nothing is stated");
            foreach (var contract in member.Contracts)
            {
                terminal.Out.WriteLine($"  {SafeText.Escape(contract.Text)}{(contract.Bound is { } bound ? terminal.Paint($"  -> {SafeText.Escape(bound)}", Style.Green) : "")}  [{SafeText.Escape(contract.Source)}]");
                if (contract.Problem is { } problem)
                    terminal.Out.WriteLine($"    {terminal.Paint("does not bind:", Style.Red)} {SafeText.Escape(problem.Replace("The contract does not bind: ", "", StringComparison.Ordinal))}");
            }
        }
        var unbound = members.Sum(m => m.Contracts.Count(c => c.Problem is not null));
        terminal.Out.WriteLine($"{FindingWriter.Count(members.Sum(m => m.Contracts.Length), "contract")} of {FindingWriter.Count(members.Count, "member")}{(unbound > 0 ? $", {FindingWriter.Number(unbound)} of them not bound" : "")}.");
    }

    static void WriteJson(List<MemberStatements> members, Terminal terminal)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, JsonReport.Options))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteStartArray("members");
            foreach (var member in members)
            {
                json.WriteStartObject();
                json.WriteString("id", member.Id);
                json.WriteString("name", member.Name);
                json.WriteString("kind", member.Kind);
                json.WriteString("place", member.Place);
                json.WriteStartArray("contracts");
                foreach (var contract in member.Contracts)
                {
                    json.WriteStartObject();
                    json.WriteString("text", contract.Text);
                    json.WriteString("source", contract.Source);
                    if (contract.Bound is { } bound)
                        json.WriteString("bound", bound);
                    if (contract.Problem is { } problem)
                        json.WriteString("problem", problem);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        terminal.Out.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }
}
