using System.Collections.Immutable;
using System.Text.RegularExpressions;
using EndToEnd.Tests.Running;

namespace EndToEnd.Tests;

/// <summary>One rule, as a user meets it.</summary>
/// <param name="Id">The rule; its snippet is <c>Snippets/{Id}.cs</c>.</param>
/// <param name="HasFix">The light bulb offers a fix at the finding, and <c>dotnet format</c> applies it.</param>
/// <param name="InSource">The finding stands in a source file, on the line that ends with its id in a comment.</param>
public sealed record ExpectedRule(string Id, bool HasFix, bool InSource = true);

/// <summary>A finding expected at a line of a snippet.</summary>
public sealed record ExpectedFinding(string File, int Line, string Id);

/// <summary>The one place that says what every way of use has to show: the rules here, their findings in the snippets.</summary>
public static partial class ExpectedFindings
{
    /// <summary>Every rule that reports as a warning; a new one is added here together with its snippet.</summary>
    public static readonly ImmutableArray<ExpectedRule> Rules =
    [
        new("LCK1001", HasFix: true),
        new("LCK1002", HasFix: true),
        new("LCK1003", HasFix: true),
        new("LCK1004", HasFix: true),
        new("LCK1005", HasFix: false),
        new("LCK1006", HasFix: true),
        new("LCK1007", HasFix: true),
        new("LCK1008", HasFix: false),
        new("LCK1009", HasFix: true),
        new("LCK1010", HasFix: true),
        new("LCK1011", HasFix: true),
        new("LCK2001", HasFix: true),
        new("LCK2002", HasFix: false),
        new("LCK2003", HasFix: false),
        new("LCK2004", HasFix: false),
        new("LCK2005", HasFix: false),
        new("LCK2006", HasFix: true),
        new("LCK2008", HasFix: true),
        new("LCK3001", HasFix: true),
        new("LCK3002", HasFix: true),
        new("LCK3003", HasFix: true),
        new("LCK3004", HasFix: true),
        new("LCK3005", HasFix: true),
        new("LCK4001", HasFix: true),
        new("LCK4002", HasFix: false),
        new("LCK4003", HasFix: true),
        new("LCK4004", HasFix: true),
        new("LCK4005", HasFix: true),
        new("LCK4006", HasFix: false),
        new("LCK5001", HasFix: true),
        new("LCK5002", HasFix: true),
        new("LCK5003", HasFix: true),
        new("LCK5004", HasFix: true),
        new("LCK5005", HasFix: false),
        new("LCK5006", HasFix: true),
        new("LCK9001", HasFix: true),
        new("LCK9002", HasFix: true),
        new("LCK9003", HasFix: false),
        new("LCK9006", HasFix: false, InSource: false),
    ];

    /// <summary>Rules that a snippet cannot show: suggestions, which a build does not print, and limits of the analysis.</summary>
    public static readonly ImmutableArray<string> ReportedOtherwise = ["LCK1012", "LCK2007", "LCK5007", "LCK9004", "LCK9005", "LCK9007"];

    /// <summary>The rules that <c>LockDisciplineMode</c> Minimum leaves on.</summary>
    public static readonly ImmutableArray<string> Minimum = ["LCK1002", "LCK2001", "LCK3001"];

    [GeneratedRegex(@"//((?: LCK\d{4})+)\s*$")]
    private static partial Regex Mark();

    /// <summary>Every marked finding.</summary>
    public static List<ExpectedFinding> All => Of(Rules.Select(r => r.Id));

    /// <summary>The files of the snippets, by name.</summary>
    public static IEnumerable<(string Name, string Content)> Files =>
        Directory.GetFiles(Repository.Snippets).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), File.ReadAllText(path)));

    /// <summary>The marked findings of the given rules, in the order of file and line.</summary>
    public static List<ExpectedFinding> Of(IEnumerable<string> ids)
    {
        var wanted = ids.ToHashSet();
        var result = new List<ExpectedFinding>();
        foreach (var (name, content) in Files)
        {
            var lines = content.Split('\n');
            for (var i = 0; i < lines.Length; i++)
            {
                var mark = Mark().Match(lines[i]);
                foreach (var id in mark.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(wanted.Contains))
                    result.Add(new ExpectedFinding(name, i + 1, id));
            }
        }

        return result;
    }
}
