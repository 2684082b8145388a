using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Tests.Documentation;

/// <summary>The example of the page on contract files: a library without attributes, its contracts in a file, and code that uses it.</summary>
public sealed partial class ContractFileExampleTests
{
    const string Page = "analyzers/docs/contract-files.md";
    const string Usings = "global using System;\n";

    [GeneratedRegex(@"^```contracts\n(?<lines>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Contracts();

    [Fact]
    public async Task Example_GivesTheFindingsItMarks()
    {
        var text = RepositoryFiles.Read(Page);
        var snippets = PageSnippet.Read(Page, text);
        Assert.Equal(2, snippets.Length);
        var lines = Assert.Single(Contracts().Matches(text)).Groups["lines"].Value;
        var found = await new Test(snippets[0].Code, lines, snippets[1].Code).GetAsync();
        var marked = snippets[1].Findings.Select(f => $"Use.cs({f.Line}): {f.Id}");
        Assert.Equal(marked, found.Select(Short).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task MisspeltLine_IsReportedOnIt()
    {
        var found = await new Test("namespace N; public class Page { public void Flush() { } }", "# a comment\nN.Page.Flish: MaySleep\n", "").GetAsync();
        var finding = Assert.Single(found);
        Assert.Equal("Vendor.contracts(2): LCK9001", Short(finding));
        Assert.Contains("did you mean 'Flush'?", finding.GetMessage(null), StringComparison.Ordinal);
    }

    static string Short(Diagnostic diagnostic)
    {
        var span = diagnostic.Location.GetLineSpan();
        return $"{Path.GetFileName(span.Path)}({span.StartLinePosition.Line + 1}): {diagnostic.Id}";
    }

    sealed class Test : AnalyzerTest
    {
        public Test(string library, string contracts, string use)
        {
            TestState.AdditionalProjects["Library"] = new SolutionState { Sources = { ("Library.cs", library), ("LibraryUsings.cs", Usings) } };
            TestState.AdditionalProjectReferences.Add("Library");
            TestState.Sources.Add(("Use.cs", use));
            TestState.Sources.Add(("Usings.cs", Usings));
            TestState.AdditionalFiles.Add(("Vendor.contracts", contracts));
        }

        protected override ImmutableArray<DiagnosticAnalyzer> GetDiagnosticAnalyzers() => Catalog.Analyzers;

        public Task<ImmutableArray<Diagnostic>> GetAsync()
        {
            var (solution, _) = CreateSolution(TestState);
            return GetDiagnosticsAsync(solution.Projects.Single(p => p.Name != "Library"));
        }
    }
}
