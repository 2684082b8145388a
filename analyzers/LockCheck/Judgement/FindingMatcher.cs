using System.Collections.Immutable;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis;

namespace LockCheck.Judgement;

/// <summary>How two findings were recognised as one. Recorded, so that a surprising verdict can be traced.</summary>
internal enum MatchedBy
{
    /// <summary>Same member, same rule, same lock or the same code.</summary>
    Symbol,

    /// <summary>Same code elsewhere, or code that differs in names only.</summary>
    Content,

    /// <summary>The line that the line became.</summary>
    Position,

    /// <summary>The same lock missing for the same code, seen from its caller now.</summary>
    Cause,
}

/// <summary>A finding of the old revision and the one of the new that it became.</summary>
internal sealed record Match(FindingIdentity Before, FindingIdentity After, MatchedBy By);

/// <summary>
/// Recognises the findings of one revision in another: by the member they stand in, by the code they are about, by position. Each
/// finding is taken once, the surest matches first. Symmetric: exchanging the revisions exchanges the sides of each match.
/// </summary>
internal sealed class FindingMatcher(RevisionAnalysis before, RevisionAnalysis after, LineMap lines, CancellationToken cancellationToken)
{
    // A lock that is missing for an access shows at the access, or, once that was extracted, at the call.
    static readonly string[] s_missingLock = ["LCK1001", "LCK1002"];

    readonly Dictionary<(string Member, bool Old), string> _texts = [];

    /// <summary>Matches findings.</summary>
    public ImmutableArray<Match> Run(ImmutableArray<FindingIdentity> old, ImmutableArray<FindingIdentity> @new)
    {
        var left = old.ToList();
        var right = @new.ToList();
        var matches = ImmutableArray.CreateBuilder<Match>();
        ByKey(MatchedBy.Symbol, f => Key(f.Rule, f.Member, f.Message, f.Content), anyStatement: true);
        ByKey(MatchedBy.Symbol, f => Key(f.Rule, f.Member, f.Content), anyStatement: true);
        ByKey(MatchedBy.Symbol, f => Key(f.Rule, f.Member, f.Message), anyStatement: false);
        ByKey(MatchedBy.Content, f => Key(f.Rule, f.Message, f.Content), anyStatement: false);
        ByPair(MatchedBy.Content, (b, a) => b.Rule == a.Rule && b.Shape == a.Shape && AtSamePlace(b, a) && WasMoved(b, a));
        ByKey(MatchedBy.Content, f => Key(f.Rule, f.Content), anyStatement: false);
        ByPair(MatchedBy.Content, (b, a) => b.Rule == a.Rule && b.Shape == a.Shape && (b.Type == a.Type || lines.NewPath(b.Path) == a.Path) && WasMoved(b, a) && WasRenamed(b, a));
        ByPair(MatchedBy.Position, (b, a) => b.Rule == a.Rule && lines.NewPath(b.Path) == a.Path && b.Line > 0 && lines.NewLine(b.Path, b.Line) == a.Line);
        ByPair(MatchedBy.Cause, IsExtracted);
        return matches.ToImmutable();

        void ByKey(MatchedBy by, Func<FindingIdentity, string> key, bool anyStatement)
        {
            var groups = right.ToLookup(key, StringComparer.Ordinal);
            foreach (var group in left.GroupBy(key, StringComparer.Ordinal).ToList())
            {
                var candidates = groups[group.Key].ToList();
                if (candidates.Count > 0)
                    Pair([.. group], candidates, (b, a) => anyStatement || WasMoved(b, a), by);
            }
        }

        void ByPair(MatchedBy by, Func<FindingIdentity, FindingIdentity, bool> fits) => Pair([.. left], [.. right], fits, by);

        void Pair(List<FindingIdentity> olds, List<FindingIdentity> news, Func<FindingIdentity, FindingIdentity, bool> fits, MatchedBy by)
        {
            // Those whose lines correspond first; of the rest, the first with the first. The order of the pairs is the same from either side.
            for (var round = 0; round < 2; round++)
            {
                var pairs = from i in Enumerable.Range(0, olds.Count)
                            from j in Enumerable.Range(0, news.Count)
                            where round == 1 || SameLine(olds[i], news[j])
                            orderby i + j, Math.Abs(i - j), i
                            select (Old: olds[i], New: news[j]);
                var taken = new HashSet<FindingIdentity>(ReferenceEqualityComparer.Instance);
                foreach (var (b, a) in pairs)
                {
                    if (taken.Contains(b) || taken.Contains(a) || !fits(b, a))
                        continue;
                    matches.Add(new(b, a, by));
                    taken.Add(b);
                    taken.Add(a);
                }
                foreach (var list in (List<FindingIdentity>[])[olds, news, left, right])
                    list.RemoveAll(taken.Contains);
            }
        }
    }

