using System.Text.RegularExpressions;
using MemoryModel.Exploration;
using MemoryModel.Pictures;
using MemoryModel.Scenarios;

namespace LockDiscipline.Tests.Documentation;

/// <summary>The pages of rules whose bug is a race show the schedule in which the reference model goes wrong: found by running it.</summary>
static partial class SchedulePages
{
    /// <summary>The heading of the section that is generated; it ends where the next one begins.</summary>
    const string Heading = "## A schedule in which it goes wrong\n";

    [GeneratedRegex("(?<=\n" + Heading + ").*?(?=\n## )", RegexOptions.Singleline)]
    private static partial Regex Section();

    /// <summary>By path: from what is there to what should be there.</summary>
    public static IReadOnlyDictionary<string, Func<string, string>> All { get; } = ScenarioCatalog.All.Where(s => s.Rule is not null).ToDictionary(
        s => $"analyzers/docs/rules/{s.Rule}.md",
        s => new Func<string, string>(old => Section().IsMatch(old) ? Section().Replace(old, _ => Text(s)) : throw new InvalidOperationException($"the page of {s.Rule} has no section '{Heading.Trim()}'")));

    static string Text(Scenario scenario)
    {
        var failure = scenario.Run().Result.Failure ?? throw new InvalidOperationException($"nothing goes wrong in {scenario.Name}");
        return $"""

            Found by running the reference model: {scenario.Title}. Time goes down. `lockcheck model {scenario.Name}` draws it, with what is mapped before and after.

            ```text
            {TraceText.Draw(failure.Trace).TrimEnd()}
            ```

            How it ends: {failure.Message}

            """;
    }
}
