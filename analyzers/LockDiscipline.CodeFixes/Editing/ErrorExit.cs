using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Makes a body leave with the error of a call.</summary>
internal static class ErrorExit
{
    /// <summary>The edits that leave behind <paramref name="call"/> where it failed, the plainest first; each has to be tried.</summary>
    /// <returns>What is written to leave, and the edit.</returns>
    public static IEnumerable<(string Leave, TextChange[] Changes)> After(FixSite site, ExpressionSyntax call)
    {
        var whole = ResultOf.Whole(call);
        if (StatementRun.StatementOf(whole) is not { } statement || site.Layout.HasDirective(statement.SpanStart, statement.Span.End)
            || site.Model.GetTypeInfo(whole, site.CancellationToken).Type is not { } type)
        {
            yield break;
        }

        if (ResultOf.Variable(whole) is { } name)
        {
            foreach (var edit in AfterVariable(site, whole, statement, type, name))
                yield return edit;
            yield break;
        }

        if (whole.Parent is not ExpressionStatementSyntax && Tested(whole) is null)
            yield break;
        name = FreshName.Of(site, whole.SpanStart, "ret");
        foreach (var leave in WayOut.Leaving(site, statement, type, name))
        {
            if (Tested(whole) is { } test)
            {
                if (leave != "break;" && AsVariable(site.Layout, whole, test, name) is { } taken && OnBranch(site.Layout, test, leave) is { } branch)
                    yield return (leave, Sorted(taken, branch));
            }
            else if (leave != "break;" && Failure.Test(site, type, name, whole.SpanStart) is { } failed)
            {
                var changes = Insertion.After(site.Layout, statement, $"if ({failed})", "\t" + leave);
                Declare(changes, whole, name);
                yield return (leave, Sorted(changes));
            }
        }
    }

    /// <summary>The <c>if</c> whose condition begins with the value of <paramref name="whole"/>, compared or asked for a member; null where it is no such.</summary>
    public static IfStatementSyntax? Tested(ExpressionSyntax whole)
    {
        ExpressionSyntax at = whole;
        while (true)
        {
            switch (at.Parent)
            {
                case ParenthesizedExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression }:
                case MemberAccessExpressionSyntax access when access.Expression == at:
                case IsPatternExpressionSyntax { Pattern: not DeclarationPatternSyntax }:
                case BinaryExpressionSyntax binary when binary.Left == at && !binary.IsKind(SyntaxKind.LogicalAndExpression) && !binary.IsKind(SyntaxKind.LogicalOrExpression):
                    at = (ExpressionSyntax)at.Parent;
                    continue;
                case IfStatementSyntax { Parent: not ElseClauseSyntax } test:
                    return test;
                default:
                    return null;
            }
        }
    }

    /// <summary>The edits that put the value that an <c>if</c> tests into a variable before it.</summary>
    public static List<TextChange>? AsVariable(Layout layout, ExpressionSyntax whole, IfStatementSyntax test, string name)
    {
        if (StatementRun.Of(test).IsEmbedded || layout.HasDirective(test.SpanStart, test.Condition.Span.End))
            return null;
        var changes = Insertion.Before(layout, test, $"var {name} = {layout.ToString(whole.SpanStart, whole.Span.End)};");
        changes.Add(new TextChange(whole.Span, name));
        return changes;
    }

    static IEnumerable<(string, TextChange[])> AfterVariable(FixSite site, ExpressionSyntax whole, StatementSyntax statement, ITypeSymbol type, string name)
    {
        var merge = whole.Parent as AssignmentExpressionSyntax;
        if (merge is null || merge.IsKind(SyntaxKind.SimpleAssignmentExpression))
            merge = null;
        foreach (var leave in WayOut.Leaving(site, statement, type, name))
        {
            // After the check nothing is left to merge with.
            var changes = Next(statement) is IfStatementSyntax { Else: null } test && VariableUse.Mentions(test.Condition, name)
                ? OnBranch(site.Layout, test, leave)
                : Failure.Test(site, type, name, whole.SpanStart) is { } failed ? Insertion.After(site.Layout, statement, $"if ({failed})", "\t" + leave) : null;
            if (changes is null)
                continue;
            if (merge is not null)
                changes.Add(new TextChange(merge.OperatorToken.Span, "="));
            yield return (leave, Sorted(changes));
        }
    }

    /// <summary>Ends the branch of an <c>if</c> with <paramref name="leave"/>; null where it leaves already in a way that is not to be changed.</summary>
    public static List<TextChange>? OnBranch(Layout layout, IfStatementSyntax test, string leave)
    {
        var last = test.Statement;
        if (last is BlockSyntax block)
        {
            if (block.Statements.Count == 0)
                return null;
            last = block.Statements[block.Statements.Count - 1];
        }

        return last switch
        {
            BreakStatementSyntax or ContinueStatementSyntax or ReturnStatementSyntax => new List<TextChange> { new(last.Span, leave) },
            ThrowStatementSyntax or GotoStatementSyntax or BlockSyntax or IfStatementSyntax => null,
            _ => Insertion.After(layout, last, leave),
        };
    }

    static StatementSyntax? Next(StatementSyntax statement)
    {
        var run = StatementRun.Of(statement);
        return !run.IsEmbedded && run.LastIndex + 1 < run.Siblings.Count ? run.Siblings[run.LastIndex + 1] : null;
    }

    // The first change may stand where the call does: braces come before the variable.
    internal static void Declare(List<TextChange> changes, ExpressionSyntax whole, string name)
    {
        var declaration = $"var {name} = ";
        if (changes[0].Span.Start == whole.SpanStart)
            changes[0] = new TextChange(changes[0].Span, changes[0].NewText + declaration);
        else
            changes.Insert(0, new TextChange(new TextSpan(whole.SpanStart, 0), declaration));
    }

    static TextChange[] Sorted(List<TextChange> changes, List<TextChange>? more = null)
    {
        if (more is not null)
            changes.AddRange(more);
        changes.Sort(static (a, b) => a.Span.CompareTo(b.Span));
        return changes.ToArray();
    }
}
