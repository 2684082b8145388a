using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using LockDiscipline.Analyzers.Order;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK9005: [NoLockAnalysis] without a reason, or on a member whose code gives no finding without it. Stands at the attribute.</summary>
/// <remarks>
/// A waiver is still needed where the callers would be concerned: its body, seen again, would have a need or an effect for them.
/// That of a whole type is only asked for its reason.
/// </remarks>
internal static class LCK9005NeedlessWaiver
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Suggestion(
        "LCK9005",
        RuleDescriptor.Contracts,
        "Analysis switched off without a reason",
        "The analysis of '{0}' is switched off {1}",
        "[NoLockAnalysis] has an empty reason, or nothing would be found in the code that it stands on.");

    static readonly Kept<bool> s_needless = new(restsOnDeclarations: true);

    /// <summary>Judges the attribute at hand.</summary>
    public static void Check(SyntaxNodeAnalysisContext context, FlowCache cache, EdgeIndex edges)
    {
        var attribute = (AttributeSyntax)context.Node;
        if (AttributeSyntaxes.NameOf(attribute) != Vocabulary.NoLockAnalysis || attribute.Parent?.Parent is not { } declaration)
            return;
        if (Clause.TryRead(context.SemanticModel, attribute, context.CancellationToken) is not { } clause)
            return;
        var symbol = declaration is AnonymousFunctionExpressionSyntax
            ? context.SemanticModel.GetSymbolInfo(declaration, context.CancellationToken).Symbol
            : context.SemanticModel.GetDeclaredSymbol(declaration, context.CancellationToken);
        if (symbol is null)
            return;
        if (clause.Expressions.IsEmpty || string.IsNullOrWhiteSpace(clause.Expressions[0]))
            Report(context, attribute, symbol, "without a reason");
        else if (declaration is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or AccessorDeclarationSyntax && IsNeedless(context, cache, edges, declaration, symbol))
            Report(context, attribute, symbol, "although nothing is found in it");
    }

    static void Report(SyntaxNodeAnalysisContext context, AttributeSyntax attribute, ISymbol symbol, string how)
    {
        var named = symbol is IMethodSymbol { AssociatedSymbol: { } owner } ? owner : symbol;
        var name = named is IMethodSymbol { MethodKind: MethodKind.Constructor } ? named.ContainingType.Name : named.Name;
        var finding = new Finding(Rule, attribute.GetLocation(), ImmutableArray.Create<object>(name.Length == 0 ? "lambda" : name, how));
        context.ReportDiagnostic(finding.ToDiagnostic());
    }

    static bool IsNeedless(SyntaxNodeAnalysisContext context, FlowCache cache, EdgeIndex edges, SyntaxNode declaration, ISymbol symbol)
    {
        // What a type around it switches off is not looked at, nor is code that another part of it holds.
        if (symbol is IMethodSymbol { PartialImplementationPart: not null } or IMethodSymbol { PartialDefinitionPart: not null })
            return false;
        // What a lock or scope does to itself is trusted; a waiver there speaks to its callers.
        if (cache.Contracts.Traits(symbol.ContainingType) is not null || cache.Contracts.IsScope(symbol.ContainingType))
            return false;
        for (var type = symbol.ContainingType; type is not null; type = type.ContainingType)
        {
            if (cache.Contracts.Of(type).Waiver is not null)
                return false;
        }

        if (cache.Names.At(declaration.SyntaxTree, BodySource.Position(declaration)) is not { } function)
            return false;
        var host = new FlowHost(cache, OptionReader.Flow(context.Options.AnalyzerConfigOptionsProvider.GetOptions(declaration.SyntaxTree)), context.CancellationToken);
        if (s_needless.TryGet(host, function, rests: null, out bool isNeedless))
            return isNeedless;
        var rests = new Rests(function);
        using (host.Rests.BeginApart(rests))
            isNeedless = IsClean(host, edges, function, declaration, symbol);
        s_needless.Add(host, function, isNeedless, rests);
        return isNeedless;
    }

    static bool IsClean(FlowHost host, EdgeIndex edges, FunctionNames function, SyntaxNode declaration, ISymbol waived)
    {
        // Code that mentions no lock is not looked at anyway.
        bool isLookedAt = host.Cache.Names.MayMatter(function) && host.Cache.Helpers.IsCandidate(host, function);
        bool hasCode = false;
        foreach (var node in Codes(declaration))
        {
            hasCode = true;
            if (isLookedAt && !IsClean(host, edges, node, waived))
                return false;
        }

        return hasCode;
    }

    static IEnumerable<SyntaxNode> Codes(SyntaxNode declaration)
    {
        if (FlowAnalyzer.HoldsCode(declaration))
            yield return declaration;
        if (declaration is not BasePropertyDeclarationSyntax property)
            yield break;
        foreach (var accessor in property.AccessorList?.Accessors ?? default)
        {
            if (FlowAnalyzer.HoldsCode(accessor))
                yield return accessor;
        }

        var arrow = (property as PropertyDeclarationSyntax)?.ExpressionBody ?? (property as IndexerDeclarationSyntax)?.ExpressionBody;
        if (arrow is not null)
            yield return arrow;
    }

    static bool IsClean(FlowHost host, EdgeIndex edges, SyntaxNode node, ISymbol waived)
    {
        // That it is not followed would be told.
        if (BodySource.IsTooDeep(node))
            return false;
        bool isClean = true;
        var callers = new Callers(host);
        var collectors = new List<OrderCollector>();
        BodyTree.Solve(host, host.Cache.Model(node.SyntaxTree), node, Observe, waived);
        // The search for a cycle takes longest.
        if (isClean)
            new OrderRules(host, edges, isLive: false).Report(OrderCollector.EdgesOf(collectors), _ => isClean = false);
        return isClean;

        FlowObserver Observe(Body body)
        {
            if (body.Method is { MethodKind: not (MethodKind.AnonymousFunction or MethodKind.LocalFunction) } method && !body.IsVisible)
            {
                var summary = SummaryBuilder.Build(host, host.Solve(method, body.Graph), SummaryBuilder.Least(method));
                isClean &= !SummaryBuilder.Settled(summary).ConcernsCallers;
            }

            var order = new OrderCollector(host, body);
            collectors.Add(order);
            return new BodyRules(host, body, callers, order, _ => isClean = false);
        }
    }
}
