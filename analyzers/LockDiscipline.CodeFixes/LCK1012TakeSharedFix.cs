using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK1012: takes the shared mode, and releases it in that mode.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK1012TakeSharedFix)), Shared]
public sealed class LCK1012TakeSharedFix() : RuleFix("LCK1012")
{
    internal const string Key = "LCK1012.shared";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Call is { } call && ModeChange.Of(site, call, LockMode.Shared) is { } change)
            yield return new Proposal($"Take it shared: '{change.Name}'", Key, change.Changes);
    }
}
