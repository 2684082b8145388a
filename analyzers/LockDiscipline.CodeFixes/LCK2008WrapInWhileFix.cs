using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK2008: tests the condition of a wait in a loop, where it was tested once.</summary>
/// <remarks>A wait without any condition has none to write down.</remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK2008WrapInWhileFix)), Shared]
public sealed class LCK2008WrapInWhileFix() : RuleFix("LCK2008")
{
    internal const string Key = "LCK2008.while";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Call?.Parent is not ExpressionStatementSyntax wait)
            yield break;
        StatementSyntax inner = wait.Parent is BlockSyntax { Statements.Count: 1 } block ? block : wait;
        if (inner.Parent is IfStatementSyntax { Else: null } test && test.Statement == inner)
            yield return new Proposal("Test the condition in a 'while'", Key, new TextChange(new TextSpan(test.IfKeyword.SpanStart, test.IfKeyword.Span.Length), "while"));
    }
}
