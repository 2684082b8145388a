using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.Tests.Rules;

/// <summary>A project whose files are edited one after the other, as in an editor: what was read of the others is kept.</summary>
sealed class EditedProject(params string[] files)
{
    static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name && (name == "netstandard.dll" || name.StartsWith("System.", StringComparison.Ordinal)))
            .Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(GuardedByAttribute).Assembly.Location),
    ];

    CSharpCompilation _compilation = Compile(files.Select(text => SourceText.From(text)));

    public void Edit(int file, string before, string after)
    {
        var tree = _compilation.SyntaxTrees[file];
        var text = tree.GetText();
        int at = text.ToString().IndexOf(before, StringComparison.Ordinal);
        Assert.True(at >= 0);
        _compilation = _compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(text.WithChanges(new TextChange(new TextSpan(at, before.Length), after))));
    }

    /// <summary>Puts another text into the place of a file's.</summary>
    public void Replace(int file, string text)
    {
        var tree = _compilation.SyntaxTrees[file];
        _compilation = _compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(text)));
    }

    public async Task Expect(params string[] rules) => Assert.Equal(rules, (await FindAsAnew()).Select(text => text.Split(' ')[0]));

    /// <summary>Analyses the project, and once more a copy of it that nobody has seen: both tell the same.</summary>
    public async Task<string[]> FindAsAnew()
    {
        var edited = await Findings(_compilation);
        Assert.Equal(await Findings(Compile(_compilation.SyntaxTrees.Select(tree => tree.GetText()))), edited);
        return edited;
    }

    /// <summary>What an editor shows of one file.</summary>
    public async Task<string[]> FindIn(int file)
    {
        var tree = _compilation.SyntaxTrees[file];
        var found = await _compilation.WithAnalyzers([new FlowAnalyzer()]).GetAnalyzerSemanticDiagnosticsAsync(_compilation.GetSemanticModel(tree), null, default);
        return [.. found.Select(Text).Order(StringComparer.Ordinal)];
    }

    /// <summary>Analyses the project, edits a file, analyses again, and gives the compilation that was analysed first, which nobody needs any more.</summary>
    public async Task<WeakReference> AnalyseAndReplace(int file, string text)
    {
        var watch = new CompilationWatch();
        await _compilation.WithAnalyzers([new FlowAnalyzer(), watch]).GetAnalyzerDiagnosticsAsync();
        Replace(file, text);
        await Findings(_compilation);
        return watch.Seen!;
    }

    public ProjectNames Names() =>
        ProjectNames.Of([.. _compilation.SyntaxTrees.Select(tree => TreeNames.Of(tree, default))], [], []);

    static async Task<string[]> Findings(CSharpCompilation compilation)
    {
        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        var found = await compilation.WithAnalyzers([new FlowAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        return [.. found.Select(Text).Order(StringComparer.Ordinal)];
    }

    // All that a user gets to see.
    static string Text(Diagnostic diagnostic) =>
        $"{diagnostic.Id} {Place(diagnostic.Location)} {diagnostic.Severity} {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}"
        + $" [{string.Join(" ", diagnostic.AdditionalLocations.Select(Place))}] [{string.Join(" ", diagnostic.Properties.OrderBy(property => property.Key, StringComparer.Ordinal))}]";

    static string Place(Location location) => $"{location.SourceTree!.FilePath} {location.SourceSpan}";

    static CSharpCompilation Compile(IEnumerable<SourceText> texts) => CSharpCompilation.Create(
        "Edited",
        texts.Select((text, i) => CSharpSyntaxTree.ParseText(text, path: $"/{i}.cs")),
        s_references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
}
