using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK9005: removes [NoLockAnalysis], so that the code is analysed again.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK9005RemoveWaiverFix)), Shared]
public sealed class LCK9005RemoveWaiverFix() : RuleFix("LCK9005")
{
    internal const string Key = "LCK9005.remove";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<AttributeSyntax>() is not { Parent: AttributeListSyntax list } attribute)
            yield break;
        var changes = new List<TextChange>(AttributeEdits.Remove(site.Layout, list, new[] { attribute }));
        yield return new Proposal("Remove [NoLockAnalysis]", Key, changes.ToArray()) { Reveals = true };
    }
}
