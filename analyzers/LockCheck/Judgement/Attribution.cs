using System.Collections.Immutable;
using LockCheck.Patches;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockCheck.Judgement;

/// <summary>
/// Finds the hunk that is the reason for a finding, also where the finding stands on a line that nobody touched: the line, the places
/// that belong to it, its member, what that member uses, who calls it, and last the files that configure the analysis.
/// </summary>
internal sealed class Attribution(RevisionAnalysis after, LineMap lines, string root, CancellationToken cancellationToken)
{
    const int CallDepth = 4;
    const int MembersVisited = 400;

    /// <summary>The hunk that a finding of the new revision is owed to; null where the patch as a whole is.</summary>
    public Cause? Of(FindingIdentity finding)
    {
        var words = WordsOf(finding);
        return OnLine(finding.Path, finding.Line, "the line itself", words)
            ?? finding.Finding.Notes.Select(n => OnLine(FindingIdentity.Relative(n.Where.Path, root), n.Where.Start.Line + 1, n.Label, words)).FirstOrDefault(c => c is not null)
            ?? InMember(finding, words)
            ?? InCallees(finding, words)
            ?? InCallers(finding, words)
            ?? InConfiguration(words);
    }

    /// <summary>The hunk that weakened something.</summary>
    public Cause? Of(Weakening weakening)
    {
        var file = lines.OfNew(weakening.Path) ?? lines.OfOld(weakening.Path);
        if (file is null)
            return null;
        var words = new[] { weakening.Mentions };
        if (weakening.Kind == WeakeningKind.WaiverAdded && OnLine(weakening.Path, weakening.Line, "the line itself", []) is { } added)
            return added;
        return Best(file, file.Hunks.Where(h => h.Lines.Any(l => l.Kind == DiffLineKind.Removed && Mentions(l, words))), weakening.Line, words, "removed here")
            ?? Best(file, file.Hunks, weakening.Line, words, "changed here");
    }

    Cause? OnLine(string path, int line, string why, string[] words)
    {
        if (lines.OfNew(path) is not { } file)
            return null;
        foreach (var hunk in file.Hunks)
        {
            var at = hunk.Lines.FirstOrDefault(l => l.Kind == DiffLineKind.Added && l.NewLine == line);
            if (at.Text is null)
                continue;
            // The line may be the old one, with less around it.
            var removed = hunk.Lines.Where(l => l.Kind == DiffLineKind.Removed).ToList();
            if (!removed.Exists(l => l.Text.Trim() == at.Text.Trim()))
                return new(file, hunk, why, null, []);
            var lost = removed.Where(l => Mentions(l, words) && !hunk.Lines.Any(o => o.Kind == DiffLineKind.Added && o.Text.Trim() == l.Text.Trim())).OrderBy(l => Math.Abs(l.NewLine - line)).Cast<DiffLine?>().FirstOrDefault();
            return new(file, hunk, lost is null ? why : "removed around it", lost, []);
        }
        return null;
    }

    Cause? InMember(FindingIdentity finding, string[] words)
    {
        if (finding.Finding.Diagnostic.Location.SourceTree is not { } tree)
            return null;
        var node = tree.GetRoot(cancellationToken).FindNode(finding.Finding.Diagnostic.Location.SourceSpan);
        return FindingIdentity.MemberOf(node) is { } member ? In(member, finding.Line, words, "changed in the same member", []) : null;
    }

    // What differs within a declaration.
    Cause? In(SyntaxNode declaration, int near, string[] words, string why, ImmutableArray<string> via)
    {
        var span = declaration.SyntaxTree.GetLineSpan(declaration.FullSpan, cancellationToken);
        if (lines.OfNew(FindingIdentity.Relative(span.Path, root)) is not { } file)
            return null;
        int first = span.StartLinePosition.Line + 1, last = span.EndLinePosition.Line + 1;
        return Best(file, file.Hunks.Where(h => h.Lines.Any(l => IsWithin(l, first, last))), near, words, why, l => IsWithin(l, first, last)) is { } cause ? cause with { Via = via } : null;
    }

    // A removed line has the number of the line that follows it now.
    static bool IsWithin(DiffLine line, int first, int last) => line.Kind switch
    {
        DiffLineKind.Added => line.NewLine >= first && line.NewLine <= last,
        DiffLineKind.Removed => line.NewLine > first && line.NewLine <= last,
        _ => false,
    };

    static Cause? Best(FileDiff file, IEnumerable<Hunk> hunks, int near, string[] words, string why, Func<DiffLine, bool>? within = null)
    {
        var candidates = hunks.Select(h =>
        {
            var changed = h.Lines.Where(l => l.Kind != DiffLineKind.Context && (within is null || within(l))).ToList();
            var removed = changed.Where(l => l.Kind == DiffLineKind.Removed && l.Text.Trim().Length > 0 && !changed.Exists(a => a.Kind == DiffLineKind.Added && a.Text.Trim() == l.Text.Trim())).ToList();
            var telling = removed.Where(l => Mentions(l, words)).OrderBy(l => Math.Abs(l.NewLine - near)).ToList();
            // Of several removed lines, the one that speaks of locks; a brace says nothing.
            var quoted = telling.Count > 0 ? telling[0] : removed.Where(l => l.Text.Any(char.IsLetter)).Cast<DiffLine?>().FirstOrDefault();
            return (Hunk: h, Telling: telling.Count > 0, Quoted: quoted, Distance: changed.Select(l => Math.Abs(l.NewLine - near)).DefaultIfEmpty(int.MaxValue).Min());
        }).ToList();
        if (candidates.Count == 0)
            return null;
        var best = candidates.OrderByDescending(c => c.Telling).ThenBy(c => c.Distance).ThenBy(c => c.Hunk.NewStart).First();
        return new(file, best.Hunk, why, best.Quoted, []);
    }

