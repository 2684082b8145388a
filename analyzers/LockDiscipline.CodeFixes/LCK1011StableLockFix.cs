using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK1011: makes a lock's field readonly, or gives the type a lock of its own.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK1011StableLockFix)), Shared]
public sealed class LCK1011StableLockFix() : RuleFix("LCK1011")
{
    internal const string ReadOnlyKey = "LCK1011.readonly";
    internal const string PrivateKey = "LCK1011.private";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        switch (site.Property(DiagnosticProperties.Kind))
        {
            case DiagnosticProperties.ReadOnly:
                if (site.Related(0)?.FirstAncestorOrSelf<FieldDeclarationSyntax>() is { } field && MadeReadOnly(field) is { } change)
                    yield return new Proposal($"Make '{field.Declaration.Variables[0].Identifier.ValueText}' readonly", ReadOnlyKey, change);
                break;
            case DiagnosticProperties.PrivateLock:
                if (WithPrivateLock(site) is { } changes)
                    yield return new Proposal("Introduce a private lock", PrivateKey, changes);
                break;
        }
    }

    // Of several variables in one declaration only one is known to keep its value.
    static TextChange? MadeReadOnly(FieldDeclarationSyntax field) =>
        field.Declaration.Variables.Count == 1 && !field.Modifiers.Any(SyntaxKind.VolatileKeyword)
            ? new TextChange(new TextSpan(field.Declaration.SpanStart, 0), "readonly ")
            : null;

    // All that locks the same thing in the type locks the new object from here on: half of it would lock nothing.
    static TextChange[]? WithPrivateLock(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { OpenBraceToken.RawKind: not 0, Modifiers: var modifiers } type || modifiers.Any(SyntaxKind.PartialKeyword)
            || type is not (ClassDeclarationSyntax or RecordDeclarationSyntax or StructDeclarationSyntax))
        {
            return null;
        }

        var text = site.Property(DiagnosticProperties.Lock);
        var changes = new List<TextChange>();
        bool isStatic = type is StructDeclarationSyntax || text != "this";
        var name = FreshName.Of(site, type.OpenBraceToken.SpanStart, isStatic ? "s_gate" : "_gate");
        foreach (var node in type.DescendantNodes(node => node == type || node is not TypeDeclarationSyntax))
        {
            var locked = node switch
            {
                LockStatementSyntax @lock => @lock.Expression,
                ArgumentSyntax argument when argument.Parent?.Parent is InvocationExpressionSyntax call
                    && (LockCalls.Acquire(site, call) is not null || LockCalls.Release(site, call) is not null) => argument.Expression,
                _ => null,
            };
            if (locked is not null && locked.ToString() == text)
                changes.Add(new TextChange(locked.Span, name));
        }

        var layout = site.Layout;
        if (changes.Count == 0 || type.Members.Count == 0)
            return null;
        var first = type.Members[0];
        int start = Start(layout, first);
        var declaration = $"private {(isStatic ? "static " : "")}readonly object {name} = new();";
        changes.Add(layout.StartsLine(first.SpanStart)
            ? new TextChange(new TextSpan(layout.LineStart(start), 0), layout.IndentAt(first.SpanStart) + declaration + layout.NewLine + (first is FieldDeclarationSyntax ? "" : layout.NewLine))
            : new TextChange(new TextSpan(first.SpanStart, 0), declaration + " "));
        return changes.ToArray();
    }

    // Before the member's own comments.
    static int Start(Layout layout, MemberDeclarationSyntax member)
    {
        int start = member.SpanStart;
        foreach (var trivia in member.GetLeadingTrivia())
        {
            if (!trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia) && !trivia.IsDirective)
                return layout.LineStart(trivia.SpanStart) < start ? trivia.SpanStart : start;
        }

        return start;
    }
}
