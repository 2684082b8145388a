using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK4004: calls the release of the value's kind, drops a second one, or reads before the release what is read after it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK4004RightReleaseFix)), Shared]
public sealed class LCK4004RightReleaseFix() : RuleFix("LCK4004")
{
    internal const string KindKey = "LCK4004.kind";
    internal const string TwiceKey = "LCK4004.twice";
    internal const string FirstKey = "LCK4004.first";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        switch (site.Property(DiagnosticProperties.Kind))
        {
            case DiagnosticProperties.WrongKind:
                return RightKind(site);
            case DiagnosticProperties.Twice:
                return WithoutSecond(site);
            default:
                return ReadFirst(site);
        }
    }

    static IEnumerable<Proposal> RightKind(FixSite site)
    {
        if (site.Call is not { } wrong || Consumers.Argument(site, wrong) is not { } value || site.Property(DiagnosticProperties.What) is not { } kind)
            yield break;
        foreach (var near in new[] { wrong, site.RelatedCall(0) })
        {
            if (near is not null && Consumers.Write(site, near, value.ToString(), kind, wrong.SpanStart) is { } right)
                yield return new Proposal($"Release it by '{right}'", KindKey, new TextChange(wrong.Span, right));
        }
    }

    static IEnumerable<Proposal> WithoutSecond(FixSite site)
    {
        if (site.Call is not { Parent: ExpressionStatementSyntax { Parent: BlockSyntax { Statements.Count: > 1 } } second })
            yield break;
        // What stands before it may speak of more than this call; what stands behind it on its line speaks of it.
        var layout = site.Layout;
        bool hasLine = layout.StartsLine(second.SpanStart) && layout.EndWithComment(second) is not null;
        if (Wrapping.Start(layout, second) == second.SpanStart && (hasLine || !LCK1004ReleaseFix.HasComments(second)))
            yield return new Proposal("Drop the second release", TwiceKey, new TextChange(hasLine ? layout.Lines(second) : layout.WholeLines(second), ""));
    }

    static IEnumerable<Proposal> ReadFirst(FixSite site)
    {
        if (site.RelatedExpression(0) is not { } call || StatementRun.StatementOf(call) is not ExpressionStatementSyntax release
            || StatementRun.FunctionOf(call) != StatementRun.FunctionOf(site.Node) || site.Node.FirstAncestorOrSelf<StatementSyntax>() is not { } use)
        {
            yield break;
        }

        if (Next(site, use) is { } step)
        {
            if (FetchFirst(site, step, release) is { } fetched)
                yield return new Proposal("Fetch the next element before the release", FirstKey, fetched);
            yield break;
        }

        foreach (var later in LaterRelease.Of(site, release, use))
            yield return new Proposal(later.Title, FirstKey, later.Changes);
    }

    // `n = n.Next`, as a statement or at the end of a `for`.
    static AssignmentExpressionSyntax? Next(FixSite site, StatementSyntax use)
    {
        var assignment = site.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>();
        bool isStep = assignment is { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax left, Parent: ExpressionStatementSyntax or ForStatementSyntax }
            && VariableUse.Mentions(assignment.Right, left.Identifier.Text) && assignment.FirstAncestorOrSelf<StatementSyntax>() == use;
        return isStep ? assignment : null;
    }

    static TextChange[]? FetchFirst(FixSite site, AssignmentExpressionSyntax step, ExpressionStatementSyntax release)
    {
        var layout = site.Layout;
        var name = FreshName.Of(site, step.SpanStart, "next");
        var fetch = layout.ToString(step.Right.SpanStart, step.Right.Span.End);
        List<TextChange> changes;
        if (step.Parent is ForStatementSyntax loop)
        {
            // Seen from the head of the loop, the variable has to stand before it.
            if (!loop.Statement.Contains(release) || site.Model.GetTypeInfo(step.Left, site.CancellationToken).Type is not { } type || StatementRun.Of(loop).IsEmbedded)
                return null;
            if (type.IsReferenceType)
                type = type.WithNullableAnnotation(site.Model.GetNullableContext(loop.SpanStart).AnnotationsEnabled() ? NullableAnnotation.Annotated : NullableAnnotation.None);
            changes = Insertion.Before(layout, loop, $"{type.ToMinimalDisplayString(site.Model, loop.SpanStart)} {name};");
            changes.AddRange(Insertion.Before(layout, release, $"{name} = {fetch};"));
        }
        else
        {
            if (step.Parent!.Parent != release.Parent)
                return null;
            changes = Insertion.Before(layout, release, $"var {name} = {fetch};");
        }

        changes.Add(new TextChange(step.Right.Span, name));
        changes.Sort(static (a, b) => a.Span.CompareTo(b.Span));
        return changes.ToArray();
    }
}
