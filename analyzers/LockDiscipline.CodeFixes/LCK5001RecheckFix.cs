using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK5001: rechecks in every case, or adds the recheck and another round: of the loop, or from the sample on.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK5001RecheckFix)), Shared]
public sealed class LCK5001RecheckFix() : RuleFix("LCK5001")
{
    internal const string AlwaysKey = "LCK5001.always";
    internal const string RetryKey = "LCK5001.retry";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Property(DiagnosticProperties.What) is not { } sequence || site.Expression is not { } commit || StatementRun.FunctionOf(commit) is not { } function)
            yield break;
        foreach (var recheck in SequenceSteps.In(site, function, SequenceStep.Recheck, sequence))
        {
            foreach (var (whole, part) in Conditions(recheck))
            {
                var span = whole.Parent is ParenthesizedExpressionSyntax { Parent: not PrefixUnaryExpressionSyntax } around ? around.Span : whole.Span;
                yield return new Proposal($"Recheck in every case: '{part}'", AlwaysKey, new TextChange(span, part.ToString()));
            }
        }

        if (StatementRun.StatementOf(commit) is not { } statement || Releases(site, statement) is not { } releases)
            yield break;
        var loop = WayOut.Loop(statement);
        foreach (var sample in SequenceSteps.In(site, function, SequenceStep.Sample, sequence))
        {
            if (sample.SpanStart > commit.SpanStart || Recheck(site, sample, sequence, commit.SpanStart) is not { } stale)
                continue;
            var label = loop?.Contains(sample) == true ? null : RetryLabel.At(site, sample, statement, function);
            if (label is null && loop?.Contains(sample) != true)
                continue;
            // What was taken before the sample is still needed in the next round.
            for (int count = releases.Count; count >= 0; count--)
            {
                var changes = Insertion.Before(site.Layout, statement, Test(site, statement, stale, releases.GetRange(0, count), label is null ? "continue;" : $"goto {label.Name};"));
                if (label?.Insertion is { } mark)
                    changes.InsertRange(0, mark);
                yield return new Proposal("Recheck, and try again where it is stale", RetryKey, changes.ToArray());
            }
        }
    }

    // Each `a && recheck` or `a || recheck` around it, from the innermost, with the side that has the recheck.
    static List<(BinaryExpressionSyntax Whole, ExpressionSyntax Part)> Conditions(ExpressionSyntax recheck)
    {
        var found = new List<(BinaryExpressionSyntax, ExpressionSyntax)>();
        ExpressionSyntax part = recheck;
        while (part.Parent is ParenthesizedExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } or BinaryExpressionSyntax)
        {
            if (part.Parent is BinaryExpressionSyntax binary)
            {
                if (!binary.IsKind(SyntaxKind.LogicalAndExpression) && !binary.IsKind(SyntaxKind.LogicalOrExpression))
                    break;
                found.Add((binary, part));
                part = binary;
                continue;
            }

            part = (ExpressionSyntax)part.Parent;
        }

        return found;
    }

    // What is released behind the commit has to be released before another round as well.
    static List<string>? Releases(FixSite site, StatementSyntax statement)
    {
        var lines = new List<string>();
        var run = StatementRun.Of(statement);
        if (run.IsEmbedded || run.First != statement)
            return run.IsEmbedded ? lines : null;
        for (int i = run.LastIndex + 1; i < run.Siblings.Count; i++)
        {
            if (run.Siblings[i] is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } release
                && (LockCalls.Release(site, call) is not null || Consumers.Argument(site, call) is not null))
            {
                lines.Add(release.ToString());
            }
        }

        return lines;
    }

    static string[] Test(FixSite site, StatementSyntax statement, string stale, List<string> releases, string again)
    {
        if (releases.Count == 0)
            return new[] { $"if ({stale})", "\t" + again };
        bool bracesEndLines = site.Layout.BracesEndLines(statement);
        var lines = new List<string> { bracesEndLines ? $"if ({stale}) {{" : $"if ({stale})" };
        if (!bracesEndLines)
            lines.Add("{");
        foreach (var release in releases)
            lines.Add("\t" + release);
        lines.Add("\t" + again);
        lines.Add("}");
        return lines.ToArray();
    }

    // The recheck of the object that was sampled, given the sample, or the object that keeps it.
    static string? Recheck(FixSite site, ExpressionSyntax sample, string sequence, int position)
    {
        if (SequenceSteps.Kept(sample) is not { } kept || SequenceSteps.Target(kept) is not { } target || site.Symbol(sample) is not { } sampled)
            return null;
        var type = site.Model.GetTypeInfo(sample, site.CancellationToken).Type;
        var holder = target is MemberAccessExpressionSyntax member ? member.Expression : null;
        var holderType = holder is null ? null : site.Model.GetTypeInfo(holder, site.CancellationToken).Type;
        string? found = null;
        for (ITypeSymbol? level = sampled.ContainingType; level is not null; level = level.BaseType)
        {
            foreach (var other in level.GetMembers())
            {
                if (other is not IMethodSymbol { MethodKind: MethodKind.Ordinary, Parameters.Length: < 2 } method || !site.Model.IsAccessible(position, method)
                    || SequenceSteps.Of(site, method, SequenceStep.Recheck, sequence) is not { } clause)
                {
                    continue;
                }

                var argument = method.Parameters.IsEmpty ? ""
                    : SymbolEqualityComparer.Default.Equals(method.Parameters[0].Type, type) ? target.ToString()
                    : SymbolEqualityComparer.Default.Equals(method.Parameters[0].Type, holderType) ? holder!.ToString() : null;
                if (argument is null || found is not null)
                    return null;
                var receiver = SequenceSteps.Receiver(sample);
                found = $"{(clause.Stale ? "" : "!")}{(receiver.Length == 0 ? "" : receiver + ".")}{method.Name}({argument})";
            }
        }

        return found;
    }
}
