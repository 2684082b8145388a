using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK9001: writes the name that was probably meant on a line of a contract file.</summary>
[ExportCodeFixProvider(
    LanguageNames.CSharp,
    Name = nameof(LCK9001NearestInFileFix),
    DocumentKinds = new[] { nameof(TextDocumentKind.AdditionalDocument) },
    DocumentExtensions = new[] { ".contracts" })]
[Shared]
public sealed class LCK9001NearestInFileFix : CodeFixProvider
{
    internal const string Key = "LCK9001.nearestInFile";

    /// <inheritdoc />
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("LCK9001");

    /// <inheritdoc />
    public override FixAllProvider GetFixAllProvider() => AllLines.Instance;

    /// <inheritdoc />
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (context.TextDocument is not AdditionalDocument file)
            return;
        var text = await file.GetTextAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (Change(text, diagnostic) is not { } change)
                continue;
            var mended = file.Project.Solution.WithAdditionalDocumentText(file.Id, text.WithChanges(change));
            context.RegisterCodeFix(CodeAction.Create($"Change to '{change.NewText}'", _ => Task.FromResult(mended), Key), diagnostic);
        }
    }

    /// <summary>The edit of the line; null where the name stands there more than once, or not as a name.</summary>
    static TextChange? Change(SourceText text, Diagnostic diagnostic)
    {
        if (!diagnostic.Properties.TryGetValue(DiagnosticProperties.Nearest, out var nearest) || nearest is null
            || !diagnostic.Properties.TryGetValue(DiagnosticProperties.What, out var wrong) || string.IsNullOrEmpty(wrong)
            || diagnostic.Location.SourceSpan.End > text.Length)
        {
            return null;
        }

        var line = text.ToString(diagnostic.Location.SourceSpan);
        int found = -1;
        for (int at = line.IndexOf(wrong, StringComparison.Ordinal); at >= 0; at = line.IndexOf(wrong, at + 1, StringComparison.Ordinal))
        {
            int end = at + wrong!.Length;
            if ((at > 0 && IsName(line[at - 1])) || (end < line.Length && IsName(line[end])))
                continue;
            if (found >= 0)
                return null;
            found = at;
        }

        return found < 0 ? null : new TextChange(new TextSpan(diagnostic.Location.SourceSpan.Start + found, wrong!.Length), nearest);
    }

    static bool IsName(char c) => char.IsLetterOrDigit(c) || c == '_';

    sealed class AllLines : FixAllProvider
    {
        public static readonly AllLines Instance = new();

        public override Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext) =>
            Task.FromResult<CodeAction?>(CodeAction.Create("Change all to the nearest name", token => FixAsync(fixAllContext.WithCancellationToken(token)), Key));

        static async Task<Solution> FixAsync(FixAllContext context)
        {
            var solution = context.Solution;
            foreach (var project in context.Scope == FixAllScope.Solution ? context.Solution.Projects : new[] { context.Project })
            {
                var diagnostics = await context.GetAllDiagnosticsAsync(project).ConfigureAwait(false);
                foreach (var file in project.AdditionalDocuments)
                    solution = await MendAsync(solution, file, diagnostics, context.CancellationToken).ConfigureAwait(false);
            }

            return solution;
        }

        // A line has one finding at a time, so that edits of one file do not meet.
        static async Task<Solution> MendAsync(Solution solution, TextDocument file, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellationToken)
        {
            var text = await file.GetTextAsync(cancellationToken).ConfigureAwait(false);
            var changes = new List<TextChange>();
            foreach (var diagnostic in diagnostics)
            {
                bool isHere = diagnostic.Location.SourceTree is null && diagnostic.Location.GetLineSpan().Path == file.FilePath;
                if (isHere && Change(text, diagnostic) is { } change && !changes.Contains(change))
                    changes.Add(change);
            }

            changes.Sort(static (a, b) => a.Span.CompareTo(b.Span));
            return changes.Count == 0 ? solution : solution.WithAdditionalDocumentText(file.Id, text.WithChanges(changes));
        }
    }
}
