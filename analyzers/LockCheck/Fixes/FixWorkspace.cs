using System.Collections.Immutable;
using LockCheck.Loading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Fixes;

/// <summary>One loaded project in the form in which code fixes want it: the same sources, references and options.</summary>
internal sealed class FixWorkspace : IDisposable
{
    readonly AdhocWorkspace _workspace = new();
    readonly Dictionary<SyntaxTree, DocumentId> _documents = [];
    readonly Solution _solution;

    FixWorkspace(LoadedProject project, CancellationToken cancellationToken)
    {
        var id = ProjectId.CreateNewId();
        var compilation = project.Compilation;
        var solution = _workspace.CurrentSolution.AddProject(ProjectInfo.Create(id, VersionStamp.Default, Path.GetFileNameWithoutExtension(project.Path), compilation.AssemblyName ?? "", LanguageNames.CSharp,
            filePath: project.Path, compilationOptions: compilation.Options, parseOptions: compilation.SyntaxTrees.FirstOrDefault()?.Options, metadataReferences: compilation.References));
        foreach (var tree in compilation.SyntaxTrees)
        {
            var document = DocumentId.CreateNewId(id);
            _documents.Add(tree, document);
            solution = solution.AddDocument(document, Path.GetFileName(tree.FilePath), tree.GetText(cancellationToken), filePath: tree.FilePath);
        }
        foreach (var file in project.Options.AdditionalFiles)
        {
            if (file.GetText(cancellationToken) is { } text)
                solution = solution.AddAdditionalDocument(DocumentId.CreateNewId(id), Path.GetFileName(file.Path), text, filePath: file.Path);
        }
        solution = project.ConfigFiles.Aggregate(solution, (s, file) => s.AddAnalyzerConfigDocument(DocumentId.CreateNewId(id), Path.GetFileName(file.Path), file.Text, filePath: file.Path));
        _solution = solution;
    }

    /// <summary>Makes one; null where the project refers to another that has errors, which a workspace does not take.</summary>
    public static FixWorkspace? Create(LoadedProject project, CancellationToken cancellationToken) =>
        project.Compilation.References.Any(r => r is CompilationReference) ? null : new(project, cancellationToken);

    /// <summary>The document that a diagnostic stands in, and the diagnostic as the document's own trees have it.</summary>
    public async Task<(Document Document, Diagnostic Diagnostic)?> TranslateAsync(Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (diagnostic.Location.SourceTree is not { } tree || !_documents.TryGetValue(tree, out var id) || _solution.GetDocument(id) is not { } document)
            return null;
        var further = new List<Location>();
        foreach (var location in diagnostic.AdditionalLocations)
            further.Add(await TranslateAsync(location, cancellationToken).ConfigureAwait(false));
        var translated = Diagnostic.Create(diagnostic.Id, diagnostic.Descriptor.Category, diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), diagnostic.Severity, diagnostic.DefaultSeverity,
            isEnabledByDefault: true, diagnostic.WarningLevel, location: await TranslateAsync(diagnostic.Location, cancellationToken).ConfigureAwait(false), additionalLocations: further, properties: diagnostic.Properties);
        return (document, translated);
    }

    /// <summary>What differs between the project and a changed form of it. Empty where more than texts of its own files would change.</summary>
    public async Task<ImmutableArray<FileEdit>> EditsAsync(Solution changed, CancellationToken cancellationToken)
    {
        var edits = ImmutableArray.CreateBuilder<FileEdit>();
        foreach (var project in changed.GetChanges(_solution).GetProjectChanges())
        {
            if (project.GetAddedDocuments().Any() || project.GetRemovedDocuments().Any())
                return [];
            foreach (var id in project.GetChangedDocuments().Concat(project.GetChangedAdditionalDocuments()).Concat(project.GetChangedAnalyzerConfigDocuments()))
            {
                if (TextOf(_solution, id) is not { FilePath: { } path } before || TextOf(changed, id) is not { } after)
                    return [];
                var (old, @new) = (await before.GetTextAsync(cancellationToken).ConfigureAwait(false), await after.GetTextAsync(cancellationToken).ConfigureAwait(false));
                edits.Add(new(path, old, [.. @new.GetTextChanges(old).OrderBy(c => c.Span)]));
            }
        }
        return [.. edits.Where(e => e.Changes.Length > 0).OrderBy(e => e.Path, StringComparer.Ordinal)];
    }

    static TextDocument? TextOf(Solution solution, DocumentId id) => solution.GetDocument(id) ?? solution.GetAdditionalDocument(id) ?? solution.GetAnalyzerConfigDocument(id);

    async Task<Location> TranslateAsync(Location location, CancellationToken cancellationToken) =>
        location.SourceTree is { } tree && _documents.TryGetValue(tree, out var id) && await _solution.GetDocument(id)!.GetSyntaxTreeAsync(cancellationToken).ConfigureAwait(false) is { } own
            ? Location.Create(own, location.SourceSpan)
            : location;

    /// <inheritdoc/>
    public void Dispose() => _workspace.Dispose();
}
