using System.Collections.Generic;
using System.Threading;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Finds the code of a method and makes its control-flow graph.</summary>
internal static class BodySource
{
    /// <summary>Deeper expressions than this would need more stack than a thread has. The compiler takes the long ones of one operator, such as <c>a + b + ...</c>, without.</summary>
    const int MaxNesting = 3_000;

    /// <summary>Whether code is nested too deep to be followed.</summary>
    public static bool IsTooDeep(SyntaxNode node)
    {
        // What is short cannot be deep.
        if (node.Span.Length < 2 * MaxNesting)
            return false;
        var open = new Stack<(SyntaxNode Node, int Depth)>();
        open.Push((node, 0));
        while (open.Count > 0)
        {
            var (next, depth) = open.Pop();
            if (depth > MaxNesting)
                return true;
            foreach (var child in next.ChildNodes())
                open.Push((child, depth + 1));
        }

        return false;
    }

    /// <summary>The graph of the body at <paramref name="node"/>; null where there is no code, or it is too deep.</summary>
    public static ControlFlowGraph? Graph(SemanticModel model, SyntaxNode node, CancellationToken cancel)
    {
        if (IsTooDeep(node))
            return null;
        var operation = model.GetOperation(node, cancel);
        return operation is null or { Parent: not null } ? null : operation switch
        {
            IMethodBodyOperation method => ControlFlowGraph.Create(method, cancel),
            IConstructorBodyOperation constructor => ControlFlowGraph.Create(constructor, cancel),
            IBlockOperation block => ControlFlowGraph.Create(block, cancel),
            IFieldInitializerOperation field => ControlFlowGraph.Create(field, cancel),
            IPropertyInitializerOperation property => ControlFlowGraph.Create(property, cancel),
            IParameterInitializerOperation parameter => ControlFlowGraph.Create(parameter, cancel),
            _ => null,
        };
    }

    /// <summary>The declaration that holds a method's code; null for one without code here.</summary>
    public static SyntaxNode? Declaration(IMethodSymbol method, CancellationToken cancel)
    {
        if (method.PartialImplementationPart is { } implementation)
            method = implementation;
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            var node = reference.GetSyntax(cancel);
            bool hasCode = node switch
            {
                BaseMethodDeclarationSyntax declaration => declaration.Body is not null || declaration.ExpressionBody is not null,
                AccessorDeclarationSyntax accessor => accessor.Body is not null || accessor.ExpressionBody is not null,
                ArrowExpressionClauseSyntax => true,
                _ => false,
            };
            if (hasCode)
                return node;
        }

        return null;
    }

    /// <summary>Where a declaration with code stands among the members of its tree.</summary>
    public static int Position(SyntaxNode node) => node switch
    {
        TypeDeclarationSyntax type => type.Identifier.SpanStart,
        CompilationUnitSyntax unit => unit.Members[0].SpanStart,
        _ => node.SpanStart,
    };

    /// <summary>The declaration whose body holds a node; null where none does.</summary>
    public static SyntaxNode? Enclosing(SyntaxNode node)
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

    /// <summary>The graph of a local function declared in <paramref name="graph"/> or around it.</summary>
    public static ControlFlowGraph? LocalFunction(ControlFlowGraph? graph, IMethodSymbol function)
    {
        for (; graph is not null; graph = graph.Parent)
        {
            foreach (var declared in graph.LocalFunctions)
            {
                if (SymbolEqualityComparer.Default.Equals(declared, function.OriginalDefinition))
                    return graph.GetLocalFunctionControlFlowGraph(declared);
            }
        }

        return null;
    }
}
