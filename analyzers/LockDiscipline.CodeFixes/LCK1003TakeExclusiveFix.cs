using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK1003: takes the exclusive mode where the lock is acquired, and releases it in that mode.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK1003TakeExclusiveFix)), Shared]
public sealed class LCK1003TakeExclusiveFix() : RuleFix("LCK1003")
{
    internal const string Key = "LCK1003.exclusive";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.RelatedCall(0) is { } call && ModeChange.Of(site, call, LockMode.Exclusive) is { } change)
            yield return new Proposal($"Take it exclusively: '{change.Name}'", Key, change.Changes);
    }
}
