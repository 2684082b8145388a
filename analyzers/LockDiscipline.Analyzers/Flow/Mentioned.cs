using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What else a change of may change what is found of some code: the types that it has to do with, and the methods that it calls. Thread-safe.</summary>
internal sealed class Mentioned(NameIndex names, IAssemblySymbol assembly)
{
    readonly ConcurrentDictionary<INamedTypeSymbol, TreeNames[]> _known = new(SymbolEqualityComparer.Default);

    public void AddTo(Rests rests, IOperation code)
    {
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var trees = new HashSet<TreeNames>();
        var functions = new HashSet<FunctionNames>();
        var called = new HashSet<FunctionNames>();
        foreach (var operation in code.DescendantsAndSelf())
        {
            Add(operation.Type);
            switch (operation)
            {
                case IMemberReferenceOperation reference:
                    Add(reference.Member.ContainingType);
                    break;
                case IInvocationOperation call:
                    Add(call.TargetMethod.ContainingType);
                    AddCode(call.TargetMethod.OriginalDefinition);
                    break;
            }
        }

        rests.Add(functions, trees);
        rests.AddAsked(called);

        void Add(ITypeSymbol? type)
        {
            if (type is INamedTypeSymbol { OriginalDefinition: { } definition } && SymbolEqualityComparer.Default.Equals(definition.ContainingAssembly, assembly) && seen.Add(definition))
                trees.UnionWith(_known.TryGetValue(definition, out var known) ? known : _known.GetOrAdd(definition, Of(definition)));
        }

        // One that does nothing but return a member is looked through, and so is what it returns that of.
        void AddCode(IMethodSymbol callee)
        {
            if (!SymbolEqualityComparer.Default.Equals(callee.ContainingAssembly, assembly) || !seen.Add(callee))
                return;
            foreach (var reference in callee.DeclaringSyntaxReferences)
            {
                if (names.At(reference.SyntaxTree, reference.Span.Start) is { } function)
                    AddShort(function);
            }
        }

        void AddShort(FunctionNames function)
        {
            if (!function.IsShort)
                called.Add(function);
            else if (functions.Add(function))
            {
                foreach (var callee in names.Callees(function))
                    AddShort(callee);
            }
        }
    }

    // Contracts come down from bases and interfaces.
    static TreeNames[] Of(INamedTypeSymbol type)
    {
        var trees = new HashSet<TreeNames>();
        for (var level = type; level is not null; level = level.BaseType)
            Add(trees, level);
        foreach (var contract in type.AllInterfaces)
            Add(trees, contract);
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
            Add(trees, outer);
        var all = new TreeNames[trees.Count];
        trees.CopyTo(all);
        return all;
    }

    static void Add(HashSet<TreeNames> trees, INamedTypeSymbol type)
    {
        foreach (var reference in type.DeclaringSyntaxReferences)
            trees.Add(TreeNames.Of(reference.SyntaxTree, CancellationToken.None));
    }
}
