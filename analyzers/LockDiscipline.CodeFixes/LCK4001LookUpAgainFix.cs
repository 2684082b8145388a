using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK4001: looks the reference up again under the lock, or uses it before the lock is released.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK4001LookUpAgainFix)), Shared]
public sealed class LCK4001LookUpAgainFix() : RuleFix("LCK4001")
{
    internal const string AgainKey = "LCK4001.again";
    internal const string WidenKey = "LCK4001.widen";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Node is not IdentifierNameSyntax name || StatementRun.StatementOf(name) is not { } use || site.RelatedExpression(0) is not { } obtained
            || StatementRun.FunctionOf(obtained) is not { } function || function != StatementRun.FunctionOf(name))
        {
            yield break;
        }

        var whole = ResultOf.Whole(obtained);
        if (ResultOf.Variable(whole) == name.Identifier.Text)
            yield return new Proposal("Look it up again", AgainKey, Insertion.Before(site.Layout, use, $"{name.Identifier.Text} = {site.Layout.ToString(whole.SpanStart, whole.Span.End)};").ToArray());
        if (site.RelatedCall(1) is { Parent: ExpressionStatementSyntax release })
        {
            foreach (var (title, changes) in LaterRelease.Of(site, release, use))
                yield return new Proposal(title, WidenKey, changes);
        }

        // The section that it was read in.
        var section = whole.FirstAncestorOrSelf<StatementSyntax>(static statement => statement is LockStatementSyntax or UsingStatementSyntax);
        foreach (var last in new[] { use, LaterRelease.LastUse(section is null ? null : StatementRun.Of(section), name.Identifier.Text) })
        {
            if (section is not null && last is not null && WiderSection.Of(site, section, last) is { } widened)
                yield return new Proposal("Use it in the section", WidenKey, widened);
        }
    }
}
