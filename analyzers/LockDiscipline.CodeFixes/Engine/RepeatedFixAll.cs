using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>
/// Fix All by doing what the user would: mend a finding, look again, mend the next. Findings in different members are mended in one go.
/// </summary>
/// <remarks>One edit often mends several findings, and edits of neighbours overlap, so merging edits made apart would not give the same text.</remarks>
internal sealed class RepeatedFixAll : FixAllProvider
{
    public static readonly RepeatedFixAll Instance = new();

    // Every round mends at least one finding; the bound is there in case an edit brings one back.
    const int MaxRounds = 1000;

    public override Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
    {
        var title = fixAllContext.Scope == FixAllScope.Document ? "Fix all in document" : $"Fix all in {fixAllContext.Scope}";
        return Task.FromResult<CodeAction?>(CodeAction.Create(title, token => FixAsync(fixAllContext.WithCancellationToken(token)), fixAllContext.CodeActionEquivalenceKey));
    }

    static async Task<Solution> FixAsync(FixAllContext context)
    {
        var fix = (RuleFix)context.CodeFixProvider;
        var solution = context.Solution;
        var scope = await DocumentsAsync(context).ConfigureAwait(false);
        for (int round = 0; round < MaxRounds; round++)
        {
            bool changed = false;
            foreach (var id in scope.With)
            {
                var document = await FixDocumentAsync(context, fix, solution.GetDocument(id)!).ConfigureAwait(false);
                changed |= document.Project.Solution != solution;
                solution = document.Project.Solution;
            }

            if (!changed || !fix.MaySpread)
                break;
            scope = (scope.All, scope.All);
        }

        return solution;
    }

    static async Task<Document> FixDocumentAsync(FixAllContext context, RuleFix fix, Document document)
    {
        for (int round = 0; round < MaxRounds; round++)
        {
            var changes = await OneRoundAsync(context, fix, document).ConfigureAwait(false);
            if (changes.Count == 0)
                break;
            var text = await document.GetTextAsync(context.CancellationToken).ConfigureAwait(false);
            document = document.WithText(text.WithChanges(changes));
        }

        return document;
    }

    // At most one edit for each member: what it leaves is looked at again in the next round.
    static async Task<List<TextChange>> OneRoundAsync(FixAllContext context, RuleFix fix, Document document)
    {
        var changes = new List<TextChange>();
        var members = new HashSet<SyntaxNode>();
        var root = await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var compilation = await document.Project.GetCompilationAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || compilation is null)
            return changes;
        var findings = await FixAnalysis.RunAsync(document.Project, compilation, root.SyntaxTree, fix.NewAnalyzer(), context.CancellationToken).ConfigureAwait(false);
        foreach (var finding in findings)
        {
            if (!context.DiagnosticIds.Contains(finding.Id) || !fix.FixableDiagnosticIds.Contains(finding.Id))
                continue;
            var member = root.FindNode(finding.Location.SourceSpan).FirstAncestorOrSelf<MemberDeclarationSyntax>() ?? root;
            if (member is GlobalStatementSyntax)
                member = root;
            if (members.Contains(member))
                continue;
            var found = await fix.FindAsync(document, finding, context.CodeActionEquivalenceKey, context.CancellationToken).ConfigureAwait(false);
            if (found.Count == 0 || !TryAdd(changes, found[0].Proposal))
                continue;
            members.Add(member);
        }

        return changes;
    }

    static bool TryAdd(List<TextChange> changes, Proposal proposal)
    {
        foreach (var change in proposal.Changes)
        {
            foreach (var other in changes)
            {
                if (!change.Equals(other) && (change.Span.IntersectsWith(other.Span)))
                    return false;
            }
        }

        foreach (var change in proposal.Changes)
        {
            if (!changes.Contains(change))
                changes.Add(change);
        }

        changes.Sort(static (a, b) => a.Span.CompareTo(b.Span));
        return true;
    }

    static async Task<(List<DocumentId> With, List<DocumentId> All)> DocumentsAsync(FixAllContext context)
    {
        var with = new List<DocumentId>();
        var all = new List<DocumentId>();
        var projects = context.Scope switch
        {
            FixAllScope.Solution => context.Solution.Projects,
            _ => new[] { context.Project },
        };
        if (context.Scope is FixAllScope.Document)
        {
            if (context.Document is { } only)
                with.Add(only.Id);
            return (with, with);
        }

        foreach (var project in projects)
        {
            var trees = new HashSet<SyntaxTree>();
            foreach (var diagnostic in await context.GetAllDiagnosticsAsync(project).ConfigureAwait(false))
            {
                if (diagnostic.Location.SourceTree is { } tree)
                    trees.Add(tree);
            }

            var paths = new HashSet<string>(StringComparer.Ordinal);
            foreach (var tree in trees)
                paths.Add(tree.FilePath);
            foreach (var document in project.Documents)
            {
                all.Add(document.Id);
                // The host may have analysed a snapshot of its own: what stays the same is the path.
                var tree = await document.GetSyntaxTreeAsync(context.CancellationToken).ConfigureAwait(false);
                if (tree is not null && (trees.Contains(tree) || paths.Contains(tree.FilePath)))
                    with.Add(document.Id);
            }
        }

        return (with, all);
    }
}
