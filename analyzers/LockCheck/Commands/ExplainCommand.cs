using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using LockCheck.Analysis;
using LockCheck.Output;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Commands;

/// <summary><c>lockcheck explain [ID]</c>: the page of a rule, or the list of all rules.</summary>
internal static class ExplainCommand
{
    const string IdPrefix = "LCK";

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, Func<ImmutableArray<DiagnosticAnalyzer>> analyzers)
    {
        var id = new Argument<string?>("ID")
        {
            Description = "The rule, such as LCK1001. Without it all rules are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("explain", "Explains a rule: what it means, why it matters, how to mend the code.") { id };
        command.SetAction(parsed =>
        {
            var explanation = new Explanation(OwnAnalyzers.Rules(analyzers()), RulePages.Read(), terminal);
            return parsed.GetValue(id) is { } wanted ? explanation.Explain(wanted) : explanation.List();
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
            throw new LockCheckException(ExitCode.Usage, $"There is no rule '{wanted}'.{advice}");
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
