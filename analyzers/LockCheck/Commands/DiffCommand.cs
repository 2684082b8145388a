using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.Json;
using LockCheck.Output;
using LockCheck.Sarif;

namespace LockCheck.Commands;

/// <summary><c>lockcheck diff BEFORE... -- AFTER...</c>: compares the SARIF logs of two builds, wherever they were made.</summary>
internal static class DiffCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var logs = new Argument<string[]>("LOGS") { Description = "SARIF logs before the change, then --, then those after it. Several of one side are merged.", Arity = ArgumentArity.OneOrMore };
        var allRules = new Option<bool>("--all-rules") { Description = "Compare the results of all rules in the logs, not only those of this tool." };
        var format = new Option<string>("--format") { Description = "The form of the report.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var failOn = new Option<string>("--fail-on") { Description = "The severity from which on introduced results make the exit code 1.", DefaultValueFactory = _ => "warning" };
        failOn.AcceptOnlyFromAmong("info", "warning", "error", "never");
        var command = new Command("diff", "Compares SARIF logs: what is introduced, what is fixed.") { logs, allRules, format, failOn };
        command.SetAction(parsed =>
        {
            var (before, after) = Sides(parsed, parsed.GetValue(logs)!);
            var prefix = parsed.GetValue(allRules) ? "" : "LCK";
            var (old, @new) = (SarifReader.Read(before, prefix), SarifReader.Read(after, prefix));
            var difference = SarifComparison.Compare(old.Results, @new.Results);
            var failed = old.Failed.Concat(@new.Failed).ToList();
            if (parsed.GetValue(format) == "json")
                WriteJson(difference, failed, terminal);
            else
                WriteText(difference, failed, terminal);
            if (failed.Count > 0)
                return ExitCode.Partial;
            return difference.Introduced.Any(r => Counts(r.Level, parsed.GetValue(failOn)!)) ? ExitCode.Findings : ExitCode.Clean;
        });
        return command;
    }

    static (List<string> Before, List<string> After) Sides(ParseResult parsed, string[] logs)
    {
        var separator = parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash).ToList();
        if (separator.Count == parsed.Tokens.Count)
            throw new LockCheckException(ExitCode.Usage, "Put '--' between the logs before the change and those after it: lockcheck diff before.sarif -- after.sarif");
        var behind = parsed.Tokens.Skip(separator.Count + 1).Count();
        var (before, after) = (logs[..^behind], logs[^behind..]);
        if (before.Length == 0 || after.Length == 0)
            throw new LockCheckException(ExitCode.Usage, "Both sides need at least one log: lockcheck diff before.sarif -- after.sarif");
        return ([.. before], [.. after]);
    }

    static bool Counts(string level, string failOn) => failOn switch
    {
        "info" => level != "none",
        "warning" => level is "warning" or "error",
        "error" => level == "error",
        _ => false,
    };

    static void WriteText(SarifDifference difference, List<string> failed, Terminal terminal)
    {
        Section("introduced", Style.Red, difference.Introduced);
        Section("hidden", Style.Yellow, difference.Hidden);
        Section("fixed", Style.Green, difference.Fixed);
        foreach (var path in failed)
            terminal.Out.WriteLine($"{terminal.Paint("incomplete:", Style.Red)} the build that wrote '{SafeText.Escape(path)}' did not finish");
        terminal.Out.WriteLine($"{difference.Introduced.Length} introduced, {difference.Hidden.Length} hidden, {difference.Fixed.Length} fixed, {difference.Same.Length} pre-existing.");

        void Section(string name, Style style, IReadOnlyCollection<SarifResult> results)
        {
            if (results.Count == 0)
                return;
            terminal.Out.WriteLine(terminal.Paint($"{name} ({FindingWriter.Number(results.Count)})", style));
            foreach (var result in results)
                terminal.Out.WriteLine($"  {SafeText.Escape(result.Path)}:{FindingWriter.Number(result.Line)}: {SafeText.Escape(result.Level)} {SafeText.Escape(result.Rule)}: {SafeText.Escape(result.Message)}");
            terminal.Out.WriteLine();
        }
    }

    static void WriteJson(SarifDifference difference, List<string> failed, Terminal terminal)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, JsonReport.Options))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            List("introduced", difference.Introduced.Select(r => (r, (string?)null)));
            List("hidden", difference.Hidden.Select(r => (r, (string?)null)));
            List("fixed", difference.Fixed.Select(r => (r, (string?)null)));
            List("preExisting", difference.Same.Select(s => (s.Now, (string?)s.MatchedBy)));
            json.WriteStartArray("incomplete");
            foreach (var path in failed)
                json.WriteStringValue(path);
            json.WriteEndArray();
            json.WriteEndObject();

            void List(string name, IEnumerable<(SarifResult Result, string? MatchedBy)> results)
            {
                json.WriteStartArray(name);
                foreach (var (result, matchedBy) in results)
                {
                    json.WriteStartObject();
                    json.WriteString("rule", result.Rule);
                    json.WriteString("level", result.Level);
                    json.WriteString("message", result.Message);
                    json.WriteString("path", result.Path);
                    json.WriteNumber("line", result.Line);
                    if (matchedBy is not null)
                        json.WriteString("matchedBy", matchedBy);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
        }
        terminal.Out.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }
}
