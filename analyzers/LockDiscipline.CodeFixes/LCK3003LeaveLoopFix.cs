using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK3003: leaves with the error of the call that failed.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK3003LeaveLoopFix)), Shared]
public sealed class LCK3003LeaveLoopFix() : RuleFix("LCK3003")
{
    internal const string Key = "LCK3003.leave";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        // The earlier call is the one that failed; around a loop it is the same.
        ExpressionSyntax? earlier = site.RelatedExpression(0);
        if (earlier is null || StatementRun.FunctionOf(earlier) != StatementRun.FunctionOf(site.Node))
            yield break;
        foreach (var (leave, changes) in ErrorExit.After(site, earlier))
            yield return new Proposal(leave == "break;" ? "Leave the loop with the error" : "Check and return the error", Key, changes);
    }
}
