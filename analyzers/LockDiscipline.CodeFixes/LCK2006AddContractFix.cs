using System.Collections.Generic;
using System.Composition;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>LCK2006: states on the delegate type what the method that is given for it requires.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK2006AddContractFix)), Shared]
public sealed class LCK2006AddContractFix() : RuleFix("LCK2006")
{
    internal const string Key = "LCK2006.require";

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Property(DiagnosticProperties.Lock) is not { Length: > 0 } text || site.Expression is not { } given
            || site.Model.GetTypeInfo(given, site.CancellationToken).ConvertedType is not INamedTypeSymbol { TypeKind: TypeKind.Delegate } type
            || site.Symbol(given) is not IMethodSymbol method)
        {
            yield break;
        }

        foreach (var clause in site.Contracts.Of(method).Requires)
        {
            if (clause.Text == text && Written(site, clause, method, type) is { } expression && Declaration(site, type) is { } declaration)
                yield return Stated(site, declaration, type, expression, clause.Mode == LockMode.Shared);
        }
    }

    // The method's parameters have other names in the delegate type.
    static string? Written(FixSite site, LockClause clause, IMethodSymbol method, INamedTypeSymbol type)
    {
        var text = clause.Text;
        if (clause.Path.Root.Kind == TermKind.Parameter && type.DelegateInvokeMethod is { } invoke && method.Parameters.Length == invoke.Parameters.Length)
        {
            for (int i = 0; i < method.Parameters.Length; i++)
            {
                var name = method.Parameters[i].Name;
                if (text == name || text.StartsWith(name + ".", System.StringComparison.Ordinal))
                {
                    text = invoke.Parameters[i].Name + text.Substring(name.Length);
                    break;
                }
            }
        }

        return site.Contracts.Paths.Bind(text, type.OriginalDefinition).Path is null ? null : text;
    }

    static DelegateDeclarationSyntax? Declaration(FixSite site, INamedTypeSymbol type)
    {
        foreach (var reference in type.OriginalDefinition.DeclaringSyntaxReferences)
        {
            if (reference.SyntaxTree == site.Root.SyntaxTree)
                return reference.GetSyntax(site.CancellationToken) as DelegateDeclarationSyntax;
        }

        return null;
    }

    static Proposal Stated(FixSite site, DelegateDeclarationSyntax declaration, INamedTypeSymbol type, string expression, bool isShared)
    {
        int at = declaration.SpanStart;
        var layout = site.Layout;
        var attribute = $"[RequiresLock(\"{expression}\"{(isShared ? ", Shared = true" : "")})]";
        var changes = new List<TextChange>();
        AnnotationsUsing.TryAdd(site, at, "RequiresLockAttribute", changes);
        changes.Add(new TextChange(new TextSpan(at, 0), layout.StartsLine(at) ? attribute + layout.NewLine + layout.IndentAt(at) : attribute + " "));
        return new Proposal($"Require '{expression}' of callers of '{type.Name}'", Key, changes.ToArray()) { AsksCallers = true };
    }
}
