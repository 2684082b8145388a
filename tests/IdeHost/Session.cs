using System.Reflection;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace IdeHost;

/// <summary>What the host reports; the end-to-end tests read it under the same names.</summary>
sealed record Report(List<Finding> Live, List<string> Deprioritized, List<string> CompilationEnd, List<Fix> Fixes);

/// <param name="File">Relative to the folder.</param>
/// <param name="Line">From one.</param>
sealed record Finding(string Id, string File, int Line, string Message);

/// <param name="Preview">The lines that the fix would write; empty when it gives no preview.</param>
sealed record Fix(string Id, string File, int Line, string Title, bool FixAll, string Preview);

static class Session
{
    public static async Task<int> RunAsync(string[] args)
    {
        var editor = new EditorServices();
        if (args is ["probe"])
            return 0;

        var split = Array.IndexOf(args, "-r");
        var analyzers = args[1..(split < 0 ? args.Length : split)];
        var project = Open(editor.Workspace, Path.GetFullPath(args[0]), analyzers, split < 0 ? [] : args[(split + 1)..]);

        var report = new Report([], [], [.. (await editor.GetCompilationEndIdsAsync(project.Solution)).Distinct().Order(StringComparer.Ordinal)], []);
        foreach (var document in project.Documents)
        {
            var text = await document.GetTextAsync();
            foreach (var finding in await editor.GetLiveAsync(document))
            {
                var line = text.Lines.GetLineFromPosition(finding.Span.Start).LineNumber + 1;
                report.Live.Add(new Finding(finding.Id, document.Name, line, finding.Message));
                foreach (var fix in await editor.GetFixesAsync(document, finding.Span))
                {
                    if (fix.Ids.Contains(finding.Id))
                        report.Fixes.Add(new Fix(finding.Id, document.Name, line, fix.Action.Title, fix.HasFixAll, await PreviewAsync(fix.Action, project.Solution)));
                }
            }
        }

        foreach (var id in project.AnalyzerReferences.SelectMany(r => r.GetAnalyzers(LanguageNames.CSharp)).SelectMany(a => a.SupportedDiagnostics).Select(d => d.Id).Distinct())
        {
            if (await editor.IsDeprioritizedAsync(project, id))
                report.Deprioritized.Add(id);
        }

        Console.WriteLine(JsonSerializer.Serialize(report, new JsonSerializerOptions { WriteIndented = true }));
        return 0;
    }

    static Project Open(AdhocWorkspace workspace, string folder, string[] analyzers, string[] references)
    {
        var loader = new Loader();
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location);
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => Path.GetDirectoryName(path) == framework);
        var id = ProjectId.CreateNewId();
        var solution = workspace.CurrentSolution.AddProject(ProjectInfo.Create(
            id, VersionStamp.Default, "Snippets", "Snippets", LanguageNames.CSharp,
            compilationOptions: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable),
            metadataReferences: trusted.Concat(references).Select(path => MetadataReference.CreateFromFile(path)),
            analyzerReferences: analyzers.Select(path => new AnalyzerFileReference(Path.GetFullPath(path), loader))));
        foreach (var path in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            solution = solution.AddDocument(DocumentId.CreateNewId(id), Path.GetRelativePath(folder, path), SourceText.From(File.ReadAllText(path)), filePath: path);
        var config = Path.Combine(folder, ".editorconfig");
        if (File.Exists(config))
            solution = solution.AddAnalyzerConfigDocument(DocumentId.CreateNewId(id), ".editorconfig", SourceText.From(File.ReadAllText(config)), filePath: config);
        if (!workspace.TryApplyChanges(solution))
            throw new InvalidOperationException("The workspace does not take the snippets.");
        foreach (var document in workspace.CurrentSolution.GetProject(id)!.DocumentIds)
            workspace.OpenDocument(document);
        return workspace.CurrentSolution.GetProject(id)!;
    }

    static async Task<string> PreviewAsync(CodeAction action, Solution before)
    {
        var lines = new List<string>();
        foreach (var operation in (await action.GetPreviewOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>())
        {
            foreach (var id in operation.ChangedSolution.GetChanges(before).GetProjectChanges().SelectMany(p => p.GetChangedDocuments().Concat(p.GetChangedAnalyzerConfigDocuments())))
            {
                var old = before.GetDocument(id) ?? (TextDocument)before.GetAnalyzerConfigDocument(id)!;
                var changed = operation.ChangedSolution.GetDocument(id) ?? (TextDocument)operation.ChangedSolution.GetAnalyzerConfigDocument(id)!;
                lines.AddRange(Changed(Lines(await old.GetTextAsync()), Lines(await changed.GetTextAsync())));
            }
        }

        return string.Join("\n", lines);
    }

    static List<string> Lines(SourceText text) => [.. text.Lines.Select(l => l.ToString())];

    // By place: a fix that moves a line, or writes one that stands elsewhere too, has a preview.
    static IEnumerable<string> Changed(List<string> before, List<string> after)
    {
        var start = 0;
        while (start < before.Count && start < after.Count && before[start] == after[start])
            start++;
        var end = 0;
        while (end < before.Count - start && end < after.Count - start && before[^(end + 1)] == after[^(end + 1)])
            end++;
        return after.Skip(start).Take(after.Count - end - start);
    }

    sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
