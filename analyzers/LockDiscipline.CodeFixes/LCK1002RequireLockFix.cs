using System;
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

/// <summary>LCK1001, LCK1002: says by [RequiresLock] that the callers hold the lock.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LCK1002RequireLockFix)), Shared]
public sealed class LCK1002RequireLockFix() : RuleFix("LCK1001", "LCK1002")
{
    internal const string Key = "LCK1002.require";

    private protected override bool Spreads => true;

    private protected override IEnumerable<Proposal> Propose(FixSite site)
    {
        if (site.Property(DiagnosticProperties.Lock) is not { Length: > 0 } text || Owner(site.Node) is not { } owner)
            yield break;
        var declared = site.Model.GetDeclaredSymbol(owner, site.CancellationToken);
        if ((declared as IMethodSymbol ?? (declared as IPropertySymbol)?.GetMethod) is not { } method || !CanRequire(site, method))
            yield break;
        if (Written(site, method, text) is not { } expression)
            yield break;
        // Where something else in it needs more than the finding, only the exclusive mode does.
        if (site.Property(DiagnosticProperties.Mode) == DiagnosticProperties.Shared && Stating(site, owner, method, text, expression, shared: true) is { } weaker)
            yield return weaker;
        if (Stating(site, owner, method, text, expression, shared: false) is { } stronger)
            yield return stronger;
    }

    static Proposal? Stating(FixSite site, SyntaxNode owner, IMethodSymbol method, string text, string expression, bool shared)
    {
        var changes = new List<TextChange>();
        if (!AnnotationsUsing.TryAdd(site, owner.SpanStart, "RequiresLockAttribute", changes))
            return null;
        var attribute = $"[RequiresLock({expression}{(shared ? ", Shared = true" : "")})]";
        if (owner is BasePropertyDeclarationSyntax property)
        {
            if (ContractEdits.WithGetter(site.Layout, property, attribute) is not { } getter)
                return null;
            changes.Add(getter);
        }
        else
        {
            changes.Add(Merged(owner, expression, shared) ?? ContractEdits.Add(site.Layout, owner, attribute));
        }

        return new Proposal($"Require '{text}' of callers of '{method.AssociatedSymbol?.Name ?? method.Name}'", Key, changes.ToArray()) { AsksCallers = true, Asking = owner.Span };
    }

    // The function that callers name: a lambda has none, what holds at its call is another matter.
    static SyntaxNode? Owner(SyntaxNode node)
    {
        for (var function = StatementRun.FunctionOf(node); function is not null; function = StatementRun.FunctionOf(function))
        {
            switch (function)
            {
                case AnonymousFunctionExpressionSyntax:
                    continue;
                case PropertyDeclarationSyntax { ExpressionBody: not null } or IndexerDeclarationSyntax { ExpressionBody: not null }:
                case MethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax or ConstructorDeclarationSyntax { Body: not null }:
                    return function;
                default:
                    return null;
            }
        }

        return null;
    }

    // What callers through a base or an interface see says nothing of it, so it would bind only some of them.
    static bool CanRequire(FixSite site, IMethodSymbol method)
    {
        if (method.IsOverride || method.MethodKind == MethodKind.StaticConstructor || method.Name == "Main" || !method.ExplicitInterfaceImplementations.IsEmpty)
            return false;
        foreach (var implemented in Implementations.Of(method))
        {
            if (implemented is not null)
                return false;
        }

        return site.Contracts.Of(method) is { ChangesLocks: false };
    }

    /// <summary>The lock as an attribute of the method says it; null where it hangs on a local.</summary>
    static string? Written(FixSite site, IMethodSymbol method, string text)
    {
        var expression = SyntaxFactory.ParseExpression(text);
        if (expression.ContainsDiagnostics || LockExpression.TryParse(text, out _) is null)
            return null;
        ExpressionSyntax head = expression;
        while (true)
        {
            if (head is MemberAccessExpressionSyntax access)
                head = access.Expression;
            else if (head is ElementAccessExpressionSyntax element)
                head = element.Expression;
            else
                break;
        }

        var symbol = site.Model.GetSpeculativeSymbolInfo(site.Node.SpanStart, head, SpeculativeBindingOption.BindAsExpression).Symbol;
        bool isRoot = symbol switch
        {
            IFieldSymbol or IPropertySymbol or INamedTypeSymbol or INamespaceSymbol => true,
            IParameterSymbol parameter => parameter.IsThis || SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, method),
            _ => false,
        };
        if (!isRoot || site.Contracts.Paths.Bind(text, method).Path is null)
            return null;
        return ContractEdits.Spelled(text, expression is IdentifierNameSyntax ? symbol : null);
    }

    // A second lock in the same mode goes into the attribute that is there.
    static TextChange? Merged(SyntaxNode owner, string expression, bool shared)
    {
        foreach (var list in ContractEdits.Lists(owner))
        {
            foreach (var attribute in list.Attributes)
            {
                if (attribute.Name.ToString() is not ("RequiresLock" or "RequiresLockAttribute") || attribute.ArgumentList is not { } arguments)
                    continue;
                bool isShared = false;
                AttributeArgumentSyntax? last = null;
                foreach (var argument in arguments.Arguments)
                {
                    if (argument.NameEquals is null)
                        last = argument;
                    else if (argument.NameEquals.Name.Identifier.ValueText == "Shared")
                        isShared = argument.Expression.IsKind(SyntaxKind.TrueLiteralExpression);
                }

                if (last is not null && isShared == shared)
                    return new TextChange(new TextSpan(last.Span.End, 0), ", " + expression);
            }
        }

        return null;
    }
}
