using System.Collections.Immutable;
using System.Text;
using LockCheck.Git;
using LockCheck.Judgement;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Fixes;

/// <summary>Makes trees from a tree and edits of its files. Line ends and byte order marks stay as they are.</summary>
internal sealed class EditedTree(ScratchIndex scratch, string tree)
{
    /// <summary>The tree with fixes applied, in their order. Of two that change the same place the first is taken.</summary>
    public async Task<string> WithAsync(IEnumerable<ProposedFix> fixes, CancellationToken cancellationToken)
    {
        var changes = new SortedDictionary<string, (SourceText Text, List<TextChange> Changes)>(StringComparer.Ordinal);
        foreach (var fix in fixes)
        {
            if (fix.Edits.Any(e => changes.TryGetValue(e.Path, out var taken) && e.Changes.Any(c => taken.Changes.Exists(t => Meet(t, c)))))
                continue;
            foreach (var edit in fix.Edits)
            {
                if (!changes.TryGetValue(edit.Path, out var file))
                    changes.Add(edit.Path, file = (edit.Text, []));
                file.Changes.AddRange(edit.Changes);
            }
        }
        await scratch.ReadTreeAsync(tree, cancellationToken).ConfigureAwait(false);
        foreach (var (path, (text, list)) in changes)
        {
            if (!await WriteAsync(FindingIdentity.Relative(path, scratch.Repository.Root), text, list, cancellationToken).ConfigureAwait(false))
                return tree;
        }
        return await scratch.WriteTreeAsync(cancellationToken).ConfigureAwait(false);
    }

    // False for a file that is not the repository's, or whose bytes would not come out as they were.
    async Task<bool> WriteAsync(string path, SourceText text, List<TextChange> changes, CancellationToken cancellationToken)
    {
        var entry = await scratch.RunAsync(["ls-files", "--stage", "-z", "--", ":(literal)" + path], cancellationToken).ConfigureAwait(false);
        if (entry.ExitCode != 0 || entry.Parts is not [var line] || line.Split('\t')[0].Split(' ') is not [var mode, var blob, _])
            return false;
        if (await HashAsync(path, text, cancellationToken).ConfigureAwait(false) != blob)
            return false;
        var edited = await HashAsync(path, text.WithChanges(changes.OrderBy(c => c.Span)), cancellationToken).ConfigureAwait(false);
        await scratch.CheckedAsync(["update-index", "--cacheinfo", $"{mode},{edited},{path}"], cancellationToken).ConfigureAwait(false);
        return true;
    }

    async Task<string> HashAsync(string path, SourceText text, CancellationToken cancellationToken)
    {
        var encoding = text.Encoding ?? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(text.ToString())];
        return (await scratch.CheckedAsync(["-c", "core.safecrlf=false", "hash-object", "-w", "--stdin", "--path=" + path], cancellationToken, bytes).ConfigureAwait(false)).Line;
    }

    // Two insertions at one place meet as well: their order would be a guess.
    static bool Meet(TextChange one, TextChange other) => one.Span.IntersectsWith(other.Span);
}
