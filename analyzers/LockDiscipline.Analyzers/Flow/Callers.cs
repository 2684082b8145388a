using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Asks the callers of a helper: is there one, and does one hold what the helper needs?</summary>
internal sealed class Callers(FlowHost host)
{
    readonly HashSet<(ISymbol, Term, LockMode)> _asking = new();

    /// <summary>Whether the source calls the method from elsewhere than itself.</summary>
    public bool Has(IMethodSymbol method)
    {
        foreach (var reference in Calls(method))
        {
            if (!IsWithin(reference, method))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether some caller, or a caller of a caller that is a helper itself, holds <paramref name="path"/> where it calls
    /// <paramref name="method"/>.
    /// </summary>
    public bool SomeHolds(IMethodSymbol method, Term path, LockMode mode)
    {
        method = method.OriginalDefinition;
        var question = ((ISymbol)method, path, mode);
        if (host.Cache.NeedsMet.TryGetValue(question, out bool known))
            return known;
        // A knot of helpers that call each other holds nothing by itself.
        if (!_asking.Add(question))
            return false;
        var seen = new HashSet<SyntaxNode>();
        bool met = false;
        foreach (var reference in Calls(method))
        {
            if (EnclosingBody(reference) is not { } declaration || !seen.Add(declaration) || IsWithin(reference, method))
                continue;
            var witness = new Witness(this, method, path, mode);
            BodyTree.Solve(host, host.Cache.Model(declaration.SyntaxTree), declaration, _ => witness);
            met |= witness.Found;
            if (met)
                break;
        }

        _asking.Remove(question);
        if (_asking.Count == 0)
            host.Cache.NeedsMet.TryAdd(question, met);
        return met;
    }

    IEnumerable<SimpleNameSyntax> Calls(IMethodSymbol method)
    {
        var name = method.AssociatedSymbol?.Name ?? method.Name;
        foreach (var (tree, span) in host.Cache.Names.Mentioning(name))
        {
            foreach (var node in tree.GetRoot(host.Cancel).DescendantNodes(span, node => node.Span.IntersectsWith(span)))
            {
                if (node is not SimpleNameSyntax reference || reference.Identifier.ValueText != name || !span.Contains(reference.Span))
                    continue;
                if (method.AssociatedSymbol is null && !IsInvoked(reference))
                    continue;
                var symbol = host.Cache.Model(tree).GetSymbolInfo(reference, host.Cancel).Symbol?.OriginalDefinition;
                if (SymbolEqualityComparer.Default.Equals(symbol, method.AssociatedSymbol ?? method.OriginalDefinition)
                    || (symbol is IMethodSymbol { ReducedFrom: { } extension } && SymbolEqualityComparer.Default.Equals(extension, method.OriginalDefinition)))
                {
                    yield return reference;
                }
            }
        }
    }

    static bool IsInvoked(SimpleNameSyntax name)
    {
        SyntaxNode expression = name;
        while (expression.Parent is MemberAccessExpressionSyntax or MemberBindingExpressionSyntax)
            expression = expression.Parent;
        return expression.Parent is InvocationExpressionSyntax invocation && invocation.Expression == expression;
    }

    static bool IsWithin(SyntaxNode reference, IMethodSymbol method)
    {
        foreach (var declaration in method.DeclaringSyntaxReferences)
        {
            if (declaration.SyntaxTree == reference.SyntaxTree && declaration.Span.Contains(reference.Span))
                return true;
        }

        return false;
    }

    static SyntaxNode? EnclosingBody(SyntaxNode node)
    {
        for (var parent = node.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or CompilationUnitSyntax:
                case ArrowExpressionClauseSyntax { Parent: BasePropertyDeclarationSyntax }:
                case EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax or VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax } }:
                    return parent;
            }
        }

        return null;
    }

    sealed class Witness(Callers callers, IMethodSymbol method, Term path, LockMode mode) : FlowObserver
    {
        public Body? Body { get; set; }

        public bool Found { get; private set; }

        public override void Entered(Body body) => Body = body;

        public override void Called(in CallMade call, PathState state)
        {
            if (Found || !SymbolEqualityComparer.Default.Equals(call.Callee.OriginalDefinition, method))
                return;
            if (call.Binding.Follow(state, path) is not { } here)
                return;
            if (state.Holds(here, mode))
                Found = true;
            else if (Body is { IsVisible: false, Method: { } caller } && here.IsRooted)
                Found = callers.SomeHolds(caller, here, mode);
        }
    }
}
