using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK2007: moves a call of foreign code that ends the section behind the release.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK2007CallAfterReleaseFix)), Shared]
public sealed class LCK2007CallAfterReleaseFix() : RuleFix("LCK2007")
{
    internal const string Key = "LCK2007.after";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        // `Changed?.Invoke(...)` is a statement as a whole.
        var statement = OwnStatement.Of(site)
            ?? (site.Expression?.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Parent as ExpressionStatementSyntax);
        if (statement is not null && SectionExit.After(site, statement) is { } changes)
            yield return new Proposal("Call it after the release", Key, changes);
    }
}
