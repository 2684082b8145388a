using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK2001: moves a call that may sleep out of the section that it begins or ends.</summary>
/// <remarks>Anywhere else it has code on both sides that may depend on it, or it on that code.</remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK2001MoveOutFix)), Shared]
public sealed class LCK2001MoveOutFix() : RuleFix("LCK2001")
{
    internal const string Key = "LCK2001.move";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (OwnStatement.Of(site) is not { } statement)
            yield break;
        if (SectionExit.Before(site, statement) is { } before)
            yield return new Proposal("Move it before the acquire", Key, before);
        if (SectionExit.After(site, statement) is { } after)
            yield return new Proposal("Move it behind the release", Key, after);
    }
}
