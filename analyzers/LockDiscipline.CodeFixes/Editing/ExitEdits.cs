using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Puts a release before the ways out of a body.</summary>
internal static class ExitEdits
{
    /// <summary>The edits that put a statement before every exit that the finding refers to; null where one is no place for it.</summary>
    /// <param name="site">The finding; the exits are its additional locations.</param>
    /// <param name="function">The function that is left.</param>
    /// <param name="release">The statement.</param>
    /// <param name="isNeeded">Whether a returned value has to be computed before the statement.</param>
    public static TextChange[]? Before(FixSite site, SyntaxNode function, string release, Func<ExpressionSyntax, bool> isNeeded)
    {
        var changes = new List<TextChange>();
        var positions = new HashSet<int>();
        for (int i = 0; i < site.Diagnostic.AdditionalLocations.Count; i++)
        {
            var location = site.Diagnostic.AdditionalLocations[i];
            if (location.SourceTree != site.Root.SyntaxTree)
                return null;
            var token = site.Root.FindToken(location.SourceSpan.Start);
            if (token.IsKind(SyntaxKind.CloseBraceToken) && token.Parent is BlockSyntax block && location.SourceSpan.Length <= 1)
            {
                if (!positions.Add(token.SpanStart))
                    continue;
                if (block.Statements.Count == 0)
                    return null;
                changes.AddRange(Insertion.After(site.Layout, block.Statements[block.Statements.Count - 1], release));
                continue;
            }

            if (StatementRun.StatementOf(token.Parent!) is not { } exit || StatementRun.FunctionOf(exit) != function
                || site.Layout.HasDirective(exit.SpanStart, exit.Span.End) || !positions.Add(exit.SpanStart))
            {
                continue;
            }

            switch (exit)
            {
                case ReturnStatementSyntax { Expression: { } value } returns when !IsPlain(site, value) && isNeeded(value):
                    // The value may need what is released: it is taken first.
                    var name = FreshName.Of(site, exit.SpanStart, "result");
                    changes.AddRange(Insertion.Before(site.Layout, returns, $"var {name} = {value};", release));
                    changes.Add(new TextChange(value.Span, name));
                    break;
                case ReturnStatementSyntax or ThrowStatementSyntax:
                    changes.AddRange(Insertion.Before(site.Layout, exit, release));
                    break;
                default:
                    return null;
            }
        }

        changes.Sort(static (a, b) => a.Span.CompareTo(b.Span));
        return changes.Count == 0 ? null : changes.ToArray();
    }

    static bool IsPlain(FixSite site, ExpressionSyntax value) =>
        value is LiteralExpressionSyntax or ThisExpressionSyntax or DefaultExpressionSyntax
        || site.Model.GetConstantValue(value, site.CancellationToken).HasValue
        || (value is IdentifierNameSyntax && site.Symbol(value) is ILocalSymbol or IParameterSymbol);
}
