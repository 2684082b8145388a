namespace LockDiscipline.Tests.Documentation;

/// <summary>Every rule has its page, and every page its rule.</summary>
public sealed class PageTests
{
    /// <summary>What these report stands in an option or depends on a limit, which a piece of source cannot show.</summary>
    static readonly string[] s_notShownBySource = ["LCK9006", "LCK9007"];

    [Fact]
    public void Pages_AreThoseOfTheRules() => Assert.Equal(Catalog.Rules.Select(r => r.Id), RepositoryFiles.Pages.Keys);

    [Fact]
    public void EveryPage_StartsWithIdAndTitle() =>
        Assert.All(Catalog.Rules, rule => Assert.StartsWith($"# {rule.Id}: {rule.Title}\n", RepositoryFiles.Pages[rule.Id], StringComparison.Ordinal));

    [Fact]
    public void EveryPage_ShowsFlawedAndCorrectCode() =>
        Assert.All(Catalog.Rules.Where(r => !s_notShownBySource.Contains(r.Id)), rule =>
        {
            var snippets = PageSnippet.Read(rule.Id + ".md", RepositoryFiles.Pages[rule.Id]);
            Assert.Contains(snippets, s => s.Findings.Any(f => f.Id == rule.Id));
            Assert.Contains(snippets, s => s.Findings.IsEmpty);
        });

    [Fact]
    public async Task EverySnippet_CompilesAndGivesTheFindingsItMarks()
    {
        var pages = RepositoryFiles.Pages.Select(p => PageSnippet.Read($"{p.Key}.md", p.Value));
        var others = new[] { "README.md", "analyzers/LockDiscipline.Package/README.md", "analyzers/LockDiscipline.Annotations/README.md" }
            .Select(file => PageSnippet.Read(file, RepositoryFiles.Read(file)));
        var wrong = new List<string>();
        foreach (var snippet in pages.Concat(others).SelectMany(s => s))
            wrong.AddRange(await snippet.CheckAsync());
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
