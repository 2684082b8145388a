using System.CommandLine;
using LockCheck.Judgement;
using LockCheck.Output;

namespace LockCheck.Commands;

/// <summary>The options that say in which form a report is written, and where.</summary>
internal sealed class ReportOptions
{
    readonly Option<string> _format = new("--format")
    {
        Description = "The form of the report.",
        DefaultValueFactory = _ => ReportTarget.Text,
    };

    readonly Option<string?> _output = new("--output", "-o") { Description = "The file to write the report to. Without it: the standard output." };
    readonly Option<bool> _all = new("--all") { Description = "Show also what was there before and still is." };
    readonly Option<bool> _verbose = new("--verbose") { Description = "Print the pages of the rules that were broken below the report." };
    readonly bool _compares;

    /// <summary>Makes the options.</summary>
    /// <param name="compares">Whether the report is of a comparison; some forms are for those only.</param>
    public ReportOptions(bool compares)
    {
        _compares = compares;
        _format.AcceptOnlyFromAmong([.. ReportTarget.Formats.Keys.Where(f => compares || !ReportTarget.OfComparisons.Contains(f))]);
    }

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_format);
        command.Options.Add(_output);
        if (_compares)
            command.Options.Add(_all);
        command.Options.Add(_verbose);
    }

    /// <summary>Their values.</summary>
    /// <param name="folder">What a relative path starts from.</param>
    public ReportTarget Read(ParseResult parsed, string folder = ".") => new(parsed.GetValue(_format)!, parsed.GetValue(_output) is { } path ? System.IO.Path.GetFullPath(path, System.IO.Path.GetFullPath(folder)) : null, _compares && parsed.GetValue(_all), parsed.GetValue(_verbose));
}

/// <summary>Writes a report in the form and to the place that the user wants.</summary>
internal sealed record ReportTarget(string Format, string? Path, bool ShowsAll, bool IsVerbose)
{
    /// <summary>The form for people.</summary>
    public const string Text = "text";

    /// <summary>The forms of a report.</summary>
    public static SortedDictionary<string, Action<PatchReport, Terminal, bool>> Formats { get; } = new(StringComparer.Ordinal)
    {
        ["checkstyle"] = (report, terminal, _) => new CheckstyleReport(report).Write(terminal.Out),
        ["github"] = (report, terminal, _) => new GitHubReport(report).Write(terminal.Out),
        ["gitlab"] = (report, terminal, _) => new GitLabReport(report).Write(terminal.Out),
        ["html"] = (report, terminal, _) => new HtmlReport(report).Write(terminal.Out),
        ["json"] = (report, terminal, _) => new JsonReport(report).Write(terminal.Out),
        ["junit"] = (report, terminal, _) => new JUnitReport(report).Write(terminal.Out),
        ["line"] = (report, terminal, _) => new LineReport(report).Write(terminal.Out),
        ["rdjson"] = (report, terminal, _) => new RdjsonReport(report).Write(terminal.Out),
        ["review"] = (report, terminal, _) => new ReviewReport(report).Write(terminal.Out),
        ["sarif"] = (report, terminal, _) => new SarifReport(report).Write(terminal.Out),
        ["tap"] = (report, terminal, _) => new TapReport(report).Write(terminal.Out),
        [Text] = (report, terminal, all) => new PatchTextWriter(terminal, all).Write(report),
    };

    /// <summary>Whether the form has a place for what would mend a finding.</summary>
    public bool ShowsFixes => Format is "rdjson" or "sarif";

    /// <summary>Forms that show a change, and have nothing to show without one.</summary>
    public static string[] OfComparisons { get; } = ["html", "review"];

    /// <summary>Writes the report of a comparison.</summary>
    /// <exception cref="LockCheckException">The file cannot be written.</exception>
    public void Write(PatchReport report, Terminal terminal) =>
        Write(terminal, report.Findings.Select(f => f.Finding.Rule), to => Formats[Format](report, to, ShowsAll));

    /// <summary>Writes the report of code as it stands.</summary>
    /// <param name="asText">How it is written for people.</param>
    /// <exception cref="LockCheckException">The file cannot be written.</exception>
    public void Write(PatchReport report, Terminal terminal, Action<Terminal> asText) =>
        Write(terminal, report.Findings.Select(f => f.Finding.Rule), Format == Text ? asText : to => Formats[Format](report, to, ShowsAll));

    void Write(Terminal terminal, IEnumerable<string> rules, Action<Terminal> write)
    {
        if (Path is null)
        {
            WriteAll(terminal);
            return;
        }
        using var text = new StringWriter { NewLine = "\n" };
        WriteAll(terminal with { Out = text, Color = false });
        OutputFile.Write(Path, text.ToString());

        void WriteAll(Terminal to)
        {
            write(to);
            if (IsVerbose && Format == Text)
                RulePages.Write(rules, to);
        }
    }
}
