using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace LockCheck.Commands;

/// <summary>What <c>--help</c> prints: in 80 columns, values by what they are and not by the option's own name, and the exit codes, which scripts rely on.</summary>
internal sealed class HelpText : SynchronousCommandLineAction
{
    const int Columns = 80;

    const string ExitCodes = """
        Exit codes:
          0  nothing found or introduced at or above --fail-on
          1  something found or introduced
          2  the command line cannot be followed
          3  nothing could be analysed; the message says what to do
          4  analysed in part: the report names what was left out, and why

        """;

    static readonly Dictionary<string, string> s_values = new(StringComparer.Ordinal)
    {
        ["--accept"] = "REASON",
        ["--api"] = "NAME",
        ["--base"] = "COMMIT",
        ["--baseline"] = "FILE",
        ["--change"] = "CHANGE",
        ["--configuration"] = "NAME",
        ["--fail-on"] = "WHAT",
        ["--fix-patch"] = "FILE",
        ["--format"] = "FORM",
        ["--framework"] = "NAME",
        ["--output"] = "FILE",
        ["--project"] = "PATH",
        ["-C"] = "FOLDER",
    };

    readonly HelpAction _inner;

    HelpText(HelpAction inner) => _inner = inner;

    /// <summary>Sets the help of a command and of all below it.</summary>
    public static void ApplyTo(RootCommand root)
    {
        foreach (var option in root.Subcommands.SelectMany(c => c.Options).Where(o => o.ValueType != typeof(bool)))
        {
            var values = option.GetCompletions(CompletionContext.Empty).Select(c => c.Label).ToList();
            option.HelpName = s_values.GetValueOrDefault(option.Name, "VALUE");
            if (values.Count > 0)
                option.Description += $" One of {string.Join(", ", values)}.";
        }
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            if (help.Action is not HelpAction action)
                continue;
            action.MaxWidth = Columns;
            help.Action = new HelpText(action);
        }
    }

    /// <summary>Who asks for help has not finished the command line.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = _inner.Invoke(parseResult);
        if (parseResult.CommandResult.Command.Options.Any(o => o.Name == "--fail-on"))
            parseResult.InvocationConfiguration.Output.Write(ExitCodes.ReplaceLineEndings("\n"));
        return code;
    }
}
