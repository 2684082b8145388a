using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK5003: settles pending work before the call, the release or the exit that needs it done.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK5003SettleFix)), Shared]
public sealed class LCK5003SettleFix() : RuleFix("LCK5003")
{
    internal const string Key = "LCK5003.settle";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Property(DiagnosticProperties.What) is not { } what || site.Call is not { } call || StatementRun.FunctionOf(call) is not { } function)
            yield break;
        bool isLeft = Leaves(site, call, what) is not null;
        var pending = isLeft ? call : site.RelatedCall(0);
        if (pending is null || StatementRun.FunctionOf(pending) != function)
            yield break;
        if (!isLeft)
        {
            if (StatementRun.StatementOf(call) is not { } statement || site.Layout.HasDirective(statement.SpanStart, statement.Span.End))
                yield break;
            if (Later(site, function, statement, what) is { } later && Moving.To(site.Layout, later, statement, isAfter: false) is { } moved)
                yield return new Proposal($"Settle '{what}' before it", Key, moved);
            if (Written(site, function, pending, what) is { } settle)
                yield return new Proposal($"Settle '{what}' before it", Key, Insertion.Before(site.Layout, statement, settle).ToArray());
            yield break;
        }

        if (pending.Parent is ExpressionStatementSyntax dropped && Call(site, function, pending, what) is { } called)
        {
            // At once, and only if there is something to do.
            yield return Leaves(site, pending, what) is { WhenReturns: { } when }
                ? new Proposal($"Settle '{what}'", Key, new TextChange(dropped.Span, $"if ({(when ? "" : "!")}{pending}) {called};"))
                : new Proposal($"Settle '{what}'", Key, Insertion.After(site.Layout, dropped, called + ";").ToArray());
        }
        else if (Written(site, function, pending, what) is { } settle && ExitEdits.Before(site, function, settle, static _ => true) is { } onExits)
        {
            yield return new Proposal($"Settle '{what}' on the way out", Key, onExits);
        }
    }

    // The statement behind it that settles, with the test of the flag around it.
    static StatementSyntax? Later(FixSite site, SyntaxNode function, StatementSyntax before, string what)
    {
        foreach (var settles in Settling(site, function, what))
        {
            StatementSyntax? statement = settles.Parent as ExpressionStatementSyntax;
            if (statement is null || statement.SpanStart < before.SpanStart)
                continue;
            if (statement.Parent is IfStatementSyntax { Else: null } test)
                statement = test;
            else if (statement.Parent is BlockSyntax { Statements.Count: 1, Parent: IfStatementSyntax { Else: null } around })
                statement = around;
            return statement;
        }

        return null;
    }

    static IEnumerable<InvocationExpressionSyntax> Settling(FixSite site, SyntaxNode function, string what)
    {
        foreach (var node in function.DescendantNodes(n => n == function || n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
        {
            if (node is InvocationExpressionSyntax call && site.Symbol(call) is IMethodSymbol method && Settles(site, method, what))
                yield return call;
        }
    }

    static bool Settles(FixSite site, IMethodSymbol method, string what) => site.Contracts.Of(method.ReducedFrom ?? method).Protocol?.IsSureToSettle(what) == true;

    static LockDiscipline.Analyzers.Contracts.PendingClause? Leaves(FixSite site, InvocationExpressionSyntax call, string what)
    {
        if (site.Symbol(call) is not IMethodSymbol method || site.Contracts.Of(method.ReducedFrom ?? method).Protocol is not { } protocol)
            return null;
        foreach (var clause in protocol.LeavesPending)
        {
            if (clause.What == what)
                return clause;
        }

        return null;
    }

    // The statement that settles, if the flag says that there is something to do.
    static string? Written(FixSite site, SyntaxNode function, InvocationExpressionSyntax pending, string what)
    {
        if (Call(site, function, pending, what) is not { } call)
            return null;
        var flag = ResultOf.Variable(ResultOf.Whole(pending));
        return Leaves(site, pending, what) is not { WhenReturns: { } when } ? call + ";"
            : flag is null ? null : $"if ({(when ? "" : "!")}{flag}) {call};";
    }

    // As the body settles elsewhere; else by the one method for it beside the one that left it pending.
    static string? Call(FixSite site, SyntaxNode function, InvocationExpressionSyntax pending, string what)
    {
        foreach (var known in Settling(site, function, what))
            return known.ToString();
        if (site.Symbol(pending) is not IMethodSymbol left)
            return null;
        string? found = null;
        var receiver = pending.Expression is MemberAccessExpressionSyntax access ? access.Expression + "." : "";
        for (ITypeSymbol? level = left.ContainingType; level is not null; level = level.BaseType)
        {
            foreach (var member in level.GetMembers())
            {
                if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary, Parameters.IsEmpty: true } method || method.IsStatic != left.IsStatic
                    || !site.Model.IsAccessible(pending.SpanStart, method) || !Settles(site, method, what))
                {
                    continue;
                }

                if (found is not null)
                    return null;
                found = $"{receiver}{method.Name}()";
            }
        }

        return found;
    }
}
