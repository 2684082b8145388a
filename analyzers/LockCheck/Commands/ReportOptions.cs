using System.CommandLine;
using System.Text;
using LockCheck.Judgement;
using LockCheck.Output;

namespace LockCheck.Commands;

/// <summary>The options that say in which form a report of a change is written, and where.</summary>
internal sealed class ReportOptions
{
    readonly Option<string> _format = new("--format")
    {
        Description = "The form of the report.",
        DefaultValueFactory = _ => "text",
    };

    readonly Option<string?> _output = new("--output", "-o") { Description = "The file to write the report to. Without it: the standard output." };
    readonly Option<bool> _all = new("--all") { Description = "Show also what was there before and still is." };

    public ReportOptions() => _format.AcceptOnlyFromAmong([.. ReportTarget.Formats.Keys]);

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_format);
        command.Options.Add(_output);
        command.Options.Add(_all);
    }

    /// <summary>Their values.</summary>
    public ReportTarget Read(ParseResult parsed) => new(parsed.GetValue(_format)!, parsed.GetValue(_output), parsed.GetValue(_all));
}

/// <summary>Writes a report in the form and to the place that the user wants.</summary>
internal sealed record ReportTarget(string Format, string? Path, bool ShowsAll)
{
    /// <summary>The forms of a report.</summary>
    public static SortedDictionary<string, Action<PatchReport, Terminal, bool>> Formats { get; } = new(StringComparer.Ordinal)
    {
        ["github"] = (report, terminal, _) => new GitHubReport(report).Write(terminal.Out),
        ["gitlab"] = (report, terminal, _) => new GitLabReport(report).Write(terminal.Out),
        ["html"] = (report, terminal, _) => new HtmlReport(report).Write(terminal.Out),
        ["json"] = (report, terminal, _) => new JsonReport(report).Write(terminal.Out),
        ["review"] = (report, terminal, _) => new ReviewReport(report).Write(terminal.Out),
        ["sarif"] = (report, terminal, _) => new SarifReport(report).Write(terminal.Out),
        ["text"] = (report, terminal, all) => new PatchTextWriter(terminal, all).Write(report),
    };

    /// <summary>Writes the report.</summary>
    /// <exception cref="LockCheckException">The file cannot be written.</exception>
    public void Write(PatchReport report, Terminal terminal)
    {
        if (Path is null)
        {
            Formats[Format](report, terminal, ShowsAll);
            return;
        }
        // Whole or not at all: half a report would be taken for one.
        using var text = new StringWriter { NewLine = "\n" };
        Formats[Format](report, terminal with { Out = text, Color = false }, ShowsAll);
        var temporary = Path + ".tmp";
        try
        {
            File.WriteAllText(temporary, text.ToString(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(temporary, Path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
            throw new LockCheckException(ExitCode.NotAnalyzed, $"The report could not be written to '{Path}': {e.Message} Make room, or give another place with --output.");
        }
    }
}
