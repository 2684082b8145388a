using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Tests.Documentation;

/// <summary>
/// A <c>csharp</c> block of a page. It compiles on its own, as in a project with implicit usings that refers to the
/// annotations; a line with findings ends with their ids in a comment, <c>// LCK1001</c>, after which text may follow.
/// </summary>
/// <param name="Page">The file, for messages.</param>
/// <param name="FirstLine">Of the code in the page, from one.</param>
sealed partial record PageSnippet(string Page, int FirstLine, string Code, ImmutableArray<(int Line, string Id)> Findings)
{
    const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"// (?<ids>LCK\d{4}( LCK\d{4})*)\b")]
    private static partial Regex Mark();

    public static ImmutableArray<PageSnippet> Read(string page, string text)
    {
        var result = ImmutableArray.CreateBuilder<PageSnippet>();
        foreach (Match block in Block().Matches(text))
        {
            var code = block.Groups["code"];
            var findings = code.Value.Split('\n').SelectMany(
                (line, index) => Mark().Match(line).Groups["ids"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => (index + 1, id)));
            result.Add(new PageSnippet(page, text.AsSpan(0, code.Index).Count('\n') + 1, code.Value, [.. findings]));
        }

        return result.ToImmutable();
    }

    /// <returns>What is wrong with it, a line each.</returns>
    public async Task<IEnumerable<string>> CheckAsync()
    {
        var found = await new Test(this).GetAsync().ConfigureAwait(false);
        var unexpected = found.Select(d => (Line: d.Location.GetLineSpan().StartLinePosition.Line + 1, d.Id, Message: d.GetMessage())).ToList();
        var wrong = new List<string>();
        foreach (var (line, id) in Findings)
        {
            var index = unexpected.FindIndex(f => f.Line == line && f.Id == id);
            if (index < 0)
                wrong.Add($"{Page}({FirstLine + line - 1}): {id} is marked and not found");
            else
                unexpected.RemoveAt(index);
        }

        wrong.AddRange(unexpected.Select(f => $"{Page}({FirstLine + f.Line - 1}): {f.Id} is not marked: {f.Message}"));
        return wrong;
    }

    sealed class Test(PageSnippet snippet) : AnalyzerTest
    {
        protected override ImmutableArray<DiagnosticAnalyzer> GetDiagnosticAnalyzers() => Catalog.Analyzers;

        public async Task<ImmutableArray<Diagnostic>> GetAsync()
        {
            TestState.Sources.Add(("Snippet.cs", snippet.Code));
            TestState.Sources.Add(("Usings.cs", ImplicitUsings));
            var isProgram = CSharpSyntaxTree.ParseText(snippet.Code).GetCompilationUnitRoot().Members.Any(m => m is GlobalStatementSyntax);
            TestState.OutputKind = isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
            if (snippet.Code.Contains("MemoryModel", StringComparison.Ordinal))
                TestState.AdditionalReferences.Add(MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, "MemoryModel.dll")));
            var (solution, _) = CreateSolution(TestState);
            return await GetDiagnosticsAsync(solution.Projects.Single()).ConfigureAwait(false);
        }
    }
}