    bool SameLine(FindingIdentity b, FindingIdentity a) => lines.NewPath(b.Path) == a.Path && lines.NewLine(b.Path, b.Line) == a.Line;

    static string Key(params string[] parts) => string.Join('\u0001', parts);

    bool AtSamePlace(FindingIdentity b, FindingIdentity a)
    {
        if (lines.NewPath(b.Path) != a.Path)
            return false;
        if (lines.NewLine(b.Path, b.Line) is { } mapped)
            return mapped == a.Line;
        return lines.RunOfOld(b.Path, b.Line) is >= 0 and var run && run == lines.RunOfNew(a.Path, a.Line);
    }

    // The code left the one member and arrived in the other. Code that is still where it was, and right now, was mended; the same
    // mistake elsewhere is then a new one.
    bool WasMoved(FindingIdentity b, FindingIdentity a) => Left(b) && Arrived(a);

    // Names that differ were renamed only if the old one is gone and the new one was not there. Locals may be called anything.
    bool WasRenamed(FindingIdentity b, FindingIdentity a)
    {
        var (old, @new) = (b.Content.Split(' '), a.Content.Split(' '));
        for (var i = 0; i < Math.Min(old.Length, @new.Length); i++)
        {
            if (old[i] != @new[i] && (IsDeclared(after, old[i]) || IsDeclared(before, @new[i])))
                return false;
        }
        return true;
    }

    static bool IsDeclared(RevisionAnalysis revision, string name) =>
        revision.Projects.Any(p => p.Project.Compilation.ContainsSymbolsWithName(name, SymbolFilter.TypeAndMember));

    bool Left(FindingIdentity b) => TokenText.Count(TextOf(b.Member, old: false), b.Content) < TokenText.Count(b.MemberText, b.Content) || b.Member.Length == 0;

    bool Arrived(FindingIdentity a) => TokenText.Count(TextOf(a.Member, old: true), a.Content) < TokenText.Count(a.MemberText, a.Content) || a.Member.Length == 0;

    bool IsExtracted(FindingIdentity b, FindingIdentity a) =>
        b.Rule != a.Rule && s_missingLock.Contains(b.Rule) && s_missingLock.Contains(a.Rule) && b.Type == a.Type
        && (Moved(b, a, after) && Left(b) || Moved(a, b, before) && Arrived(a));

    // The finding at a call stands for the code of the called member.
    static bool Moved(FindingIdentity access, FindingIdentity call, RevisionAnalysis revision)
    {
        if (call.Finding.Diagnostic.Location is not { SourceTree: { } tree } location || call.Compilation is null)
            return false;
        var node = tree.GetRoot().FindNode(location.SourceSpan, getInnermostNodeForTie: true);
        var called = call.Compilation.GetSemanticModel(tree).GetSymbolInfo(node).Symbol;
        return called is not null && revision.Projects.Length > 0
            && called.DeclaringSyntaxReferences.Any(r => TokenText.Count(TokenText.Of(r.GetSyntax()), access.Content) > 0);
    }

    string TextOf(string member, bool old)
    {
        if (member.Length == 0)
            return "";
        if (_texts.TryGetValue((member, old), out var known))
            return known;
        var text = "";
        foreach (var project in (old ? before : after).Projects)
        {
            if (DocumentationCommentId.GetFirstSymbolForDeclarationId(member, project.Project.Compilation) is { DeclaringSyntaxReferences: { IsEmpty: false } declared })
            {
                text = string.Concat(declared.Select(d => FindingIdentity.MemberOf(d.GetSyntax(cancellationToken))).OfType<SyntaxNode>().Select(TokenText.Of));
                break;
            }
        }
        _texts.Add((member, old), text);
        return text;
    }
}
