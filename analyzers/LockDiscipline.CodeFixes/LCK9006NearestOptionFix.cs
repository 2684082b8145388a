using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK9006: writes the option or value that was probably meant, in the configuration files of the project that set it.</summary>
/// <remarks>The finding stands in a source file, since analyzers see the settings and not the files; the edit is made in these.</remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK9006NearestOptionFix)), Shared]
public sealed class LCK9006NearestOptionFix : CodeFixProvider
{
    internal const string Key = "LCK9006.nearest";

    /// <inheritdoc />
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("LCK9006");

    /// <inheritdoc />
    public override FixAllProvider GetFixAllProvider() => AllOptions.Instance;

    /// <inheritdoc />
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            var solution = await MendAsync(context.Document.Project, diagnostic, context.CancellationToken).ConfigureAwait(false);
            if (solution != context.Document.Project.Solution)
                context.RegisterCodeFix(CodeAction.Create($"Change to '{diagnostic.Properties[DiagnosticProperties.Nearest]}'", _ => Task.FromResult(solution), Key), diagnostic);
        }
    }

    /// <summary>The solution with the setting mended; the same solution where it is not set in a file that belongs to the project.</summary>
    static async Task<Solution> MendAsync(Project project, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var solution = project.Solution;
        if (!diagnostic.Properties.TryGetValue(DiagnosticProperties.Nearest, out var nearest) || nearest is null
            || !diagnostic.Properties.TryGetValue(DiagnosticProperties.Option, out var option) || option is null)
        {
            return solution;
        }

        diagnostic.Properties.TryGetValue(DiagnosticProperties.OptionValue, out var value);
        foreach (var file in project.AnalyzerConfigDocuments)
        {
            var text = await file.GetTextAsync(cancellationToken).ConfigureAwait(false);
            var mended = text.WithChanges(ConfigFile.Changes(text, option, value, nearest));
            if (mended.ContentEquals(text))
                continue;
            // One file belongs to many projects, each with a document of its own for it.
            foreach (var other in solution.Projects)
            {
                foreach (var same in other.AnalyzerConfigDocuments)
                {
                    if (same.Id == file.Id || (same.FilePath is not null && same.FilePath == file.FilePath))
                        solution = solution.WithAnalyzerConfigDocumentText(same.Id, mended);
                }
            }
        }

        return solution;
    }

    sealed class AllOptions : FixAllProvider
    {
        public static readonly AllOptions Instance = new();

        public override Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext) =>
            Task.FromResult<CodeAction?>(CodeAction.Create("Change all to the nearest option", token => FixAsync(fixAllContext.WithCancellationToken(token)), Key));

        static async Task<Solution> FixAsync(FixAllContext context)
        {
            var solution = context.Solution;
            if (context.Scope == FixAllScope.Document && context.Document is { } document)
            {
                foreach (var diagnostic in await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false))
                    solution = await MendAsync(solution.GetProject(document.Project.Id)!, diagnostic, context.CancellationToken).ConfigureAwait(false);
                return solution;
            }

            foreach (var project in context.Scope == FixAllScope.Solution ? context.Solution.Projects : new[] { context.Project })
            {
                foreach (var diagnostic in await context.GetAllDiagnosticsAsync(project).ConfigureAwait(false))
                    solution = await MendAsync(solution.GetProject(project.Id)!, diagnostic, context.CancellationToken).ConfigureAwait(false);
            }

            return solution;
        }
    }
}
