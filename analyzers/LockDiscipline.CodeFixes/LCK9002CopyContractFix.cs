using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK9002: puts the contract of what is overridden in place of the one that weakens it.</summary>
/// <remarks>Not where nothing is stated there: whether the lock is then to be taken here, or asked for there, is for people to say.</remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK9002CopyContractFix)), Shared]
public sealed class LCK9002CopyContractFix() : RuleFix("LCK9002")
{
    internal const string Key = "LCK9002.copy";

    // What is said of the member for its own sake stays.
    static readonly ImmutableHashSet<string> s_own = ImmutableHashSet.Create(
        StringComparer.Ordinal, Vocabulary.NoLockAnalysis, Vocabulary.LockedVariant, Vocabulary.AcquiredAfter, Vocabulary.AcquiredBefore);

    private protected override DiagnosticAnalyzer CreateAnalyzer() => new LCK9002WeakerOverride();

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member)
            yield break;
        foreach (var method in LCK9002WeakerOverride.MethodsOf(site.Model.GetDeclaredSymbol(member, site.CancellationToken)))
        {
            if (LCK9002WeakerOverride.Find(site.Contracts, method) is not var (inherited, _) || inherited is not IMethodSymbol above)
                continue;
            foreach (bool asText in new[] { false, true })
            {
                var changes = new List<TextChange>();
                if (Copy(site, member, method, above, asText, changes))
                    yield return new Proposal($"Copy the contract of '{above.ContainingType.Name}.{(above.AssociatedSymbol ?? above).Name}'", Key, changes.ToArray());
            }
        }
    }

    static bool Copy(FixSite site, MemberDeclarationSyntax member, IMethodSymbol method, IMethodSymbol above, bool asText, List<TextChange> changes)
    {
        var contracts = site.Contracts;
        var stated = above.OriginalDefinition;
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < stated.Parameters.Length && i < method.Parameters.Length; i++)
            names[stated.Parameters[i].Name] = method.Parameters[i].Name;

        bool copies = false;
        if (member is MethodDeclarationSyntax own)
        {
            Replace(own.AttributeLists, own.GetFirstToken().SpanStart, stated);
            for (int i = 0; i < own.ParameterList.Parameters.Count && i < stated.Parameters.Length; i++)
                Replace(own.ParameterList.Parameters[i].AttributeLists, own.ParameterList.Parameters[i].SpanStart, stated.Parameters[i]);
        }
        else if (member is BasePropertyDeclarationSyntax property)
        {
            if (stated.AssociatedSymbol is { } owner)
                Replace(property.AttributeLists, property.GetFirstToken().SpanStart, owner);
            if (AccessorOf(property, method) is { } accessor)
                Replace(accessor.AttributeLists, accessor.SpanStart, stated);
            else if (!Clauses(stated).IsEmpty)
                return false;
        }

        return copies && changes.Count > 0;

        ImmutableArray<Clause> Clauses(ISymbol symbol) => contracts.Clauses(symbol).RemoveAll(clause => s_own.Contains(clause.Name));

        void Replace(SyntaxList<AttributeListSyntax> lists, int at, ISymbol from)
        {
            var clauses = Clauses(from);
            copies |= !clauses.IsEmpty;
            var written = new List<string>();
            foreach (var clause in clauses)
                written.Add($"[{(IsOnReturn(from, clause) ? "return: " : "")}{Written(clause, names, asText)}]");
            AttributeListSyntax? first = null;
            foreach (var list in lists)
            {
                var removed = list.Attributes.Where(static attribute => IsContract(attribute)).ToList();
                if (removed.Count == 0)
                    continue;
                bool isWhole = removed.Count == list.Attributes.Count;
                if (first is null && isWhole && written.Count > 0)
                {
                    // In the place of the first one, a line each where it has a line for itself.
                    first = list;
                    var separator = site.Layout.StartsLine(list.SpanStart) ? site.Layout.NewLine + site.Layout.IndentAt(list.SpanStart) : " ";
                    changes.Add(new TextChange(list.Span, string.Join(separator, written)));
                }
                else
                {
                    changes.AddRange(AttributeEdits.Remove(site.Layout, list, removed));
                }
            }

            if (first is null && written.Count > 0)
            {
                var separator = site.Layout.StartsLine(at) ? site.Layout.NewLine + site.Layout.IndentAt(at) : " ";
                changes.Add(new TextChange(new TextSpan(at, 0), string.Join(separator, written) + separator));
            }

            if (written.Count > 0)
                AnnotationsUsing.TryAdd(site, at, clauses[0].Name + "Attribute", changes);
        }
    }

    static AccessorDeclarationSyntax? AccessorOf(BasePropertyDeclarationSyntax property, IMethodSymbol method)
    {
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (reference.SyntaxTree == property.SyntaxTree && reference.GetSyntax() is AccessorDeclarationSyntax accessor)
                return accessor;
        }

        return null;
    }

    static bool IsContract(AttributeSyntax attribute) =>
        AttributeSyntaxes.NameOf(attribute) is var name && Vocabulary.All.Contains(name) && !s_own.Contains(name);

    static bool IsOnReturn(ISymbol from, Clause clause)
    {
        foreach (var attribute in (from as IMethodSymbol)?.GetReturnTypeAttributes() ?? ImmutableArray<AttributeData>.Empty)
        {
            if (ReferenceEquals(attribute, clause.Attribute))
                return true;
        }

        return false;
    }

    static string Written(Clause clause, Dictionary<string, string> names, bool asText)
    {
        var arguments = new List<string>();
        if (clause.Named.TryGetValue("", out var value))
            arguments.Add(SymbolDisplay.FormatPrimitive(value!, quoteStrings: true, useHexadecimalNumbers: false) ?? "null");
        for (int i = 0; i < clause.Expressions.Length; i++)
            arguments.Add(Expression(clause, i, names, asText));
        foreach (var pair in clause.Named.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            if (pair.Key.Length > 0 && pair.Value is { } named)
                arguments.Add($"{pair.Key} = {SymbolDisplay.FormatPrimitive(named, quoteStrings: true, useHexadecimalNumbers: false)}");
        }

        return arguments.Count == 0 ? clause.Name : $"{clause.Name}({string.Join(", ", arguments)})";
    }

    // As written there, where that can be seen here too.
    static string Expression(Clause clause, int index, Dictionary<string, string> names, bool asText)
    {
        var text = clause.Expressions[index];
        int end = text.IndexOfAny(new[] { '.', '[' });
        var head = end < 0 ? text : text.Substring(0, end);
        if (names.TryGetValue(head, out var renamed))
            text = renamed + text.Substring(head.Length);
        if (!asText && clause.Attribute?.ApplicationSyntaxReference?.GetSyntax() is AttributeSyntax { ArgumentList.Arguments: var written })
        {
            int position = 0;
            foreach (var argument in written)
            {
                if (argument.NameEquals is null && argument.Expression is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } && position == index)
                    return text == clause.Expressions[index] ? argument.Expression.ToString() : $"nameof({text})";
                position += argument.NameEquals is null ? 1 : 0;
            }
        }

        return SymbolDisplay.FormatLiteral(text, quote: true);
    }
}
