using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK1007: moves a call that ends the section behind the release.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK1007CallAfterReleaseFix)), Shared]
public sealed class LCK1007CallAfterReleaseFix() : RuleFix("LCK1007")
{
    internal const string Key = "LCK1007.after";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (OwnStatement.Of(site) is { } statement && SectionExit.After(site, statement) is { } changes)
            yield return new Proposal("Call it after the release", Key, changes);
    }
}
