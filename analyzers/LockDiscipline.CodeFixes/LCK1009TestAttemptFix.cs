using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK1009: leaves early where the lock was not acquired.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK1009TestAttemptFix)), Shared]
public sealed class LCK1009TestAttemptFix() : RuleFix("LCK1009")
{
    internal const string Key = "LCK1009.leave";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Call is not { } call)
            yield break;
        var whole = ResultOf.Whole(call);
        var start = whole;
        if (whole.Parent is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" } } discard)
            start = discard;
        if (start.Parent is not ExpressionStatementSyntax statement || statement.Parent is IfStatementSyntax { Else: not null }
            || site.Model.GetTypeInfo(whole, site.CancellationToken).Type is not { SpecialType: SpecialType.System_Boolean }
            || site.Symbol(call) is not IMethodSymbol attempt || site.Contracts.Of(attempt.ReducedFrom ?? attempt).TryAcquires is not { Length: > 0 } acquires
            || Leave(site, statement) is not { } leave || site.Layout.HasDirective(statement.SpanStart, statement.Span.End))
        {
            yield break;
        }

        var not = acquires[0].Result ? "!" : "";
        var open = acquires[0].Result && whole is not (InvocationExpressionSyntax or ParenthesizedExpressionSyntax) ? "if (!(" : $"if ({not}";
        var close = open.EndsWith("!(", System.StringComparison.Ordinal) ? "))" : ")";
        var layout = site.Layout;
        var changes = new List<TextChange> { new(TextSpan.FromBounds(statement.SpanStart, whole.SpanStart), open) };
        if (layout.StartsLine(statement.SpanStart) && layout.EndWithComment(statement) is { } end)
        {
            changes.Add(new TextChange(statement.SemicolonToken.Span, close));
            changes.Add(new TextChange(new TextSpan(end, 0), layout.NewLine + layout.IndentAt(statement.SpanStart) + layout.Step(statement) + leave));
        }
        else
        {
            changes.Add(new TextChange(statement.SemicolonToken.Span, $"{close} {leave}"));
        }

        yield return new Proposal("Leave where it was not acquired", Key, changes.ToArray());
        if (WithRelease(site, call, statement, changes))
            yield return new Proposal("Leave where it was not acquired", Key, changes.ToArray());
    }

    // Where nothing releases it either, what follows is the section.
    static bool WithRelease(FixSite site, InvocationExpressionSyntax call, ExpressionStatementSyntax statement, List<TextChange> changes)
    {
        var layout = site.Layout;
        var run = StatementRun.Of(statement);
        if (run.IsEmbedded || LockCalls.Acquire(site, call) is not { } acquire || LockCalls.WriteRelease(site, acquire, call.SpanStart) is not { } release)
            return false;
        if (run.LastIndex + 1 == run.Siblings.Count)
        {
            var last = changes[changes.Count - 1];
            var between = last.NewText!.StartsWith(layout.NewLine, System.StringComparison.Ordinal) ? layout.NewLine + layout.IndentAt(statement.SpanStart) : " ";
            changes[changes.Count - 1] = new TextChange(last.Span, last.NewText + between + release);
            return true;
        }

        var rest = run.To(run.LastIndex + 1, run.Siblings.Count - 1);
        if (rest.HasYieldOrLabel() || Wrapping.Around(layout, rest, new LockForm("try", allowsAwait: true) { Finally = release }) is not { } wrap)
            return false;
        changes.Add(wrap);
        return true;
    }

    /// <summary>The statement that says to the caller that nothing was done; null where none does.</summary>
    static string? Leave(FixSite site, StatementSyntax statement)
    {
        if (Failure.Function(site, statement) is not { MethodKind: not (MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove) } method)
            return null;
        if (StatementRun.FunctionOf(statement) is { } function)
        {
            foreach (var node in function.DescendantNodes(n => n == function || n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
            {
                if (node is YieldStatementSyntax)
                    return "yield break;";
            }
        }

        if (Failure.Returned(method) is not { } type)
            return "return;";
        if (type.SpecialType == SpecialType.System_Boolean)
            return "return false;";
        // The default of an error type is success, and a null task is no task.
        if (site.Contracts.MustCheck(type) || site.Contracts.Of(method).MustCheck || type is { Name: "Task" or "ValueTask" })
            return null;
        return type.IsReferenceType ? "return null;" : "return default;";
    }
}
