using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Puts a release behind the use that comes too late for it.</summary>
internal static class LaterRelease
{
    /// <summary>The edits for a release and a use behind it; each has to be tried.</summary>
    /// <param name="site">The finding, at what is used.</param>
    /// <param name="release">The statement that releases it.</param>
    /// <param name="use">The statement behind it that uses it.</param>
    public static IEnumerable<(string Title, TextChange[] Changes)> Of(FixSite site, StatementSyntax release, StatementSyntax use)
    {
        var run = StatementRun.Of(release);
        // Where it stands on a branch, the whole branch is to come first.
        while (use.Parent is not null && use.Parent != release.Parent && use.Ancestors().OfType<StatementSyntax>().FirstOrDefault() is { } outer)
            use = outer;
        if (run.IsEmbedded || use.Parent != release.Parent)
            yield break;
        if (use is ReturnStatementSyntax { Expression: { } value })
        {
            var name = FreshName.Of(site, use.SpanStart, "result");
            var changes = Insertion.Before(site.Layout, release, $"var {name} = {site.Layout.ToString(value.SpanStart, value.Span.End)};");
            changes.Add(new TextChange(value.Span, name));
            yield return ("Read it before the release", changes.ToArray());
            yield break;
        }

        foreach (var last in new[] { use, LastUse(run, site.Node.ToString()) })
        {
            if (last is not null && Moving.To(site.Layout, release, last, isAfter: true) is { } moved)
                yield return ("Release it after the use", moved);
        }
    }

    /// <summary>The last statement behind the run that mentions a variable; null where none does, or there is no run.</summary>
    public static StatementSyntax? LastUse(StatementRun? run, string name)
    {
        for (int i = run is null ? -1 : run.Siblings.Count - 1; i > run?.LastIndex; i--)
        {
            if (VariableUse.Mentions(run.Siblings[i], name))
                return run.Siblings[i];
        }

        return null;
    }
}
