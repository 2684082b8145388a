using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading.Tasks;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Tries an edit: it must compile, the finding must be gone, and no other may come in its place.</summary>
internal static class FixCheck
{
    /// <summary>The document after the edit; null where it is no fix.</summary>
    public static async Task<Document?> TryAsync(FixSite site, Proposal proposal, DiagnosticAnalyzer analyzer)
    {
        var before = site.Layout.Text;
        var after = before.WithChanges(proposal.Changes);
        if (after.ContentEquals(before))
            return null;

        var document = site.Document.WithText(after);
        var model = await document.GetSemanticModelAsync(site.CancellationToken).ConfigureAwait(false);
        var root = await document.GetSyntaxRootAsync(site.CancellationToken).ConfigureAwait(false);
        if (model is null || root is null || !Compiles(site, proposal, model, root))
            return null;

        var findings = await FixAnalysis.RunAsync(document.Project, model.Compilation, root.SyntaxTree, analyzer, site.CancellationToken).ConfigureAwait(false);
        return Mends(site, proposal, findings) ? document : null;
    }

    // New warnings count too: many a project treats them as errors.
    static bool Compiles(FixSite site, Proposal proposal, SemanticModel model, SyntaxNode root)
    {
        var known = new Dictionary<string, int>(System.StringComparer.Ordinal);
        int shift = 0;
        var spans = new List<(TextSpan Old, TextSpan New)>();
        foreach (var change in proposal.Changes.Sort(static (a, b) => a.Span.CompareTo(b.Span)))
        {
            var changed = new TextSpan(change.Span.Start + shift, change.NewText!.Length);
            shift += change.NewText.Length - change.Span.Length;
            var pair = (Member(site.Root, change.Span), Member(root, changed));
            if (!spans.Contains(pair))
                spans.Add(pair);
        }

        foreach (var (old, _) in spans)
        {
            foreach (var diagnostic in site.Model.GetDiagnostics(old, site.CancellationToken))
            {
                known.TryGetValue(diagnostic.Id, out int count);
                known[diagnostic.Id] = count + 1;
            }
        }

        foreach (var (_, changed) in spans)
        {
            foreach (var diagnostic in model.GetDiagnostics(changed, site.CancellationToken))
            {
                if (diagnostic.Severity < DiagnosticSeverity.Warning || diagnostic.IsSuppressed)
                    continue;
                if (!known.TryGetValue(diagnostic.Id, out int count) || count == 0)
                    return false;
                known[diagnostic.Id] = count - 1;
            }
        }

        return true;
    }

    static TextSpan Member(SyntaxNode root, TextSpan span)
    {
        var node = root.FindNode(TextSpan.FromBounds(System.Math.Min(span.Start, root.FullSpan.End), System.Math.Min(span.End, root.FullSpan.End)));
        var member = node.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        return member is null or BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax ? node.Span : member.FullSpan;
    }

    static bool Mends(FixSite site, Proposal proposal, ImmutableArray<Diagnostic> findings)
    {
        var known = new Dictionary<(string, string), int>();
        foreach (var finding in site.Findings)
        {
            known.TryGetValue(Key(finding), out int count);
            known[Key(finding)] = count + 1;
        }

        var mended = Key(site.Diagnostic);
        bool isGone = true;
        foreach (var finding in findings)
        {
            if (Key(finding) == mended && !IsElsewhere(site, proposal, finding))
                isGone = false;
            if (known.TryGetValue(Key(finding), out int count) && count > 0)
                known[Key(finding)] = count - 1;
            else if (!MayAppear(site, proposal, finding))
                return false;
        }

        // What moved with the edit cannot be told by its place, only by how many there are left.
        bool isFewer = known.TryGetValue(mended, out int gone) && gone > 0;
        return isFewer || (proposal.Uncovers && isGone);
    }

    // That a lock could be kept better, or held shorter, is no reason not to take it.
    static bool MayAppear(FixSite site, Proposal proposal, Diagnostic finding) =>
        finding.Severity < DiagnosticSeverity.Warning || finding.Id == "LCK1011" || proposal.Reveals
        || (proposal.AsksCallers && finding.Id is ("LCK1001" or "LCK1002" or "LCK1003") && !(finding.Id == "LCK1003" && proposal.Asking.Contains(proposal.MapBack(finding.Location.SourceSpan.Start))))
        || (proposal.Uncovers && finding.Id == site.Diagnostic.Id && IsElsewhere(site, proposal, finding));

    static bool IsElsewhere(FixSite site, Proposal proposal, Diagnostic finding)
    {
        int before = proposal.MapBack(finding.Location.SourceSpan.Start);
        return before >= 0 && before != site.Diagnostic.Location.SourceSpan.Start;
    }

    // Not by message: it may say where the lock was held before, which the edit changes.
    static (string, string) Key(Diagnostic finding) =>
        (finding.Id, finding.Properties.TryGetValue(DiagnosticProperties.Lock, out var lockText) ? lockText ?? "" : "");
}
