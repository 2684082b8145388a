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
    readonly ConcurrentDictionary<SyntaxNode, InCode> _code = new();

    /// <summary>What is mentioned in some code; the same for the same code.</summary>
    public InCode In(IOperation code) => _code.TryGetValue(code.Syntax, out var known) ? known : _code.GetOrAdd(code.Syntax, Find(code));

    InCode Find(IOperation code)
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

        return new InCode(functions, called, trees);

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

    /// <summary>What some code mentions.</summary>
    /// <param name="Functions">Members that are looked through.</param>
    /// <param name="Called">Members that it calls.</param>
    /// <param name="Trees">Those with the types that it has to do with.</param>
    internal sealed record InCode(HashSet<FunctionNames> Functions, HashSet<FunctionNames> Called, HashSet<TreeNames> Trees)
    {
        public void AddTo(Rests rests)
        {
            rests.Add(Functions, Trees);
            rests.AddAsked(Called);
        }

        // Each is one of its own: there is one for each code.
        public bool Equals(InCode? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }
}