    // From the member downward through what it uses: a contract that changed, a callee that does something else now.
    Cause? InCallees(FindingIdentity finding, string[] words)
    {
        if (finding.Compilation is not { } compilation || finding.Finding.Diagnostic.Location.SourceTree is not { } tree)
            return null;
        var node = tree.GetRoot(cancellationToken).FindNode(finding.Finding.Diagnostic.Location.SourceSpan);
        if (FindingIdentity.MemberOf(node) is not { } start)
            return null;
        var visited = new HashSet<string>(StringComparer.Ordinal);
        // What stands at the finding comes first.
        var level = new List<(SyntaxNode Node, Compilation Compilation, ImmutableArray<string> Via)> { (FindingIdentity.UnitOf(node), compilation, []), (start, compilation, []) };
        for (var depth = 0; depth < CallDepth && level.Count > 0 && visited.Count < MembersVisited; depth++)
        {
            var next = new List<(SyntaxNode, Compilation, ImmutableArray<string>)>();
            foreach (var (from, of, via) in level)
            {
                foreach (var (symbol, declaration, owner) in DeclarationsIn(from, of))
                {
                    if (!visited.Add(symbol.GetDocumentationCommentId() ?? symbol.ToDisplayString()))
                        continue;
                    ImmutableArray<string> path = via.Add(symbol.Name);
                    if (In(declaration, 0, words, $"changed in '{symbol.Name}', which is used here", path) is { } cause)
                        return cause;
                    next.Add((declaration, owner, path));
                }
            }
            level = next;
        }
        return null;
    }

    IEnumerable<(ISymbol Symbol, SyntaxNode Declaration, Compilation Compilation)> DeclarationsIn(SyntaxNode node, Compilation compilation)
    {
        var model = compilation.GetSemanticModel(node.SyntaxTree);
        foreach (var name in node.DescendantNodesAndSelf().OfType<SimpleNameSyntax>())
        {
            if (model.GetSymbolInfo(name, cancellationToken).Symbol is not { } symbol || symbol is not (IMethodSymbol or IFieldSymbol or IPropertySymbol or INamedTypeSymbol or IEventSymbol))
                continue;
            symbol = symbol.OriginalDefinition;
            foreach (var reference in symbol.DeclaringSyntaxReferences)
                yield return (symbol, Declaration(reference.GetSyntax(cancellationToken)), compilation);
            if (!symbol.DeclaringSyntaxReferences.IsEmpty || symbol.GetDocumentationCommentId() is not { } id)
                continue;
            // Of another project, which this one sees as metadata.
            foreach (var other in after.Projects.Where(p => p.Project.Compilation.AssemblyName == symbol.ContainingAssembly?.Name))
            {
                foreach (var reference in DocumentationCommentId.GetFirstSymbolForDeclarationId(id, other.Project.Compilation)?.DeclaringSyntaxReferences ?? [])
                    yield return (symbol, Declaration(reference.GetSyntax(cancellationToken)), other.Project.Compilation);
            }
        }
    }

    static SyntaxNode Declaration(SyntaxNode node) => node is VariableDeclaratorSyntax ? FindingIdentity.MemberOf(node) ?? node : node;

    // A caller that no longer holds the lock, or now does something else before.
    Cause? InCallers(FindingIdentity finding, string[] words)
    {
        if (finding.Finding.Diagnostic.Location.SourceTree is not { } tree)
            return null;
        var node = tree.GetRoot(cancellationToken).FindNode(finding.Finding.Diagnostic.Location.SourceSpan);
        var name = FindingIdentity.MemberOf(node) switch
        {
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            PropertyDeclarationSyntax property => property.Identifier.ValueText,
            _ => null,
        };
        if (name is null)
            return null;
        foreach (var file in lines.Files)
        {
            foreach (var other in after.Projects.SelectMany(p => p.Project.Compilation.SyntaxTrees).Where(t => FindingIdentity.Relative(t.FilePath, root) == file.NewPath).Take(1))
            {
                foreach (var mention in other.GetRoot(cancellationToken).DescendantNodes().OfType<SimpleNameSyntax>().Where(n => n.Identifier.ValueText == name))
                {
                    if (FindingIdentity.MemberOf(mention) is { } member && In(member, mention.GetLocation().GetLineSpan().StartLinePosition.Line + 1, words, $"changed in a caller of '{name}'", [name]) is { } cause)
                        return cause;
                }
            }
        }
        return null;
    }

    Cause? InConfiguration(string[] words)
    {
        var files = lines.Files.Where(f => ProjectShape.Matters(f.Path) && !f.Path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (var file in files.OrderBy(f => ProjectShape.IsPart(f.Path)))
        {
            if (Best(file, file.Hunks, 0, words, "changed in a file that configures the analysis") is { } cause)
                return cause;
        }
        return null;
    }

    static bool Mentions(DiffLine line, string[] words) => words.Any(w => w.Length > 0 && line.Text.Contains(w, StringComparison.Ordinal));

    // What a line that is the reason is likely to hold: the lock, by its last name, and what locks are handled with.
    static string[] WordsOf(FindingIdentity finding)
    {
        var words = new List<string> { "lock", "Lock", "Enter", "Exit", "Wait", "Release" };
        foreach (var text in (string?[])[finding.Finding.Needed, finding.Finding.Held])
        {
            var name = text?.Split(' ', '(')[0] ?? "";
            if (name.Length > 0 && name != "nothing")
                words.Insert(0, name[(name.LastIndexOf('.') + 1)..]);
        }
        return [.. words];
    }
}
