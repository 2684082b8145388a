using System.Collections.Immutable;
using LockCheck.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockCheck.Baselines;

/// <summary>Finds pragmas in the source that hide none of this tool's findings any more.</summary>
internal static class StaleWaivers
{
    /// <summary>Their places, in the order of the files.</summary>
    public static ImmutableArray<(CodeSpot Where, string Rule)> Find(ImmutableArray<ProjectAnalysis> projects, CancellationToken cancellationToken)
    {
        var stale = ImmutableArray.CreateBuilder<(CodeSpot, string)>();
        // A file that is in several projects is needed as soon as one of them needs it.
        var hidden = projects.SelectMany(p => p.Findings).Where(f => f.Diagnostic.IsSuppressed && f.Where is not null).ToLookup(f => (f.Where!.Path, f.Id), f => f.Where!.Start.Line);
        foreach (var tree in projects.SelectMany(p => p.Project.Compilation.SyntaxTrees).DistinctBy(t => t.FilePath).OrderBy(t => t.FilePath, StringComparer.Ordinal))
        {
            if (!tree.GetRoot(cancellationToken).ContainsDirectives)
                continue;
            var pragmas = tree.GetRoot(cancellationToken).DescendantTrivia().Select(t => t.GetStructure()).OfType<PragmaWarningDirectiveTriviaSyntax>().ToList();
            for (var i = 0; i < pragmas.Count; i++)
            {
                foreach (var rule in Rules(pragmas[i]).Where(_ => pragmas[i].DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword)))
                {
                    var first = Line(pragmas[i]);
                    var end = pragmas.Skip(i + 1).FirstOrDefault(p => p.DisableOrRestoreKeyword.IsKind(SyntaxKind.RestoreKeyword) && (p.ErrorCodes.Count == 0 || Rules(p).Contains(rule)));
                    var last = end is null ? int.MaxValue : Line(end);
                    if (!hidden[(tree.FilePath, rule)].Any(l => l > first && l < last) && CodeSpot.From(pragmas[i].GetLocation()) is { } spot)
                        stale.Add((spot, rule));
                }
            }
        }
        return stale.ToImmutable();
    }

    static IEnumerable<string> Rules(PragmaWarningDirectiveTriviaSyntax pragma) =>
        pragma.ErrorCodes.Select(c => c.ToString().ToUpperInvariant()).Where(c => c.StartsWith("LCK", StringComparison.Ordinal));

    static int Line(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line;
}
