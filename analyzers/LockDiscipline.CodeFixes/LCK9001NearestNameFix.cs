using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK9001: writes the name that was probably meant.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK9001NearestNameFix)), Shared]
public sealed class LCK9001NearestNameFix() : RuleFix("LCK9001")
{
    internal const string Key = "LCK9001.nearest";

    private protected override DiagnosticAnalyzer CreateAnalyzer() => new LCK9001ContractDoesNotBind();

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Property(DiagnosticProperties.Nearest) is not { Length: > 0 } nearest)
            yield break;
        var span = site.Diagnostic.Location.SourceSpan;
        var title = $"Change to '{nearest}'";
        switch (site.Node as ExpressionSyntax ?? (site.Node as AttributeArgumentSyntax)?.Expression)
        {
            case LiteralExpressionSyntax literal when span.Start > literal.SpanStart && span.End < literal.Span.End:
                yield return new Proposal(title, Key, new TextChange(span, nearest));
                break;
            case LiteralExpressionSyntax { Token.ValueText: { } text } literal when text.IndexOf('.') < 0:
                yield return new Proposal(title, Key, new TextChange(literal.Span, $"\"{nearest}\""));
                break;
            case InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" }, ArgumentList.Arguments: { Count: 1 } arguments }:
                var named = arguments[0].Expression;
                if (named is MemberAccessExpressionSyntax access)
                    named = access.Name;
                yield return new Proposal(title, Key, new TextChange(named.Span, nearest));
                break;
        }
    }
}
