using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Tests.Documentation;

/// <summary>The parts of the repository that follow from the code and are checked in, and how each is made.</summary>
static partial class GeneratedFiles
{
    static readonly string[] s_minimum = ["LCK1002", "LCK2001", "LCK3001"];

    [GeneratedRegex("(?<=<!-- rules -->\n).*?(?=<!-- /rules -->)", RegexOptions.Singleline)]
    private static partial Regex RulesTable();

    /// <summary>By path: from what is there to what should be there.</summary>
    public static IReadOnlyDictionary<string, Func<string, string>> All { get; } = new Dictionary<string, Func<string, string>>(SchedulePages.All)
    {
        ["README.md"] = old => RulesTable().IsMatch(old)
            ? RulesTable().Replace(old, _ => Table())
            : throw new InvalidOperationException("README.md has no '<!-- rules -->' and '<!-- /rules -->' lines."),
        [Config("Strict")] = _ => Configuration(_ => true),
        [Config("Minimum")] = _ => Configuration(id => s_minimum.Contains(id)),
        [Config("None")] = _ => Configuration(_ => false),
        ["analyzers/LockDiscipline.Annotations/PublicInLibrary.cs"] = old => WithAttributes(old, "    public sealed partial class "),
        ["analyzers/LockDiscipline.Annotations/source/EmbeddedInSource.cs"] = old => WithAttributes(old, "    [Embedded] sealed partial class "),
    };

    static string Config(string mode) => $"analyzers/LockDiscipline.Package/config/LockDiscipline.{mode}.globalconfig";

    static string Table()
    {
        var table = new StringBuilder("| id | rule | category | default | fix |\n|---|---|---|---|---|\n");
        foreach (var rule in Catalog.Rules)
        {
            var severity = rule.IsEnabledByDefault ? rule.DefaultSeverity == DiagnosticSeverity.Info ? "suggestion" : rule.DefaultSeverity.ToString().ToLowerInvariant() : "off";
            table.Append($"| [{rule.Id}](analyzers/docs/rules/{rule.Id}.md) | {rule.Title} | {rule.Category} | {severity} | {(Catalog.HasFix(rule.Id) ? "yes" : "")} |\n");
        }

        return table.ToString();
    }

    static string Configuration(Func<string, bool> isOn)
    {
        var text = new StringBuilder($"# Generated from the rules: {GeneratedFilesTests.Command}\nis_global = true\nglobal_level = -100\n");
        foreach (var rule in Catalog.Rules)
            text.Append($"dotnet_diagnostic.{rule.Id}.severity = {(isOn(rule.Id) ? "warning" : "none")}\n");
        return text.ToString();
    }

    /// <summary>Both ways in which the attributes are shipped list every one of them.</summary>
    static string WithAttributes(string old, string declaration)
    {
        var attributes = System.Reflection.Assembly.Load("LockDiscipline.Annotations").GetTypes()
            .Where(t => t.Namespace == "LockDiscipline" && typeof(Attribute).IsAssignableFrom(t)).Select(t => t.Name).Order(StringComparer.Ordinal);
        var head = old[..old.IndexOf(declaration, StringComparison.Ordinal)];
        return head + string.Concat(attributes.Select(name => $"{declaration}{name} {{ }}\n")) + "}\n";
    }
}
