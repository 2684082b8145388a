using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using LockCheck.Analysis;
using LockCheck.Output;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Commands;

/// <summary>The command line as a whole: parsing, and the exit code of everything that goes wrong.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command that <paramref name="arguments"/> ask for.</summary>
    /// <param name="analyzers">The analyzers to run, or null for the tool's own.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, ImmutableArray<DiagnosticAnalyzer>? analyzers = null)
    {
        var load = () => analyzers ?? OwnAnalyzers.Create();
        var root = new RootCommand("Checks the lock discipline of C# code.")
        {
            CheckCommand.Create(terminal, load),
            PatchCommand.Create(terminal, load),
            DiffCommand.Create(terminal),
            ExplainCommand.Create(terminal, load),
            ModelCommand.Create(terminal),
            GraphCommand.Create(terminal),
            ContractsCommand.Create(terminal),
            InitCommand.Create(terminal),
        };
        HelpText.ApplyTo(root);
        var parsed = root.Parse(arguments);
        if (parsed.CommandResult.Command == root && arguments.FirstOrDefault(a => a.Length > 0 && a[0] != '-') is { } asked)
        {
            var nearest = asked == "list-rules" ? ["explain"] : NearestIds.Find(asked, root.Subcommands.Select(c => c.Name));
            WriteError(terminal, $"There is no command '{asked}'.{(nearest.Count > 0 ? $" Did you mean {string.Join(" or ", nearest.Select(n => $"'lockcheck {n}'"))}?" : " 'lockcheck --help' lists all.")}");
            return ExitCode.Usage;
        }
        if (UnknownOption(parsed) is { } unknown)
        {
            var name = unknown.Split('=')[0];
            var nearest = NearestIds.Find(name, parsed.CommandResult.Command.Options.SelectMany(o => o.Aliases.Append(o.Name)).Where(n => n.StartsWith("--", StringComparison.Ordinal)));
            WriteError(terminal, $"'{parsed.CommandResult.Command.Name}' has no option '{name}'.{(nearest.Count > 0 ? $" Did you mean {string.Join(" or ", nearest)}?" : $" 'lockcheck {parsed.CommandResult.Command.Name} --help' lists all.")}");
            return ExitCode.Usage;
        }
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                WriteError(terminal, error.Message);
            var command = parsed.CommandResult.Command;
            terminal.Error.WriteLine(command == root ? "Try 'lockcheck --help'." : $"Try 'lockcheck {command.Name} --help'.");
            return ExitCode.Usage;
        }
        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = terminal.Out, Error = terminal.Error };
            return await parsed.InvokeAsync(configuration).ConfigureAwait(false);
        }
        catch (LockCheckException e)
        {
            WriteError(terminal, e.Message);
            return e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine("lockcheck: cancelled, nothing was reported.");
            return ExitCode.NotAnalyzed;
        }
        catch (IOException e)
        {
            WriteError(terminal, $"A file could not be read or written, so the report is not complete: {e.Message} If the disk is full, make room, or have the report written elsewhere with --output FILE. If files changed meanwhile, run it again.");
            return ExitCode.NotAnalyzed;
        }
        // Whatever it was, the code was not checked, and a script must not take it for a finding.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            terminal.Error.WriteLine("lockcheck: internal error, nothing was reported: " + e);
            return ExitCode.NotAnalyzed;
        }
    }

    // What looks like an option and is none would be taken for a path.
    static string? UnknownOption(ParseResult parsed)
    {
        var before = parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash).ToHashSet(ReferenceEqualityComparer.Instance);
        return parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens)
            .FirstOrDefault(t => t.Value.Length > 1 && t.Value[0] == '-' && before.Contains(t))?.Value;
    }

    static void WriteError(Terminal terminal, string message)
    {
        var lines = message.ReplaceLineEndings("\n").Replace("\t", "  ", StringComparison.Ordinal).Split('\n');
        terminal.Error.WriteLine("lockcheck: " + string.Join('\n', lines.Select(SafeText.Escape)));
    }
}
