using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using LockCheck.Analysis;
using LockCheck.Judgement;
using LockCheck.Output;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Commands;

/// <summary><c>lockcheck explain [WHAT]</c>: the page of a rule, the list of all rules, or what holds at a finding and why.</summary>
internal static class ExplainCommand
{
    const string IdPrefix = "LCK";

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, Func<ImmutableArray<DiagnosticAnalyzer>> analyzers)
    {
        var what = new Argument<string[]>("WHAT")
        {
            Description = "A rule, such as LCK1001. Or a finding: FILE:LINE, its fingerprint, or its line of a report, with or without a rule. Without any: all rules are listed.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var project = new Option<string?>("--project") { Description = "The project, solution or folder that the finding is in. Without it: the project above the file, or this folder." };
        var change = new Option<string?>("--change") { Description = "Look at a change, as 'lockcheck patch' names it; with no value at the work tree. What it did to the finding is told too.", Arity = ArgumentArity.ZeroOrOne };
        var staged = new Option<bool>("--staged") { Description = "Look at what is staged, as a change." };
        var baseCommit = new Option<string?>("--base") { Description = "The commit that the change starts from." };
        var folder = new Option<string?>("-C") { Description = "Run as if started in this folder." };
        var load = new LoadingOptions();
        var command = new Command("explain", "Explains a rule, or a finding: what holds there, why it is one, what can be done.") { what, project, change, staged, baseCommit, folder };
        load.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var words = parsed.GetValue(what) ?? [];
            var explanation = new Explanation(OwnAnalyzers.Rules(analyzers()), RulePages.Read(), terminal);
            if (words.Length == 0)
                return explanation.List();
            if (FindingReference.Parse(words) is not { } finding)
                return words is [var id] ? explanation.Explain(id) : throw new LockCheckException(ExitCode.Usage, $"'{string.Join(' ', words)}' names neither a rule nor a finding. Give one rule, FILE:LINE, or a fingerprint.");
            if (finding.Rule is { } rule)
                explanation.Require(rule);
            var start = Path.GetFullPath(parsed.GetValue(folder) ?? ".");
            var within = parsed.GetValue(project) is { } named ? Path.GetFullPath(named, start) : null;
            var request = new ComparisonRequest { Folder = start, Input = parsed.GetValue(change), Staged = parsed.GetValue(staged), Base = parsed.GetValue(baseCommit), StandardInput = terminal.In };
            var isChange = parsed.GetResult(change) is not null || request.Staged || request.Base is not null;
            var scope = new ExplainScope(start, within, isChange ? new(request, load.Read(parsed), within) : null);
            return await new ExplainFinding(scope, load.Read(parsed), analyzers(), terminal).RunAsync(finding, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>What is known of the rules: what the analyzers say of themselves, and the pages.</summary>
    internal sealed class Explanation(ImmutableArray<DiagnosticDescriptor> rules, IReadOnlyDictionary<string, string> pages, Terminal terminal)
    {
        /// <summary>Writes the page of a rule.</summary>
        public int Explain(string wanted)
        {
            // The number alone names a rule as well.
            var id = int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? IdPrefix + wanted : wanted;
            var rule = rules.FirstOrDefault(r => r.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
            if (pages.TryGetValue(id, out var page))
            {
                new MarkdownWriter(terminal).Write(page);
                return ExitCode.Clean;
            }
            if (rule is not null)
            {
                new MarkdownWriter(terminal).Write(PageOf(rule));
                return ExitCode.Clean;
            }
            var nearest = NearestIds.Find(id, Known());
            var advice = nearest.Count > 0 ? $" Did you mean {string.Join(" or ", nearest)}?" : " 'lockcheck explain' lists all rules.";
            throw new LockCheckException(ExitCode.Usage, $"There is no rule '{wanted}'.{advice} For a finding give FILE:LINE or its fingerprint.");
        }

        /// <summary>Sees that there is such a rule.</summary>
        /// <exception cref="LockCheckException">There is none.</exception>
        public void Require(string id)
        {
            if (Known().Contains(id, StringComparer.OrdinalIgnoreCase))
                return;
            var nearest = NearestIds.Find(id, Known());
            throw new LockCheckException(ExitCode.Usage, $"There is no rule '{id}'.{(nearest.Count > 0 ? $" Did you mean {string.Join(" or ", nearest)}?" : "")}");
        }

        /// <summary>Writes the id, the default severity and the title of every rule.</summary>
        public int List()
        {
            foreach (var rule in rules)
            {
                var severity = rule.IsEnabledByDefault ? rule.DefaultSeverity.ToString().ToLowerInvariant() : "off";
                terminal.Out.WriteLine($"{terminal.Paint(rule.Id, Style.Bold)}  {severity,-8} {rule.Title.ToString(CultureInfo.InvariantCulture)}");
            }
            return ExitCode.Clean;
        }

        IEnumerable<string> Known() => rules.Select(r => r.Id).Concat(pages.Keys).Distinct(StringComparer.OrdinalIgnoreCase);

        static string PageOf(DiagnosticDescriptor rule) =>
            $"# {rule.Id}: {rule.Title.ToString(CultureInfo.InvariantCulture)}\n\n{rule.Description.ToString(CultureInfo.InvariantCulture)}\n\n{rule.HelpLinkUri}\n";
    }
}
