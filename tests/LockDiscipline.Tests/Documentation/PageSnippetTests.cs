namespace LockDiscipline.Tests.Documentation;

/// <summary>How a page is read; a reader that finds nothing would let every page pass.</summary>
public sealed class PageSnippetTests
{
    [Fact]
    public void Block_IsReadWithItsPlaceAndMarks()
    {
        var snippet = Assert.Single(PageSnippet.Read("P.md", "# P\n\n```csharp\nclass C\n{\n    int A; // LCK1001 LCK1003: why\n}\n```\n\n```text\nclass\n```\n"));
        Assert.Equal(4, snippet.FirstLine);
        Assert.Equal("class C\n{\n    int A; // LCK1001 LCK1003: why\n}\n", snippet.Code);
        Assert.Equal(new[] { (3, "LCK1001"), (3, "LCK1003") }, snippet.Findings.ToArray());
    }

    [Fact]
    public async Task BlockThatDoesNotCompile_IsWrong()
    {
        var snippet = Assert.Single(PageSnippet.Read("P.md", "```csharp\nclass C\n{\n    Unknown A;\n}\n```\n"));
        Assert.StartsWith("P.md(4): CS0246", Assert.Single(await snippet.CheckAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnmarkedFinding_IsWrong()
    {
        const string code = "class C\n{\n    readonly object _gate = new();\n    void M()\n    {\n        Monitor.TryEnter(_gate);\n    }\n}\n";
        var snippet = Assert.Single(PageSnippet.Read("P.md", $"```csharp\n{code}```\n"));
        Assert.Contains("is not marked", Assert.Single(await snippet.CheckAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TopLevelStatementsWithAnnotations_Compile() =>
        Assert.Empty(await Assert.Single(PageSnippet.Read("P.md", "```csharp\nusing LockDiscipline;\n\nConsole.WriteLine();\n\nclass C\n{\n    [MaySleep]\n    void M()\n    {\n    }\n}\n```\n")).CheckAsync());
}
