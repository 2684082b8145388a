using System;
using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>Makes the contract attributes known where one is to be written.</summary>
internal static class AnnotationsUsing
{
    /// <summary>Adds <c>using LockDiscipline;</c> where <paramref name="attribute"/> is not in scope; false where the project has no such attribute.</summary>
    public static bool TryAdd(FixSite site, int position, string attribute, List<TextChange> changes)
    {
        foreach (var known in site.Model.LookupNamespacesAndTypes(position, name: attribute))
        {
            if (known is INamedTypeSymbol { ContainingNamespace: { Name: Vocabulary.Namespace, ContainingNamespace.IsGlobalNamespace: true } })
                return true;
        }

        var type = site.Model.Compilation.GetTypeByMetadataName(Vocabulary.Namespace + "." + attribute);
        if (type is null || !site.Model.IsAccessible(position, type))
            return false;
        changes.Add(Change(site));
        return true;
    }

    static TextChange Change(FixSite site)
    {
        const string Directive = "using " + Vocabulary.Namespace + ";";
        var layout = site.Layout;
        var unit = (CompilationUnitSyntax)site.Root;
        var usings = unit.Usings;
        if (usings.Count == 0)
        {
            foreach (var member in unit.Members)
            {
                if (member is BaseNamespaceDeclarationSyntax { Usings: { Count: > 0 } inner })
                    usings = inner;
            }
        }

        UsingDirectiveSyntax? after = null;
        foreach (var directive in usings)
        {
            bool isPlain = directive.Alias is null && directive.StaticKeyword.IsKind(SyntaxKind.None);
            var name = directive.Name?.ToString() ?? "";
            if (isPlain && (IsSystem(name) || string.CompareOrdinal(name, Vocabulary.Namespace) < 0))
                after = directive;
        }

        if (after is not null)
        {
            return new TextChange(new TextSpan(layout.LineEnd(after.Span.End), 0), layout.NewLine + layout.IndentAt(after.SpanStart) + Directive);
        }

        if (usings.Count > 0)
            return new TextChange(new TextSpan(usings[0].SpanStart, 0), Directive + layout.NewLine + layout.IndentAt(usings[0].SpanStart));
        int start = Head(unit);
        return new TextChange(new TextSpan(start, 0), Directive + layout.NewLine + layout.NewLine);
    }

    // Behind the header of the file, before the documentation of the first type.
    static int Head(CompilationUnitSyntax unit)
    {
        var first = unit.GetFirstToken(includeZeroWidth: true);
        int position = 0;
        foreach (var trivia in first.LeadingTrivia)
        {
            if (trivia.IsDirective)
                position = trivia.FullSpan.End;
        }

        return Math.Max(position, HeaderEnd(first, position));
    }

    static int HeaderEnd(SyntaxToken first, int from)
    {
        int end = from;
        int newLines = 0;
        bool comment = false;
        foreach (var trivia in first.LeadingTrivia)
        {
            if (trivia.SpanStart < from)
                continue;
            if (trivia.IsKind(SyntaxKind.EndOfLineTrivia))
            {
                if (++newLines > 1 && comment)
                    end = trivia.Span.End;
            }
            else if (trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia))
            {
                comment = true;
                newLines = 0;
            }
            else if (!trivia.IsKind(SyntaxKind.WhitespaceTrivia))
            {
                break;
            }
        }

        return end;
    }

    static bool IsSystem(string name) => name == "System" || name.StartsWith("System.", StringComparison.Ordinal);
}
