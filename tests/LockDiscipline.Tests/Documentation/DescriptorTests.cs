using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace LockDiscipline.Tests.Documentation;

/// <summary>What a rule says of itself, and what the release files say of it.</summary>
public sealed partial class DescriptorTests
{
    [GeneratedRegex(@"^(?<id>LCK\d{4}) *\| *(?<category>\w+) *\| *(?<severity>\w+) *\|", RegexOptions.Multiline)]
    private static partial Regex ReleasedRule();

    [Fact]
    public void EveryRule_HasAnIdOfOursADescriptionAndItsHelpLink() =>
        Assert.All(Catalog.Descriptors, rule =>
        {
            Assert.Matches("^LCK[0-9]{4}$", rule.Id);
            Assert.NotEmpty(rule.Title.ToString(CultureInfo.InvariantCulture));
            Assert.NotEmpty(rule.Description.ToString(CultureInfo.InvariantCulture));
            Assert.NotEmpty(rule.MessageFormat.ToString(CultureInfo.InvariantCulture));
            Assert.Equal($"https://github.com/lockdiscipline/lockdiscipline/blob/main/analyzers/docs/rules/{rule.Id}.md", rule.HelpLinkUri);
        });

    [Fact]
    public void EveryId_StandsForOneRule() =>
        Assert.All(Catalog.Descriptors.GroupBy(d => d.Id), rule => Assert.Single(rule.Select(
            d => (d.Title.ToString(CultureInfo.InvariantCulture), d.Description.ToString(CultureInfo.InvariantCulture), d.Category, d.DefaultSeverity, d.IsEnabledByDefault)).Distinct()));

    [Fact]
    public void EveryRule_IsInTheReleaseFilesAndOnlyThose()
    {
        const string folder = "analyzers/LockDiscipline.Analyzers/AnalyzerReleases.";
        var released = ReleasedRule().Matches(RepositoryFiles.Read(folder + "Shipped.md") + "\n" + RepositoryFiles.Read(folder + "Unshipped.md"))
            .Select(m => $"{m.Groups["id"]} {m.Groups["category"]} {m.Groups["severity"]}");
        var stated = Catalog.Rules.Select(r => $"{r.Id} {r.Category} {(r.IsEnabledByDefault ? r.DefaultSeverity.ToString() : "Disabled")}");
        Assert.Equal(stated, released.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryFixer_FixesOurRulesWithFixAllInDocumentProjectAndSolution() =>
        Assert.All(Catalog.Fixers, fixer =>
        {
            Assert.NotEmpty(fixer.FixableDiagnosticIds);
            var scopes = fixer.GetFixAllProvider()?.GetSupportedFixAllScopes();
            Assert.NotNull(scopes);
            Assert.Superset(
                new HashSet<FixAllScope>
                {
                    FixAllScope.Document,
                    FixAllScope.Project,
                    FixAllScope.Solution,
                },
                scopes.ToHashSet());
        });

    [Fact]
    public void EveryFixer_IsExportedUnderAName() =>
        Assert.All(Catalog.Fixers, fixer =>
        {
            var export = Attribute.GetCustomAttribute(fixer.GetType(), typeof(ExportCodeFixProviderAttribute))
                as ExportCodeFixProviderAttribute;
            Assert.NotNull(export);
            Assert.Contains(LanguageNames.CSharp, export.Languages);
            Assert.False(string.IsNullOrEmpty(export.Name), $"{fixer.GetType().Name} needs a name: editors order and deduplicate by it.");
        });
}
